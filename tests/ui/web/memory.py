"""A core held in memory: answers from a few lines of a manual, slowly enough to be watched."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID, uuid5

from knowledge.errors import HubError
from ui.web.backend import (
    Attachment,
    Button,
    Citation,
    Command,
    Drafted,
    Event,
    Passage,
    Posted,
    Progress,
    Revised,
    Settled,
    ShownMessage,
    ShownThread,
    Starter,
    ThreadPage,
    UploadedFile,
)

COACH = "Packaging guide"
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
        attachments = tuple(Attachment(file.name, file.media_type) for file in files)
        self._say(thread_id, self._person(message_id, text, attachments))
        work = self._learn(thread_id, message_id, files) if files else self._reply(thread_id, message_id, text)
        self.turns[thread_id] = asyncio.create_task(work)

    async def stop(self, user_id: UUID, thread_id: UUID) -> None:
        if turn := self.turns.pop(thread_id, None):
            turn.cancel()

    @asynccontextmanager
    async def subscribe(self, user_id: UUID, thread_id: UUID) -> AsyncGenerator[AsyncIterator[Event]]:
        queue: asyncio.Queue[Event] = asyncio.Queue()
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
        return self.kept.get(thread_id) if self._owns(user_id, thread_id) else None

    async def threads(self, user_id: UUID, limit: int, cursor: str | None = None, search: str = "") -> ThreadPage:
        own = [kept for thread_id, kept in self.kept.items() if self._owns(user_id, thread_id)]
        found = [thread for thread in reversed(own) if search.lower() in thread.title.lower()]
        start = int(cursor or 0)
        rest = str(start + limit) if len(found) > start + limit else None
        return ThreadPage(tuple(found[start : start + limit]), rest)

    async def rename(self, user_id: UUID, thread_id: UUID, title: str) -> None:
        if not title.strip():
            raise RefusedError("A chat needs a title.")
        self.kept[thread_id] = replace(self.kept[thread_id], title=title)

    async def delete(self, user_id: UUID, thread_id: UUID) -> None:
        self.kept.pop(thread_id, None)
        self.lines.pop(thread_id, None)

    async def passage(self, user_id: UUID, citation_id: str) -> Passage | None:
        asked = any(owner == user_id for owner in self.owners.values())
        return PASSAGES.get(citation_id) if asked else None

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
        return ShownMessage(message_id, "coach", text, datetime.now(UTC), coach_name=COACH)

    def _keep(self, thread_id: UUID, message: ShownMessage) -> None:
        self.lines[thread_id][message.message_id] = message

    def _tell(self, thread_id: UUID, event: Event) -> None:
        for queue in self.listeners[thread_id]:
            queue.put_nowait(event)

    def _say(self, thread_id: UUID, message: ShownMessage, kind: type[Posted] | type[Revised] = Posted) -> None:
        self._keep(thread_id, message)
        self._tell(thread_id, kind(message))

    async def _reply(self, thread_id: UUID, message_id: UUID, text: str) -> None:
        answer_id = uuid5(message_id, "answer")
        try:
            await asyncio.sleep(self.pace)
            for word in ANSWER.split(" "):
                self._tell(thread_id, Drafted(answer_id, word + " ", COACH))
                await asyncio.sleep(self.pace)
            self._say(thread_id, replace(self._coach(answer_id, ANSWER), citations=CITATIONS))
        except asyncio.CancelledError:
            self._say(thread_id, self._coach(answer_id, "Stopped."))
        finally:
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
