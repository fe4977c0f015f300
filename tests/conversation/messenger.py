"""A messenger in memory: it edits and deletes, keeps its files until they are wanted, and has groups with admins."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from conversation.channel import Capabilities, Part, Rate
from conversation.errors import ChannelError, Rejected, Unknown
from conversation.message import Address, Attachment, Author, Feedback, Form, Message, Notice, Reply
from tests.channels.memory import MemoryChannel


@dataclass(slots=True)
class Messenger(MemoryChannel):
    """Parses messages that a test made itself; `sent_files` is receipt → content, `files` what can be fetched."""

    interval: float | None = None
    rates: tuple[Rate, ...] = ()
    deleted: list[str] = field(default_factory=list[str])
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    sent_files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    parts: dict[str, Part] = field(default_factory=dict[str, Part])
    admins: set[str] = field(default_factory=set[str])
    typed: int = 0
    buttons: int = 3
    forms: Literal["", "shown", "opened"] = ""
    drafts: bool = False
    asked: list[Form] = field(default_factory=list[Form])
    drafted: list[str] = field(default_factory=list[str])
    late: ChannelError | None = None
    lose_files: bool = False
    refuse_files: bool = False

    def capabilities(self, address: Address) -> Capabilities:
        return Capabilities(
            text_limit=400,
            dialect="plain",
            buttons=self.buttons,
            edit=True,
            stream_interval=self.interval,
            files=True,
            forms=self.forms,
            drafts=self.drafts,
            rates=self.rates,
        )

    def parse(self, event: object) -> Message | Notice | Feedback | None:  # type: ignore[override]
        return event if isinstance(event, Message | Notice | Feedback) else None

    def render(self, reply: Reply, capabilities: Capabilities) -> tuple[Part, ...]:
        return (*MemoryChannel.render(self, reply, capabilities), *(Part("", file=file) for file in reply.files))

    async def send(self, to: Address, part: Part, key: str) -> str:
        receipt = await MemoryChannel.send(self, to, part, key)
        self.parts[receipt] = part
        return receipt

    async def edit(self, to: Address, receipt: str, part: Part) -> None:
        await MemoryChannel.edit(self, to, receipt, part)
        self.parts[receipt] = part

    async def delete(self, to: Address, receipt: str) -> None:
        self.posted.pop(receipt, None)
        self.sent_files.pop(receipt, None)
        self.deleted.append(receipt)

    async def typing(self, to: Address) -> None:
        self.typed += 1

    async def fetch(self, attachment: Attachment, to: Path) -> None:
        if attachment.remote not in self.files:
            raise Rejected("The platform no longer has this file. Please send it again.")
        await asyncio.to_thread(to.write_bytes, self.files[attachment.remote])

    async def send_file(self, to: Address, file: Path, part: Part, key: str) -> str:
        if self.refuse_files:
            raise Rejected("too large")
        receipt = f"file-{len(self.sent_files)}"
        self.sent_files[receipt] = await asyncio.to_thread(file.read_bytes)
        if self.lose_files:
            raise Unknown("no answer")
        return receipt

    async def ask(self, event: object, form: Form) -> None:
        if self.late is not None:
            raise self.late
        self.asked.append(form)

    async def draft(self, to: Address, asked: Message, part: Part, key: str, receipt: str) -> str:
        if self.late is not None:
            raise self.late
        if not receipt:
            return await self.send(to, Part("…"), key)
        self.drafted.append(part.text)
        await self.edit(to, receipt, part)
        return receipt

    async def governs(self, address: Address, author: Author) -> bool:
        return author.external_id in self.admins


def told(text: str, number: int = 1, chat: str = "chat", who: str = "ada", **more: Any) -> Message:
    """Make what a person wrote; another event for each number."""
    kind = more.pop("kind", "direct")
    author = Author(who, more.pop("name", who.title()), more.pop("language", ""))
    native_id = more.pop("native_id", f"native-{number}")
    address = Address("memory", "", chat, kind)
    return Message(address, f"event-{number}", author, text, datetime.now(UTC), native_id=native_id, **more)


def document(name: str, remote: str = "") -> Attachment:
    """Make a file that still lies with the platform."""
    return Attachment(None, name, "text/plain", 5, remote=remote or name)
