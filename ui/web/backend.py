"""What the web chat needs from the core: one port and the values that pass through it.

The view stores nothing. Every message it shows was read through :class:`ChatBackend`, and every message a
person writes is handed to it and shown as accepted only once :meth:`ChatBackend.accept` has returned.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol
from uuid import UUID

from conversation.message import Chart
from conversation.speech import Speech


@dataclass(frozen=True, slots=True)
class WebUser:
    """The person behind a request, as the session cookie tells."""

    user_id: UUID
    name: str
    guest: bool = False
    language: str = "en"

    @property
    def speech(self) -> Speech:
        """What they are spoken to with."""
        return Speech(self.language)


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file that stands in the upload folder until `accept` returns; who wants to keep it copies it."""

    path: Path
    name: str
    media_type: str
    size: int
    kind: Literal["document", "photo", "voice", "audio"] = "document"


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of the ledger, written to `path` for a moment; whoever got it deletes the folder around it."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class ShownCoach:
    """A coach as its messages and its page show it; `avatar` is an emoji, `about` what it is good at."""

    coach_id: UUID
    name: str
    avatar: str
    about: str = ""
    topics: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    documents: int = 0
    own: bool = False


@dataclass(frozen=True, slots=True)
class Citation:
    """One numbered source of an answer; the text carries its number as ``[1]``, which the view makes a link.

    The link leads to ``/chat/citations/{citation_id}``, a page of the view, readable without script.
    """

    number: int
    citation_id: str
    title: str
    place: str
    """Where in the document, for people: ``page 12 · 7.2 Binary Dependencies``."""
    quote: str


@dataclass(frozen=True, slots=True)
class Passage:
    """The exact text a citation rests on, with what stands before and after it in the document."""

    title: str
    place: str
    before: str
    quote: str
    after: str
    href: str = ""
    """Address of the whole document, when it has one (a web page)."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message; its value comes back as the `action` of `accept`, or it opens `url`."""

    label: str
    value: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a piece of work has come; a message with one is drawn with a bar and edited in place."""

    step: str
    percent: int
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message: shown by its name, and opened if the ledger holds it."""

    name: str
    media_type: str
    file_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """A message as it stands in the thread."""

    message_id: UUID
    author: Literal["person", "coach"]
    text: str
    """Markdown, already sanitised by the core."""
    created_at: datetime
    coach_name: str = ""
    citations: tuple[Citation, ...] = ()
    buttons: tuple[Button, ...] = ()
    progress: Progress | None = None
    attachments: tuple[Attachment, ...] = ()
    pending: bool = False
    """Of a person's message: its turn is not done, so an answer is still to come and can be stopped."""
    coach: ShownCoach | None = None
    """Of a coach's message: who says it, if that is known."""
    avatar: str = ""
    """Of a coach's message: the emoji of who says it."""
    answers: UUID | None = None
    """Of a coach's message: the person's message that it answers."""
    repeatable: bool = False
    """The question of this answer can be answered anew."""
    scored: bool = False
    """People are asked what they think of this answer; `good` is what this one said, None if nothing yet."""
    good: bool | None = None
    chart: Chart | None = None


@dataclass(frozen=True, slots=True)
class ShownThread:
    """A thread as the side bar lists it."""

    thread_id: UUID
    title: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """One page of threads, the latest first; `next_cursor` is None on the last page."""

    threads: tuple[ShownThread, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Starter:
    """A first message offered on an empty thread."""

    label: str
    message: str


@dataclass(frozen=True, slots=True)
class Command:
    """A chat command, without its slash; `icon` is a name of the Lucide set."""

    name: str
    description: str
    icon: str = "slash"


@dataclass(frozen=True, slots=True)
class Posted:
    """A message now stands in the thread: an answer, or what the person wrote, here or in another tab.

    Telling a tab of a message it wrote itself does no harm.
    """

    message: ShownMessage


@dataclass(frozen=True, slots=True)
class Revised:
    """A message that stands already has a new text, progress or buttons."""

    message: ShownMessage


@dataclass(frozen=True, slots=True)
class Drafted:
    """More text of an answer that is being written, under the id it will stand with; only an animation.

    `answers` is the message it answers. A `whole` text is all there is by now, and takes the place of what was shown.
    """

    message_id: UUID
    text: str
    answers: UUID
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """The turn of a person's message is over: answered, stopped or given up. Drafts of it are void."""

    message_id: UUID


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Something was said in another thread of this person; `unasked`: without their having asked.

    `text` is how it begins.
    """

    thread_id: UUID
    title: str
    text: str
    unasked: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """The person has seen another thread of theirs."""

    thread_id: UUID


@dataclass(frozen=True, slots=True)
class Redrawn:
    """The thread is not what it was: something in it was erased, or it is gone."""


@dataclass(frozen=True, slots=True)
class Relisted:
    """Another thread of this person is gone, or not what it was."""


Event = Posted | Revised | Drafted | Settled | Elsewhere | Seen | Redrawn | Relisted
Looking = Callable[[], bool]
"""Tells whether what a stream shows is before the person's eyes at this moment."""


def always() -> bool:
    """Be looked at all the time."""
    return True


class ChatBackend(Protocol):
    """The core as the web chat sees it; every call is made for one person, whose rights it checks.

    A thread or citation that is missing or somebody else's is the same to the view: None, or an error
    derived from `HubError` with a sentence for people.
    """

    async def accept(
        self,
        user_id: UUID,
        thread_id: UUID,
        message_id: UUID,
        text: str,
        files: Sequence[UploadedFile] = (),
        action: str | None = None,
    ) -> None:
        """Commit a message or a pressed button to the inbox; a new thread id opens a thread.

        `message_id` is the client's own and makes a second try harmless. Every accepted call ends in one
        `Settled` with its id, a pressed button too. Raises `HubError` when nothing
        was committed; its sentence is shown beside a retry button.
        """
        ...

    async def edit(self, user_id: UUID, thread_id: UUID, message_id: UUID, text: str, edit_id: UUID) -> None:
        """Reword a message, which is then answered anew in place of its answer; nothing else changes.

        `edit_id` makes a second try harmless. Raises `HubError` for what cannot be reworded: a press, or what is gone.
        """
        ...

    async def again(self, user_id: UUID, thread_id: UUID, answer_id: UUID) -> None:
        """Answer a question anew in place of this answer; asking twice at once is asking once."""
        ...

    async def rate(self, user_id: UUID, message_id: UUID, good: bool | None) -> None:
        """Keep what the person thinks of an answer; None takes it back."""
        ...

    async def see(self, user_id: UUID, thread_id: UUID) -> None:
        """Note that the person has seen all of this thread."""
        ...

    async def unread(self, user_id: UUID) -> list[UUID]:
        """List the threads in which something stands that the person has not seen."""
        ...

    async def stop(self, user_id: UUID, thread_id: UUID) -> None:
        """Cancel the answer that is being written in this thread."""
        ...

    def subscribe(
        self, user_id: UUID, thread_id: UUID, looking: Looking = always
    ) -> AbstractAsyncContextManager[AsyncIterator[Event]]:
        """Open the stream of a thread's events; none is missed from the moment the context is entered.

        The thread may not exist yet: its events begin with its first message. While a thread is open but nobody is
        `looking`, the person's other tabs are told what is said in it. It begins with what is drafted at this moment.
        """
        ...

    async def messages(self, user_id: UUID, thread_id: UUID) -> list[ShownMessage]:
        """Read all messages of a thread, the oldest first; none for a thread that is not this person's."""
        ...

    async def message(self, user_id: UUID, message_id: UUID) -> ShownMessage | None:
        """Read one message, or None when it is gone or not this person's."""
        ...

    async def thread(self, user_id: UUID, thread_id: UUID) -> ShownThread | None:
        """Read one thread of this person, or None."""
        ...

    async def threads(self, user_id: UUID, limit: int, cursor: str | None = None, search: str = "") -> ThreadPage:
        """List the person's threads, the latest first, kept to those that contain `search`."""
        ...

    async def rename(self, user_id: UUID, thread_id: UUID, title: str) -> None:
        """Give a thread another title."""
        ...

    async def delete(self, user_id: UUID, thread_id: UUID) -> None:
        """Delete a thread with its messages."""
        ...

    async def passage(self, user_id: UUID, citation_id: str) -> Passage | None:
        """Read the live passage behind a citation, or None when it is gone or not for this person."""
        ...

    async def file(self, user_id: UUID, file_id: UUID) -> KeptFile | None:
        """Fetch a file of this person's, or None when it is gone or not theirs."""
        ...

    async def coach(self, user_id: UUID, coach_id: UUID) -> ShownCoach | None:
        """Read a coach that this person may talk with, or None."""
        ...

    async def coach_of(self, user_id: UUID, thread_id: UUID) -> ShownCoach | None:
        """Tell who answers in a thread, or None before it begins."""
        ...

    async def language(self, user_id: UUID) -> str:
        """Tell in which language this person is spoken to by now."""
        ...

    async def starters(self, user_id: UUID) -> Sequence[Starter]:
        """List the first messages offered to this person."""
        ...

    async def commands(self, user_id: UUID) -> Sequence[Command]:
        """List the commands this person may use."""
        ...
