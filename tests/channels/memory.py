"""A platform in memory, strict about its limits: it refuses what is too long, and forgets nothing it was told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from bots import markup
from conversation.channel import Capabilities, Part
from conversation.errors import ChannelError, Rejected
from conversation.message import Address, Author, Message, Reply

TEXT_LIMIT = 400


@dataclass(frozen=True, slots=True)
class Event:
    """What this platform tells about a message."""

    event_id: str
    chat: str
    sender: str
    text: str
    from_bot: bool = False


@dataclass(slots=True)
class MemoryChannel:
    """Keeps what was posted in `posted` (receipt → text) and every call in `calls`.

    `faults` are raised one by one before a call acts, `aftermath` after it acted: the platform did it, and its answer
    was lost. A text with `refused` in it is refused whenever it comes, and so is every edit if `unchangeable`.
    """

    edits: bool = True
    idempotent: bool = False
    name: str = "memory"
    posted: dict[str, str] = field(default_factory=dict[str, str])
    by_key: dict[str, str] = field(default_factory=dict[str, str])
    calls: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    faults: list[ChannelError] = field(default_factory=list[ChannelError])
    aftermath: list[ChannelError] = field(default_factory=list[ChannelError])
    refused: str = ""
    unchangeable: bool = False

    def capabilities(self, address: Address) -> Capabilities:
        """Tell the limits."""
        return Capabilities(
            text_limit=TEXT_LIMIT, dialect="plain", buttons=3, edit=self.edits, idempotent=self.idempotent
        )

    def parse(self, event: object) -> Message | None:
        """Read an event; the bot's own messages are not for us."""
        if not isinstance(event, Event) or event.from_bot:
            return None
        return Message(
            Address("memory", "", event.chat), event.event_id, Author(event.sender), event.text, datetime.now(UTC)
        )

    def render(self, reply: Reply, capabilities: Capabilities) -> tuple[Part, ...]:
        """Cut the text to the limit; buttons go under the last part."""
        texts = markup.cut(reply.text, capabilities.text_limit, capabilities.text_unit)
        parts = [Part(text) for text in texts[:-1]]
        return (*parts, Part(texts[-1], reply.buttons[: capabilities.buttons], reply.citations, reply.progress))

    async def send(self, to: Address, part: Part, key: str) -> str:
        """Post a part."""
        self._check("send", part)
        if self.idempotent and key in self.by_key:
            self.posted[self.by_key[key]] = part.text
        else:
            self.by_key[key] = str(len(self.posted) + 1)
            self.posted[self.by_key[key]] = part.text
        self._lose_the_answer()
        return self.by_key[key]

    async def edit(self, to: Address, receipt: str, part: Part) -> None:
        """Change what was posted."""
        self._check("edit", part)
        self.posted[receipt] = part.text
        self._lose_the_answer()

    def _check(self, call: str, part: Part) -> None:
        self.calls.append((call, part.text))
        if self.faults:
            raise self.faults.pop(0)
        if (self.refused and self.refused in part.text) or (self.unchangeable and call == "edit"):
            raise Rejected("not this")
        if len(part.text) > TEXT_LIMIT or len(part.buttons) > 3:
            raise Rejected("over the limit")

    def _lose_the_answer(self) -> None:
        if self.aftermath:
            raise self.aftermath.pop(0)
