"""A core held in memory: answers from a few lines of a manual, slowly enough to be watched."""

import asyncio
import tempfile
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4, uuid5

from conversation.message import Chart, Series
from knowledge.errors import HubError
from ui.web.backend import (
    Attachment,
    Button,
    Citation,
    Command,
    Drafted,
    Elsewhere,
    Event,
    KeptFile,
    Looking,
    Passage,
    Posted,
    Progress,
    Redrawn,
    Relisted,
    Revised,
    Seen,
    Settled,
    ShownCoach,
    ShownMessage,
    ShownThread,
    Starter,
    ThreadPage,
    UploadedFile,
    always,
)

COACH = "Packaging guide"
SPEAKER = ShownCoach(
    UUID(int=77), COACH, "📦", "Knows how packages are made.", ("Dependencies", "Scripts"), ("What is Depends?",), 1
)
CHART = Chart(
    "Packages a year", ("2023", "2024", "2025"), (Series("Packages", (3.0, 5.0, 8.0)), Series("Bugs", (1.0, 2.0, 1.0)))
)
TITLE = "Debian Policy Manual"
ANSWER = (
    "A package declares what it needs to run in `Depends` [1]. If it needs something only while it is being "
    "installed, it uses `Pre-Depends`, which is discussed beforehand on the developers' list [2].\n\n"
    "- `Depends`: must be configured before this package [1]\n"
    "- `Recommends`: found together in all but unusual installations\n\n"
    "An architecture qualifier such as python3:any widens what satisfies it [2]."
)
PASSAGES = {
    "depends": Passage(
        TITLE,
        "page 61 · 7.2 Binary Dependencies",
        "Packages can declare in their control file that they have certain relationships to other packages. ",
        "Depends declares an absolute dependency. A package will not be configured unless all of the packages "
        "listed in its Depends field have been correctly configured.",
        " The Depends field should be used if the depended-on package is required for the depending package to "
        "provide a significant amount of functionality.",
    ),
    "pre-depends": Passage(
        TITLE,
        "page 62 · 7.2 Binary Dependencies",
        "Recommends declares a strong, but not absolute, dependency.\n\n",
        "Pre-Depends should be used sparingly, preferably only by packages whose premature upgrade or "
        "installation would hamper the ability of the system to continue with any upgrade.",
        " You should not specify a Pre-Depends entry before this has been discussed.",
    ),
}
CITATIONS = tuple(
    Citation(number, key, TITLE, PASSAGES[key].place, PASSAGES[key].quote)
    for number, key in enumerate(PASSAGES, start=1)
)


class RefusedError(HubError):
    """The core does not take a message; its text says why."""


@dataclass(slots=True)
class Memory:
    """The fake core; `pace` is the pause between two drafts or progress steps, in seconds."""

    pace: float = 0.02
    refusing: str = ""
    away: bool = False
    spoken: dict[UUID, str] = field(default_factory=dict[UUID, str])
    speaker: ShownCoach = SPEAKER
    owners: dict[UUID, UUID] = field(default_factory=dict[UUID, UUID])
    kept: dict[UUID, ShownThread] = field(default_factory=dict[UUID, ShownThread])
    lines: dict[UUID, dict[UUID, ShownMessage]] = field(
        default_factory=lambda: defaultdict[UUID, dict[UUID, ShownMessage]](dict)
    )
    accepted: list[tuple[UUID, str, tuple[str, ...], str | None]] = field(
        default_factory=list[tuple[UUID, str, tuple[str, ...], str | None]]
    )
    listeners: dict[UUID, set[asyncio.Queue[Event]]] = field(
        default_factory=lambda: defaultdict[UUID, set[asyncio.Queue[Event]]](set)
    )
    subscribed: asyncio.Event = field(default_factory=asyncio.Event)
    turns: dict[UUID, asyncio.Task[None]] = field(default_factory=dict[UUID, asyncio.Task[None]])
    tries: dict[UUID, int] = field(default_factory=dict[UUID, int])
    unseen: set[UUID] = field(default_factory=set[UUID])
    drafts: dict[UUID, Drafted] = field(default_factory=dict[UUID, Drafted])
    files: dict[UUID, tuple[UUID, str, bytes]] = field(default_factory=dict[UUID, tuple[UUID, str, bytes]])

    async def accept(
        self,
        user_id: UUID,
        thread_id: UUID,
        message_id: UUID,
        text: str,
        files: Sequence[UploadedFile] = (),
        action: str | None = None,
    ) -> None:
        if self.refusing:
            raise RefusedError(self.refusing)
        if self.owners.setdefault(thread_id, user_id) != user_id:
            raise RefusedError("This chat belongs to somebody else.")
        self.accepted.append((message_id, text, tuple(file.name for file in files), action))
        title = (text or files[0].name)[:60]
        self.kept.setdefault(thread_id, ShownThread(thread_id, title, datetime.now(UTC)))
        attachments = tuple(self._attach(user_id, file) for file in files)
        self._say(thread_id, self._person(message_id, text, attachments))
        learns = any(file.kind == "document" for file in files)
        work = self._learn(thread_id, message_id, files) if learns else self._reply(thread_id, message_id, text)
        self.turns[thread_id] = asyncio.create_task(work)

    def _attach(self, user_id: UUID, file: UploadedFile) -> Attachment:
        file_id = uuid4()
        self.files[file_id] = user_id, file.name, file.path.read_bytes() if file.path.is_file() else b""
        return Attachment(file.name, file.media_type, file_id)

    async def edit(self, user_id: UUID, thread_id: UUID, message_id: UUID, text: str, edit_id: UUID) -> None:
        known = self.lines[thread_id].get(message_id)
        if not self._owns(user_id, thread_id) or known is None or self.refusing:
            raise RefusedError(self.refusing or "This cannot be reworded any more.")
        if known.text != text:
            self._say(thread_id, replace(known, text=text, pending=True), Revised)
            self.turns[thread_id] = asyncio.create_task(self._reply(thread_id, message_id, text))

    async def again(self, user_id: UUID, thread_id: UUID, answer_id: UUID) -> None:
        answer = self.lines[thread_id].get(answer_id)
        if not self._owns(user_id, thread_id) or answer is None or not (answer.repeatable and answer.answers):
            raise RefusedError("The question to this answer is no longer kept.")
        asked = self.lines[thread_id][answer.answers]
        if not asked.pending:
            self._say(thread_id, replace(asked, pending=True), Revised)
            self.turns[thread_id] = asyncio.create_task(self._reply(thread_id, asked.message_id, asked.text))

    async def rate(self, user_id: UUID, message_id: UUID, good: bool | None) -> None:
        for thread_id, lines in self.lines.items():
            if message_id in lines and self._owns(user_id, thread_id):
                return self._say(thread_id, replace(lines[message_id], good=good), Revised)
        raise RefusedError("There is no such answer.")

    async def see(self, user_id: UUID, thread_id: UUID) -> None:
        self.unseen.discard(thread_id)

    async def unread(self, user_id: UUID) -> list[UUID]:
        return [thread_id for thread_id in self.unseen if self._owns(user_id, thread_id)]

    async def message(self, user_id: UUID, message_id: UUID) -> ShownMessage | None:
        own = (lines for thread_id, lines in self.lines.items() if self._owns(user_id, thread_id))
        return next((lines[message_id] for lines in own if message_id in lines), None)

    async def file(self, user_id: UUID, file_id: UUID) -> KeptFile | None:
        owner, name, content = self.files.get(file_id, (None, "", b""))
        if owner != user_id:
            return None
        path = Path(tempfile.mkdtemp()) / "file"
        path.write_bytes(content)
        return KeptFile(path, name)

    async def coach(self, user_id: UUID, coach_id: UUID) -> ShownCoach | None:
        return self.speaker if coach_id == self.speaker.coach_id else None

    async def coach_of(self, user_id: UUID, thread_id: UUID) -> ShownCoach | None:
        return self.speaker if thread_id in self.kept else None

    def arrive(self, user_id: UUID, thread_id: UUID, text: str) -> None:
        """Say something unasked in a thread: a digest."""
        message = replace(self._coach(uuid4(), text), chart=CHART)
        self._say(thread_id, message)
        if self.listeners[thread_id]:
            return
        self.unseen.add(thread_id)
        told = Elsewhere(thread_id, self.kept[thread_id].title, text, unasked=True)
        for other in [other for other in list(self.listeners) if self.owners.get(other, user_id) == user_id]:
            self._tell(other, told)

    def seen(self, thread_id: UUID) -> None:
        """Have a thread seen in another tab."""
        for other in list(self.listeners):
            self._tell(other, Seen(thread_id))

    async def stop(self, user_id: UUID, thread_id: UUID) -> None:
        if turn := self.turns.pop(thread_id, None):
            turn.cancel()

    @asynccontextmanager
    async def subscribe(
        self, user_id: UUID, thread_id: UUID, looking: Looking = always
    ) -> AsyncGenerator[AsyncIterator[Event]]:
        queue: asyncio.Queue[Event] = asyncio.Queue()
        if drafted := self.drafts.get(thread_id):
            queue.put_nowait(drafted)
        self.listeners[thread_id].add(queue)
        self.subscribed.set()

        async def events() -> AsyncIterator[Event]:
            while True:
                yield await queue.get()

        try:
            yield events()
        finally:
            self.listeners[thread_id].discard(queue)

    async def messages(self, user_id: UUID, thread_id: UUID) -> list[ShownMessage]:
        return list(self.lines[thread_id].values()) if self._owns(user_id, thread_id) else []

    async def thread(self, user_id: UUID, thread_id: UUID) -> ShownThread | None:
        if self.away:
            raise RefusedError("The database is away.")
        return self.kept.get(thread_id) if self._owns(user_id, thread_id) else None

    async def threads(self, user_id: UUID, limit: int, cursor: str | None = None, search: str = "") -> ThreadPage:
        if limit < 1 or "\0" in search:
            raise ValueError("no database takes this")
        own = [kept for thread_id, kept in self.kept.items() if self._owns(user_id, thread_id)]
        found = [thread for thread in reversed(own) if search.lower() in thread.title.lower()]
        start = int(cursor or 0)
        rest = str(start + limit) if len(found) > start + limit else None
        return ThreadPage(tuple(found[start : start + limit]), rest)

    async def rename(self, user_id: UUID, thread_id: UUID, title: str) -> None:
        if "\0" in title:
            raise ValueError("no database takes this")
        if not title.strip():
            raise RefusedError("A chat needs a title.")
        self.kept[thread_id] = replace(self.kept[thread_id], title=title)

    async def delete(self, user_id: UUID, thread_id: UUID) -> None:
        self.kept.pop(thread_id, None)
        self.lines.pop(thread_id, None)
        self.drafts.pop(thread_id, None)
        await self.stop(user_id, thread_id)
        for other in list(self.listeners):
            self._tell(other, Redrawn() if other == thread_id else Relisted())

    async def passage(self, user_id: UUID, citation_id: str) -> Passage | None:
        asked = any(owner == user_id for owner in self.owners.values())
        return PASSAGES.get(citation_id) if asked else None

    async def language(self, user_id: UUID) -> str:
        return self.spoken.get(user_id, "en")

    async def starters(self, user_id: UUID) -> Sequence[Starter]:
        return (
            Starter("What can you do?", "What can you do?"),
            Starter("Teach a coach", "How do I teach a coach with my own files?"),
            Starter("How are dependencies declared?", "How are dependencies declared?"),
        )

    async def commands(self, user_id: UUID) -> Sequence[Command]:
        return (
            Command("help", "What can be asked for", "circle-help"),
            Command("coaches", "Choose a coach", "users"),
            Command("sources", "What this coach knows", "library"),
            Command("forget", "Forget what you told", "eraser"),
        )

    def _owns(self, user_id: UUID, thread_id: UUID) -> bool:
        return self.owners.get(thread_id) == user_id and thread_id in self.kept

    def _person(self, message_id: UUID, text: str, attachments: tuple[Attachment, ...]) -> ShownMessage:
        return ShownMessage(message_id, "person", text, datetime.now(UTC), attachments=attachments, pending=True)

    def _coach(self, message_id: UUID, text: str) -> ShownMessage:
        return ShownMessage(
            message_id, "coach", text, datetime.now(UTC), coach_name=self.speaker.name, coach=self.speaker
        )

    def _keep(self, thread_id: UUID, message: ShownMessage) -> None:
        self.lines[thread_id][message.message_id] = message

    def _tell(self, thread_id: UUID, event: Event) -> None:
        for queue in self.listeners[thread_id]:
            queue.put_nowait(event)

    def _say(self, thread_id: UUID, message: ShownMessage, kind: type[Posted] | type[Revised] = Posted) -> None:
        if thread_id in self.kept:
            self._keep(thread_id, message)
            self._tell(thread_id, kind(message))

    async def _reply(self, thread_id: UUID, message_id: UUID, text: str) -> None:
        answer_id = uuid5(message_id, "answer")
        try:
            await asyncio.sleep(self.pace)
            for number, word in enumerate(ANSWER.split(" ")):
                before = self.drafts[thread_id].text if number else ""
                self.drafts[thread_id] = Drafted(answer_id, f"{before}{word} ", message_id, whole=True)
                self._tell(thread_id, Drafted(answer_id, f"{word} ", message_id, whole=number == 0))
                await asyncio.sleep(self.pace)
            self.tries[message_id] = self.tries.get(message_id, 0) + 1
            said = replace(
                self._coach(answer_id, f"{ANSWER}\n\nTry {self.tries[message_id]}: {text}."), citations=CITATIONS
            )
            self._say(thread_id, replace(said, answers=message_id, repeatable=True, scored=True))
        except asyncio.CancelledError:
            self._say(thread_id, replace(self._coach(answer_id, "Stopped."), answers=message_id, repeatable=True))
        finally:
            self.drafts.pop(thread_id, None)
            self._settle(thread_id, message_id)

    async def _learn(self, thread_id: UUID, message_id: UUID, files: Sequence[UploadedFile]) -> None:
        started = [self._coach(uuid5(message_id, file.name), f"Reading **{file.name}**") for file in files]
        for message in started:
            self._say(thread_id, replace(message, progress=Progress("Waiting, 1st in the queue", 0, 0, 0)))
        self._settle(thread_id, message_id)
        for percent in range(0, 101, 5):
            await asyncio.sleep(self.pace)
            for message in started:
                progress = Progress("Reading pages", percent, percent, 100)
                stop = (Button("Cancel", f"cancel {message.message_id}"),)
                self._say(thread_id, replace(message, progress=progress, buttons=stop), Revised)
        for message, file in zip(started, files, strict=True):
            learned = f"I have read **{file.name}**: 128 pages, mainly about dependencies, scripts and archives."
            asks = tuple(Button(label, label) for label in ("What is Depends?", "How are scripts run?"))
            self._say(thread_id, replace(message, text=learned, buttons=asks), Revised)

    def _settle(self, thread_id: UUID, message_id: UUID) -> None:
        if message := self.lines[thread_id].get(message_id):
            self._keep(thread_id, replace(message, pending=False))
        self._tell(thread_id, Settled(message_id))
