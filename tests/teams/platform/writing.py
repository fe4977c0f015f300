"""What one person can write, and what becomes of it.

Every act returns a `Sent`: the activity and how the bot answered it. In groups and channels the bot hears only what
mentions it, unless the platform was opened with `reads_all`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .activities import Json
from .delivery import Delivery
from .identity import Proof
from .reading import Shown
from .world import Account, Chat, Message

if TYPE_CHECKING:
    from . import Platform

SILENT = Delivery(0.0, "", "", 204, 0.0)


@dataclass(frozen=True, slots=True)
class Sent:
    """An activity, and how the bot answered."""

    id: str
    activity: Json
    status: int
    body: str = ""
    seconds: float = 0.0
    heard: bool = True
    """Whether it went to the bot at all."""

    @property
    def answer(self) -> Any:
        """The body of the bot's answer, read as JSON."""
        return json.loads(self.body) if self.body else None

    @property
    def conversation(self) -> str:
        """The conversation id, with its thread."""
        return self.activity["conversation"]["id"]


@dataclass(slots=True)
class Writing:
    """The part of a person that writes."""

    platform: Platform = field(repr=False)
    account: Account
    personal: Chat

    @property
    def id(self) -> str:
        return self.account.id

    @property
    def name(self) -> str:
        return self.account.name

    @property
    def aad_object_id(self) -> str:
        return self.account.aad_object_id

    async def says(
        self,
        text: str,
        chat: Chat | str | None = None,
        *,
        mention: bool | None = None,
        thread: str = "",
        mentions: list[str] | None = None,
        proof: Proof = "valid",
    ) -> Sent:
        """Write; in groups and channels the bot is mentioned unless `mention` is False, `mentions` names others."""
        return await self._write(text, chat, mention=mention, thread=thread, mentions=mentions or [], proof=proof)

    async def _write(
        self,
        text: str | None,
        chat: Chat | str | None = None,
        *,
        mention: bool | None = None,
        thread: str = "",
        mentions: list[str] | None = None,
        attachments: list[Json] | None = None,
        extra: Json | None = None,
        proof: Proof = "valid",
    ) -> Sent:
        place, root = self._place(chat, thread)
        addressed = place.kind != "personal" if mention is None else mention
        named = [self.platform.backend.world.bot] if addressed else []
        named += [self.platform.person(name).account for name in mentions or []]
        message = self._post(place, root)
        writer = self.platform.writer
        activity = writer.message(
            self.account, place, text, message.id, root=message.root, mentions=named, attachments=attachments or []
        )
        message.activity = activity | (extra or {})
        if place.kind != "personal" and not addressed and not self.platform.reads_all:
            return Sent(message.id, message.activity, SILENT.status, heard=False)
        return await self._hand(message.activity, proof)

    def _place(self, chat: Chat | str | None, thread: str = "") -> tuple[Chat, str]:
        place, root = (self.personal, "") if chat is None else self.platform.chat_of(chat)
        if self.id not in place.members:
            raise ValueError(f"{self.name} is not in {place.name or 'that chat'}")
        return place, thread or root

    def _post(self, place: Chat, root: str) -> Message:
        return self.platform.backend.world.post(place, self.id, {}, root=root)

    async def _hand(self, activity: Json, proof: Proof = "valid") -> Sent:
        delivery = await self.platform.postman.carry(activity, proof)
        return Sent(activity["id"], activity, delivery.status, delivery.body, delivery.seconds)

    async def edits(self, message_id: str, text: str, chat: Chat | str | None = None, *, mention: bool = True) -> Sent:
        """Change a message of theirs; the bot is still mentioned in groups unless `mention` is False."""
        message, place = self._mine(message_id, chat)
        named = [self.platform.backend.world.bot] if mention and place.kind != "personal" else []
        writer = self.platform.writer
        activity = writer.message(
            self.account, place, text, message.id, root=message.root, mentions=named, attachments=[]
        )
        activity["channelData"]["eventType"] = "editMessage"
        message.activity, message.edits = activity, message.edits + 1
        return await self._hand(activity | {"type": "messageUpdate"})

    async def deletes(self, message_id: str, chat: Chat | str | None = None) -> Sent:
        """Take a message of theirs back."""
        message, place = self._mine(message_id, chat)
        message.deleted = True
        return await self._event("messageDelete", place, message, "softDeleteMessage")

    async def undeletes(self, message_id: str, chat: Chat | str | None = None) -> Sent:
        """Undo taking it back."""
        place, _ = self._place(chat)
        message = self.platform.backend.world.messages[place.id, message_id]
        message.deleted = False
        text = {name: message.activity[name] for name in ("text", "textFormat", "attachments", "entities")}
        return await self._event("messageUpdate", place, message, "undeleteMessage", text)

    async def _event(self, kind: str, place: Chat, message: Message, event: str, extra: Json | None = None) -> Sent:
        activity = self.platform.writer.base(kind, self.account, place, message.id, message.root)
        activity["channelData"]["eventType"] = event
        return await self._hand(activity | (extra or {}))

    def _mine(self, message_id: str, chat: Chat | str | None) -> tuple[Message, Chat]:
        place, _ = self._place(chat)
        message = self.platform.backend.world.find(place, message_id)
        if message.sender != self.id:
            raise ValueError(f"{message_id} is not a message of {self.name}")
        return message, place

    async def types(self, chat: Chat | str | None = None) -> Sent:
        """Show that they are typing."""
        place, root = self._place(chat)
        return await self._hand(self.platform.writer.base("typing", self.account, place, root=root))

    def _shown(self, message: Shown | str, chat: Chat | str | None) -> Shown:
        if isinstance(message, Shown):
            return self.platform.message(message.chat, message.id) or message
        found = self.platform.message(self._place(chat)[0], message)
        if found is None:
            raise LookupError(f"no message {message}")
        return found
