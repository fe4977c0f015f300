"""The web chat as a channel: a reply is sent when it stands in its thread; `NOTIFY` tells who holds the socket."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from conversation import inbox, outbox
from conversation.channel import Capabilities, Part
from conversation.message import Address, Attachment, Author, Message, Reply
from knowledge.db import Database
from ui.web.events import Events

NAME = "web"
CAPABILITIES = Capabilities(
    text_limit=200_000,
    buttons=30,
    button_value_limit=200,
    idempotent=True,
    stream_interval=0.0,
    files=True,
    threads=True,
    citations=True,
)


@dataclass(frozen=True, slots=True)
class Written:
    """The web chat's native event: what a browser sent, with the files already kept."""

    user_id: UUID
    thread_id: UUID
    message_id: UUID
    text: str
    files: tuple[Attachment, ...] = ()
    action: str | None = None


def address_of(thread_id: UUID) -> Address:
    """Tell where a thread of the web chat lives."""
    return Address(NAME, "", str(thread_id))


class WebChannel:
    """Implements the Channel port, and `Streaming`."""

    name = NAME

    def __init__(self, database: Database, events: Events) -> None:
        self._database = database
        self._events = events

    def capabilities(self, address: Address) -> Capabilities:
        """Tell what the web chat can do, which is the same everywhere in it."""
        return CAPABILITIES

    def parse(self, event: object) -> Message | None:
        """Read what a browser sent; anything else is not for us."""
        if not isinstance(event, Written):
            return None
        return Message(
            address=address_of(event.thread_id),
            dedupe_key=f"{event.user_id}:{event.message_id}",
            author=Author(str(event.user_id)),
            text=event.text,
            sent_at=datetime.now(UTC),
            attachments=event.files,
            action=event.action,
            message_id=event.message_id,
        )

    def render(self, reply: Reply, capabilities: Capabilities) -> tuple[Part, ...]:
        """Show the whole reply as one message: the web has no limit that a reply's text reaches."""
        return (Part(reply.text, reply.buttons[: capabilities.buttons], reply.citations, reply.progress),)

    async def send(self, to: Address, part: Part, key: str) -> str:
        """Tell every replica that the message stands; its text is in the ledger already."""
        message_id = outbox.id_of(key.rpartition(":")[0])
        shown = json.dumps({"c": str(inbox.conversation_of(to)), "m": str(message_id)})
        async with self._database.system() as connection:
            await connection.execute("select pg_notify('web', %s)", (shown,))
        return str(message_id)

    def stream(self, to: Address, key: str, coach_name: str) -> WebStream:
        """Animate the answer for the sockets of this replica, under the id it will stand with."""
        return WebStream(self._events, inbox.conversation_of(to), UUID(key), coach_name)


class WebStream:
    """An answer on its way to the browsers that look at its thread."""

    def __init__(self, events: Events, conversation_id: UUID, message_id: UUID, coach_name: str) -> None:
        self._events = events
        self._conversation_id = conversation_id
        self._message_id = message_id
        self._coach_name = coach_name

    async def push(self, delta: str) -> None:
        """Show more text."""
        self._events.draft(self._conversation_id, self._message_id, delta, self._coach_name)

    async def close(self) -> None:
        """Nothing to do: the finished message replaces the draft."""
