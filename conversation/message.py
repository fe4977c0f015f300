"""What people say to the hub and what the hub says back, as plain values that every channel and the ledger share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Address:
    """Where a conversation lives: which channel, which of its installations, which chat there.

    The `external_id` of a thread in a group is the group's, a colon, and the thread's own. `via` is what the platform
    wants to be told besides to let us write there, in the channel's own words; it is no part of the identity. One that
    is `lasting` is good for whatever is said there later, any other for the replies to one message.
    """

    channel: str
    account: str
    external_id: str
    kind: Literal["direct", "group", "thread"] = "direct"
    via: str = field(default="", compare=False)
    lasting: bool = field(default=False, compare=False)

    @property
    def passing(self) -> str:
        """The way that is good for the replies to one message alone; "" for none, or one that lasts."""
        return "" if self.lasting else self.via

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
    `by_admin`: the author runs the group this was written in. Not `addressed`: written in a thread without naming us,
    so it is heard only where we take part. `fields` are the answers of a form, whose `action` it is. `spoken` is what
    was understood of a voice message; the text holds it too.
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
    addressed: bool = True
    spoken: str = ""
    fields: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Notice:
    """What a platform tells of a conversation without anybody having said something.

    `blocked`: we may not write there until `unblocked`; `moved`: it goes on at `moved_to`; `deleted`: its author took
    back the message with this `native_id`; `uninstalled`: we may not write anywhere in the address's account any more.
    """

    address: Address
    dedupe_key: str
    kind: Literal["blocked", "unblocked", "moved", "deleted", "uninstalled"]
    moved_to: str = ""
    native_id: str = ""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What somebody thinks of an answer: `native_id` is the platform's id of its message, or of one of its parts.

    `good` is None when they take back what they said of it.
    """

    address: Address
    dedupe_key: str
    author: Author
    native_id: str
    good: bool | None


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
class Field:
    """One question of a form; with `options`, one of these is chosen, and their values are what it comes to.

    `value` stands there already, `limit` is how many characters an answer may have, `long` gives it several lines.
    """

    name: str
    label: str
    value: str = ""
    hint: str = ""
    options: tuple[Button, ...] = ()
    limit: int = 200
    long: bool = False
    required: bool = True


@dataclass(frozen=True, slots=True)
class Form:
    """Several questions at once: the answers come back as the `fields` of a message whose action is `action`.

    `opens` is the label of the button that opens it. A channel without forms leaves it out: the reply it goes with asks
    the first question, and the skill asks the others one by one.
    """

    title: str
    action: str
    fields: tuple[Field, ...]
    opens: str
    submit: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Numbers to be seen: one bar or point of every series for each label."""

    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    kind: Literal["bar", "line"] = "bar"


@dataclass(frozen=True, slots=True)
class Series:
    """The numbers of a chart that belong together; as many as it has labels."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """One thing the hub says: CommonMark text with `[n]` marks for its citations, what can be pressed below it, and
    files of the ledger that go with it.

    `about` is the question it answers, made to stand alone, so that a follow-up can be understood; `expects` names the
    skill that the next plain message is meant for. `avatar` is the emoji of the coach that says it. `feedback`: people
    are asked what they think of it. `form` and `chart` come with the text. `stopped`: the person had no patience for
    the rest of it. `via` is the `Address.passing` way of the message it answers; one that is a web address may
    lead to its author alone, so what went there is never said anywhere else.
    `suggests` are questions to ask next, for a channel that has a place of its own for such: their values are said as
    they stand.
    """

    text: str
    citations: tuple[Citation, ...] = ()
    buttons: tuple[Button, ...] = ()
    progress: Progress | None = None
    coach_name: str = ""
    about: str = ""
    expects: str = ""
    files: tuple[Attachment, ...] = ()
    avatar: str = ""
    feedback: bool = False
    form: Form | None = None
    chart: Chart | None = None
    stopped: bool = False
    via: str = ""
    suggests: tuple[Button, ...] = ()
