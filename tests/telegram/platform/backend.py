"""What the bot's side and the people's side share: one platform, as one bot meets it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .faults import Faults
from .journal import Journal
from .limits import Pace
from .messages import Content, Message
from .people import Chat
from .profile import Profile
from .updates import Queue
from .webhook import Postman
from .world import World


@dataclass(slots=True)
class Callback:
    """A press on a button, and how the bot answered it."""

    id: str
    at: float
    chat_id: int
    person_id: int
    data: str
    answer: dict[str, Any] | None = None
    expired: bool = False


@dataclass(slots=True)
class Draft:
    """What a person sees being written."""

    at: float
    chat_id: int
    draft_id: int
    text: str
    can_stop: bool = False
    over: bool = False
    """Whether a message took its place, or the person stopped it."""


@dataclass(slots=True)
class Backend:
    """The state, and the parts that look after it."""

    token: str
    world: World
    loopback_webhooks: bool = False
    privacy: bool = False
    """Whether the bot sees in groups only what is meant for it."""
    revoked: bool = False
    """Whether the bot's owner took its token back."""
    callback_lifetime: float = 60.0
    queue: Queue = field(default_factory=Queue)
    pace: Pace = field(default_factory=Pace)
    faults: Faults = field(default_factory=Faults)
    journal: Journal = field(default_factory=Journal)
    profile: Profile = field(default_factory=Profile)
    callbacks: dict[str, Callback] = field(default_factory=dict[str, Callback])
    drafts: list[Draft] = field(default_factory=list[Draft])
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    poll: asyncio.Event | None = None
    """Set to end the running `getUpdates`, when another call takes its place."""
    poll_ended_by: str = ""
    next_set_webhook: float = 0.0
    postman: Postman = field(init=False)

    def __post_init__(self) -> None:
        self.postman = Postman(self.queue, self.journal.changed)

    @property
    def report(self) -> Callable[[str], None]:
        """Takes note of what the bot should never do."""
        return self.journal.violate

    def publish(self, kind: str, payload: dict[str, Any], lane: int) -> int | None:
        """Let the bot know of something."""
        update_id = self.queue.add(kind, payload, lane)
        self.journal.changed()
        return update_id

    def publish_message(self, message: Message, *, edited: bool = False) -> int | None:
        """Let the bot know of a message."""
        chat = self.world.chats[message.chat_id]
        kind = "channel_post" if chat.kind == "channel" else "message"
        return self.publish(f"edited_{kind}" if edited else kind, self.world.message_json(message), chat.id)

    def service(self, chat: Chat, sender_id: int, content: Content) -> Message:
        """Post what the platform itself says in a chat, and let the bot know."""
        message = self.world.post(chat, sender_id, content, service=True)
        self.publish_message(message)
        return message
