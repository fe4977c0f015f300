"""The Channel port: what the core needs of a platform, and what a platform says it can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable
from uuid import UUID

from conversation.message import (
    Address,
    Attachment,
    Author,
    Button,
    Chart,
    Citation,
    Feedback,
    Form,
    Message,
    Notice,
    Progress,
    Reply,
)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can do in one kind of conversation, with its limits.

    `text_limit` counts in `text_unit` after rendering; `buttons` is how many one message carries (0: none) and
    `button_value_limit` their size in UTF-8 bytes; `stream_interval` is the least time between two drafts in
    seconds, None if drafts cannot be shown. `idempotent`: sending the same key twice shows one message. `citations`:
    the channel shows them itself; otherwise they become footnotes with buttons. `identity`: messages carry the coach's
    name and picture; otherwise, where several talk, the text begins with the name. `feedback`: the platform shows
    something to press for it. `forms`: they are shown with the text, or opened by a button (`Asking`). `charts`: the
    channel draws them itself. `drafts`: answers are shown while
    they are written in the platform's own way (`Drafting`) instead of by edits. `command_prefix` is how commands begin
    there, in the sentences that name one. `rates` are the platform's limits.
    """

    text_limit: int
    text_unit: Literal["characters", "utf16"] = "characters"
    dialect: Literal["commonmark", "html", "mrkdwn", "plain"] = "commonmark"
    buttons: int = 0
    button_value_limit: int = 64
    edit: bool = False
    idempotent: bool = False
    stream_interval: float | None = None
    files: bool = False
    threads: bool = False
    citations: bool = False
    identity: bool = False
    feedback: bool = False
    forms: Literal["", "shown", "opened"] = ""
    charts: bool = False
    drafts: bool = False
    command_prefix: str = "/"
    rates: tuple[Rate, ...] = ()


@dataclass(frozen=True, slots=True)
class Rate:
    """A limit of a platform: `limit` calls in `seconds` for everything in `bucket` (a chat, or the whole account)."""

    bucket: str
    limit: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Entity:
    """Formatting of a stretch of text, counted in the channel's text unit.

    `kind` is one of bold, italic, strikethrough, code, pre, text_link, blockquote; `value` the language of a `pre` or
    the address of a `text_link`.
    """

    kind: str
    offset: int
    length: int
    value: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a platform, rendered: its text is within the platform's limit and in its dialect.

    `native` is what the channel put together besides; the core does not look into it.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    citations: tuple[Citation, ...] = ()
    progress: Progress | None = None
    entities: tuple[Entity, ...] = ()
    file: Attachment | None = None
    chart: Chart | None = None
    native: Mapping[str, Any] = field(default_factory=dict[str, Any])


class Channel(Protocol):
    """A platform on which people talk to the hub. `parse` and `render` are pure; `send` does the I/O."""

    @property
    def name(self) -> str:
        """What the ledger calls this channel."""
        ...

    def capabilities(self, address: Address) -> Capabilities:
        """Tell what can be done in this conversation."""
        ...

    def parse(self, event: object) -> Message | Notice | Feedback | None:
        """Read one native event; None for what is not for us (our own messages, joins, chatter between others)."""
        ...

    def render(self, reply: Reply, capabilities: Capabilities) -> tuple[Part, ...]:
        """Turn a reply into platform messages that together say all of it, each within the limits."""
        ...

    async def send(self, to: Address, part: Part, key: str) -> str:
        """Send one part and give the platform's id of it; raises a `ChannelError`."""
        ...


@runtime_checkable
class Editing(Protocol):
    """A channel that can change what it sent."""

    async def edit(self, to: Address, receipt: str, part: Part) -> None:
        """Replace the message with this id; raises a `ChannelError`."""
        ...


@runtime_checkable
class Finding(Protocol):
    """An idempotent channel that can look up what it sent, whichever process that was."""

    async def find(self, to: Address, key: str) -> str:
        """Give the platform's id of what was sent with a key, "" if nothing arrived; raises a `ChannelError`."""
        ...


@runtime_checkable
class Drafting(Protocol):
    """A channel with a way of its own to show an answer while it is written."""

    async def draft(self, to: Address, asked: Message, part: Part, key: str, receipt: str) -> str:
        """Show a part that is still growing: begun where `receipt` is empty, otherwise brought up to date.

        A draft that stays is begun without its text, because nobody knows of it until its receipt is committed. Gives
        the receipt that `edit` makes an ordinary message of, after a crash as well, or "" for a draft that leaves
        nothing behind. Raises a `ChannelError`; `Stopped` if the person ended it on the platform.
        """
        ...


@runtime_checkable
class Deleting(Protocol):
    """A channel that can take back what it sent."""

    async def delete(self, to: Address, receipt: str) -> None:
        """Remove the message with this id, or find it gone; raises a `ChannelError`."""
        ...


@runtime_checkable
class Typing(Protocol):
    """A channel that can show that an answer is on its way."""

    async def typing(self, to: Address) -> None:
        """Show it for the few seconds the platform gives; raises a `ChannelError`."""
        ...


@runtime_checkable
class Fetching(Protocol):
    """A channel whose files stay with the platform until they are wanted."""

    async def fetch(self, attachment: Attachment, to: Path) -> None:
        """Write the file to a path; raises a `ChannelError`, whose text is for the person."""
        ...


@runtime_checkable
class SendingFiles(Protocol):
    """A channel that can send files."""

    async def send_file(self, to: Address, file: Path, part: Part, key: str) -> str:
        """Send the file of a part, whose text goes with it, and give the platform's id; raises a `ChannelError`."""
        ...


@runtime_checkable
class Governing(Protocol):
    """A channel whose groups have administrators."""

    async def governs(self, address: Address, author: Author) -> bool:
        """Tell whether this author runs the group; raises a `ChannelError`."""
        ...


@runtime_checkable
class Asking(Protocol):
    """A channel that opens forms: it is told which one a pressed button stands for."""

    async def ask(self, event: object, form: Form) -> None:
        """Open the form for who did what `event` tells; raises a `ChannelError`."""
        ...


class Stream(Protocol):
    """An answer being written before somebody's eyes. Only the ledger's message counts; this animates."""

    async def push(self, delta: str) -> None:
        """Show more text."""
        ...

    async def close(self) -> None:
        """Stop animating; the finished message follows through the outbox, or nothing does."""
        ...


@runtime_checkable
class Speaking(Protocol):
    """A stream that shows who speaks."""

    def speak_as(self, name: str, avatar: str) -> None:
        """Learn which coach answers, before its first words."""
        ...


@runtime_checkable
class Streaming(Protocol):
    """A channel that can show an answer while it is written."""

    def stream(self, to: Address, key: str, answers: UUID) -> Stream:
        """Begin to animate the reply that will be sent with this key, the answer to the message with this id."""
        ...


class Silence:
    """The stream of a channel that cannot animate."""

    async def push(self, delta: str) -> None:
        """Show nothing."""

    async def close(self) -> None:
        """Stop showing nothing."""
