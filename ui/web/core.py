"""The core behind the web chat: `ChatBackend` over inbox, threads and documents."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from uuid import UUID

from conversation import coaches, inbox, skills, threads
from conversation.dispatcher import Dispatcher
from conversation.errors import NotFound
from conversation.message import Attachment
from conversation.passages import open_cited
from conversation.threads import Thread
from knowledge import files
from knowledge.db import Database
from knowledge.documents import store
from ui.web.backend import (
    Command,
    Event,
    Passage,
    ShownMessage,
    ShownThread,
    Starter,
    ThreadPage,
    UploadedFile,
)
from ui.web.channel import NAME, WebChannel, Written, address_of
from ui.web.events import Events
from ui.web.shown import to_posted, to_shown


class Core:
    """Gives the web chat what it shows and takes what people write; see `ChatBackend`."""

    def __init__(self, database: Database, dispatcher: Dispatcher, channel: WebChannel, events: Events) -> None:
        self._database = database
        self._dispatcher = dispatcher
        self._channel = channel
        self._events = events

    async def accept(
        self,
        user_id: UUID,
        thread_id: UUID,
        message_id: UUID,
        text: str,
        files: Sequence[UploadedFile] = (),
        action: str | None = None,
    ) -> None:
        """Commit a message or a press to the inbox, and start its turn."""
        kept = await self._keep(user_id, files)
        message = self._channel.parse(Written(user_id, thread_id, message_id, text, kept, action))
        if message is None:
            raise NotFound("There is nothing to read in this.")
        accepted = await inbox.accept(self._database, user_id, message)
        if accepted.fresh:
            self._events.post(accepted.conversation_id, user_id, to_posted(message_id, message))
        self._dispatcher.wake(accepted.conversation_id, user_id)

    async def _keep(self, user_id: UUID, uploaded: Sequence[UploadedFile]) -> tuple[Attachment, ...]:
        if not uploaded:
            return ()
        kept: list[Attachment] = []
        async with self._database.person(user_id) as connection:
            for file in uploaded:
                stored = await files.keep(connection, user_id, file.path, file.name, file.media_type)
                kept.append(Attachment(stored.file_id, file.name, file.media_type, stored.size))
        return tuple(kept)

    async def stop(self, user_id: UUID, thread_id: UUID) -> None:
        """Cancel the answer that is being written in this thread."""
        conversation_id = _conversation(thread_id)
        if await inbox.cancel(self._database, user_id, conversation_id):
            self._dispatcher.stop(conversation_id)

    def subscribe(self, user_id: UUID, thread_id: UUID) -> AbstractAsyncContextManager[AsyncIterator[Event]]:
        """Open the stream of a thread's events."""
        return self._events.subscribe(_conversation(thread_id), user_id)

    async def messages(self, user_id: UUID, thread_id: UUID) -> list[ShownMessage]:
        """Read all messages of a thread, the oldest first."""
        async with self._database.person(user_id) as connection:
            return [to_shown(line) for line in await threads.messages(connection, _conversation(thread_id))]

    async def thread(self, user_id: UUID, thread_id: UUID) -> ShownThread | None:
        """Read one thread of this person, or None."""
        async with self._database.person(user_id) as connection:
            found = await threads.find(connection, _conversation(thread_id))
        return _shown(found) if found else None

    async def threads(self, user_id: UUID, limit: int, cursor: str | None = None, search: str = "") -> ThreadPage:
        """List the person's threads, the latest first."""
        before = _time(cursor) if cursor else None
        async with self._database.person(user_id) as connection:
            found = await threads.listing(connection, user_id, NAME, limit + 1, before, search)
        more = found[limit - 1].updated_at.isoformat() if len(found) > limit else None
        return ThreadPage(tuple(_shown(thread) for thread in found[:limit]), more)

    async def rename(self, user_id: UUID, thread_id: UUID, title: str) -> None:
        """Give a thread another title."""
        async with self._database.person(user_id) as connection:
            if not await threads.rename(connection, _conversation(thread_id), title):
                raise NotFound("There is no such conversation.")

    async def delete(self, user_id: UUID, thread_id: UUID) -> None:
        """Delete a thread with its messages."""
        async with self._database.person(user_id) as connection:
            if not await threads.delete(connection, _conversation(thread_id)):
                raise NotFound("There is no such conversation.")

    async def passage(self, user_id: UUID, citation_id: str) -> Passage | None:
        """Read the passage behind a citation of one of the person's own messages."""
        message_id, number = _parts(citation_id)
        if message_id is None:
            return None
        async with self._database.person(user_id) as connection:
            found = await open_cited(connection, message_id, number)
        return Passage(found.title, found.place, found.before, found.quote, found.after) if found else None

    async def starters(self, user_id: UUID) -> Sequence[Starter]:
        """Offer questions the coach of the person's next thread can answer."""
        async with self._database.person(user_id) as connection:
            coach = await coaches.latest(connection, user_id)
            taught = await store.listing(connection, coach.coach_id) if coach and not coach.guide else []
        asked = [question for document in taught for question in document.questions]
        return [Starter(question, question) for question in (asked or STARTERS)[:4]]

    async def commands(self, user_id: UUID) -> Sequence[Command]:
        """List the commands this person may use."""
        creator = await self._is_creator(user_id)
        return [Command(c.name, c.description, c.icon) for c in skills.commands(creator=creator)]

    async def _is_creator(self, user_id: UUID) -> bool:
        async with self._database.person(user_id) as connection:
            row = await (await connection.execute("select roles from users")).fetchone()
        return bool(row and "creator" in row["roles"])


STARTERS = (
    "How do I make a coach of my own?",
    "Which files can a coach learn from?",
    "How do citations work?",
    "What do you remember about me?",
)


def _conversation(thread_id: UUID) -> UUID:
    return inbox.conversation_of(address_of(thread_id))


def _time(cursor: str) -> datetime:
    try:
        return datetime.fromisoformat(cursor)
    except ValueError as error:
        raise NotFound("There is no such page of the list.") from error


def _shown(thread: Thread) -> ShownThread:
    return ShownThread(UUID(thread.external_id), thread.title or "New chat", thread.updated_at)


def _parts(citation_id: str) -> tuple[UUID | None, int]:
    message, _, number = citation_id.partition(".")
    try:
        return UUID(message), int(number)
    except ValueError:
        return None, 0
