"""What people say to the hub and what the hub says back, as plain values that every channel and the ledger share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Address:
    """Where a conversation lives: which channel, which of its installations, which chat there.

    The `external_id` of a thread in a group is the group's, a colon, and the thread's own.
    """

    channel: str
    account: str
    external_id: str
    kind: Literal["direct", "group", "thread"] = "direct"

    @property
    def group_id(self) -> str:
        """The platform's id of the group."""
        return self.external_id.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a message, by the channel's own id; the name is for showing and identifies nobody.

    `language` is the platform's tag for what they read (BCP 47, "" if it does not tell).
    """

    external_id: str
    name: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a message: kept in the ledger (`file_id`), or still with the platform under its id there (`remote`).

    `kind` tells what the platform calls it; `problem` says, to a person, why it could not be fetched.
    """

    file_id: UUID | None
    name: str
    media_type: str
    size: int
    remote: str = ""
    kind: Literal["document", "photo", "voice", "audio", "video", "sticker", "other"] = "document"
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One thing a person did in a conversation: wrote, sent files, or pressed a button.

    `action` is what the button stands for; `message_id` is the id under which the message stands in its thread, if the
    client chose one. `native_id` is the platform's id of what was written, and `edits` says that this is a later
    wording of it. Messages with the same `album` were sent as one. `quoted` is the text this one replies to.
    `by_admin`: the author runs the group this was written in.
    """

    address: Address
    dedupe_key: str
    author: Author
    text: str
    sent_at: datetime
    attachments: tuple[Attachment, ...] = ()
    action: str | None = None
    message_id: UUID | None = None
    native_id: str = ""
    edits: bool = False
    album: str = ""
    quoted: str = ""
    by_admin: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """What a platform tells of a conversation without anybody having said something.

    `blocked`: we may not write there until `unblocked`; `moved`: it goes on at `moved_to`.
    """

    address: Address
    dedupe_key: str
    kind: Literal["blocked", "unblocked", "moved"]
    moved_to: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press: pressing `value` is as good as saying it (`/…` runs a command, other text is a message); with
    a `url`, pressing opens that instead."""

    label: str
    value: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact words an answer rests on: `quote` is `document text[start:end]` of that version (code points)."""

    number: int
    document_id: UUID
    version: int
    start: int
    end: int
    quote: str
    title: str
    place: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far something has come; `percent` runs from 0 to 100, `total` is 0 while unknown."""

    step: str
    percent: int
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """One thing the hub says: CommonMark text with `[n]` marks for its citations, what can be pressed below it, and
    files of the ledger that go with it.

    `about` is the question it answers, made to stand alone, so that a follow-up can be understood; `expects` names the
    skill that the next plain message is meant for.
    """

    text: str
    citations: tuple[Citation, ...] = ()
    buttons: tuple[Button, ...] = ()
    progress: Progress | None = None
    coach_name: str = ""
    about: str = ""
    expects: str = ""
    files: tuple[Attachment, ...] = ()
