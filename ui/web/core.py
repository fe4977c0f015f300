"""The core behind the web chat: `ChatBackend` over inbox, threads and documents."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path
from uuid import UUID

import structlog

from conversation import coaches, feedback, inbox, skills, threads
from conversation.dispatcher import Dispatcher
from conversation.errors import NotFound
from conversation.message import Attachment, Message
from conversation.passages import open_cited
from conversation.people import profile
from conversation.speech import Speech
from conversation.threads import Thread
from knowledge import files
from knowledge.db import Database, load_queries
from knowledge.db.errors import DatabaseUnavailable
from knowledge.documents import store
from knowledge.phrases import Phrase
from ui.web.backend import (
    Command,
    Event,
    KeptFile,
    Looking,
    Passage,
    ShownCoach,
    ShownMessage,
    ShownThread,
    Starter,
    ThreadPage,
    UploadedFile,
    always,
)
from ui.web.channel import NAME, WebChannel, Written, address_of
from ui.web.errors import Wordless
from ui.web.events import Events
from ui.web.shown import to_coach, to_shown

_log = structlog.get_logger(__name__)
_QUERIES = load_queries("ui.web", "channel.sql")


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
        if not isinstance(message, Message):
            raise NotFound("There is nothing to read in this.")
        accepted = await inbox.accept(self._database, user_id, message)
        self._dispatcher.wake(accepted.conversation_id, user_id)
        try:
            async with self._database.person(user_id) as connection:
                await threads.changed(connection, accepted.conversation_id, message_id)
        except DatabaseUnavailable:  # it was accepted all the same, and whoever refuses it now has it acted on twice
            if not accepted.fresh:
                raise  # no turn will end and tell the page that this is over
            _log.warning("web.message_not_shown", conversation_id=str(accepted.conversation_id))

    async def edit(self, user_id: UUID, thread_id: UUID, message_id: UUID, text: str, edit_id: UUID) -> None:
        """Reword a message, which is answered anew in place of its answer."""
        conversation_id = _conversation(thread_id)
        async with self._database.person(user_id) as connection:
            first = await threads.said(connection, conversation_id, message_id)
        if first is None or first.action is not None:
            raise NotFound("This cannot be reworded any more. Write it as a new message.")
        if not text.strip():
            raise Wordless
        worded = Written(user_id, thread_id, message_id, text, first.attachments, edit_id=edit_id)
        message = self._channel.parse(worded)
        if not isinstance(message, Message):
            raise NotFound("There is nothing to read in this.")
        accepted = await inbox.accept(self._database, user_id, message)
        if accepted.fresh:
            async with self._database.person(user_id) as connection:
                await threads.changed(connection, conversation_id, message_id)
        self._dispatcher.wake(conversation_id, user_id)

    async def again(self, user_id: UUID, thread_id: UUID, answer_id: UUID) -> None:
        """Answer a question anew in place of this answer."""
        conversation_id = _conversation(thread_id)
        async with self._database.person(user_id) as connection:
            asked = await threads.again(connection, conversation_id, answer_id)
            if asked is None:
                raise NotFound("The question to this answer is no longer kept. Ask it once more.")
            if asked.fresh:
                await threads.changed(connection, conversation_id, asked.message_id)
        self._dispatcher.wake(conversation_id, user_id)

    async def rate(self, user_id: UUID, message_id: UUID, good: bool | None) -> None:
        """Keep what the person thinks of an answer, and show it in all their tabs."""
        async with self._database.person(user_id) as connection:
            row = await (await connection.execute(_QUERIES["place"], {"message_id": message_id})).fetchone()
            if row is None:
                raise NotFound("There is no such answer.")
            await feedback.give(connection, message_id, str(user_id), good)
            await threads.changed(connection, row["conversation_id"], message_id)

    async def see(self, user_id: UUID, thread_id: UUID) -> None:
        """Note that the person has seen all of this thread."""
        async with self._database.person(user_id) as connection:
            if await threads.see(connection, _conversation(thread_id)):
                await connection.execute(_QUERIES["seen"], {"thread_id": thread_id, "user_id": user_id})

    async def unread(self, user_id: UUID) -> list[UUID]:
        """List the threads in which something stands that the person has not seen."""
        async with self._database.person(user_id) as connection:
            return [UUID(thread_id) for thread_id in await threads.unread(connection, user_id, NAME)]

    async def _keep(self, user_id: UUID, uploaded: Sequence[UploadedFile]) -> tuple[Attachment, ...]:
        if not uploaded:
            return ()
        kept: list[Attachment] = []
        async with self._database.person(user_id) as connection:
            for file in uploaded:
                stored = await files.keep(connection, user_id, file.path, file.name, file.media_type)
                kept.append(Attachment(stored.file_id, file.name, file.media_type, stored.size, kind=file.kind))
        return tuple(kept)

    async def stop(self, user_id: UUID, thread_id: UUID) -> None:
        """Cancel the answer that is being written in this thread."""
        conversation_id = _conversation(thread_id)
        if await inbox.cancel(self._database, user_id, conversation_id):
            self._dispatcher.stop(conversation_id)

    def subscribe(
        self, user_id: UUID, thread_id: UUID, looking: Looking = always
    ) -> AbstractAsyncContextManager[AsyncIterator[Event]]:
        """Open the stream of a thread's events."""
        return self._events.subscribe(_conversation(thread_id), user_id, looking)

    async def messages(self, user_id: UUID, thread_id: UUID) -> list[ShownMessage]:
        """Read all messages of a thread, the oldest first."""
        async with self._database.person(user_id) as connection:
            return [to_shown(line) for line in await threads.messages(connection, _conversation(thread_id))]

    async def message(self, user_id: UUID, message_id: UUID) -> ShownMessage | None:
        """Read one message, or None."""
        async with self._database.person(user_id) as connection:
            line = await threads.message(connection, message_id)
        return to_shown(line) if line else None

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
        """Delete a thread with its messages, and end the answer that is being written in it."""
        conversation_id = _conversation(thread_id)
        async with self._database.person(user_id) as connection:
            if not await threads.delete(connection, conversation_id):
                raise NotFound("There is no such conversation.")
            await threads.redraw(connection, user_id, conversation_id)
        self._dispatcher.stop(conversation_id)

    async def passage(self, user_id: UUID, citation_id: str) -> Passage | None:
        """Read the passage behind a citation of one of the person's own messages."""
        message_id, number = _parts(citation_id)
        if message_id is None:
            return None
        async with self._database.person(user_id) as connection:
            found = await open_cited(connection, message_id, number)
        return Passage(found.title, found.place, found.before, found.quote, found.after) if found else None

    async def file(self, user_id: UUID, file_id: UUID) -> KeptFile | None:
        """Fetch a file of this person's into a folder of its own."""
        folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="evermynd-file-"))
        try:
            async with self._database.person(user_id) as connection:
                name = await files.name_of(connection, file_id)
                await files.restore(connection, file_id, folder / "file")
        except files.FileGone:
            await asyncio.to_thread(shutil.rmtree, folder)
            return None
        except BaseException:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
            raise
        return KeptFile(folder / "file", name)

    async def coach(self, user_id: UUID, coach_id: UUID) -> ShownCoach | None:
        """Read a coach that this person may talk with."""
        async with self._database.person(user_id) as connection:
            found = await coaches.find(connection, coach_id)
        return to_coach(found) if found else None

    async def coach_of(self, user_id: UUID, thread_id: UUID) -> ShownCoach | None:
        """Tell who answers in a thread."""
        async with self._database.person(user_id) as connection:
            given = {"conversation_id": _conversation(thread_id)}
            row = await (await connection.execute(_QUERIES["coach"], given)).fetchone()
            found = await coaches.find(connection, row["coach_id"]) if row and row["coach_id"] else None
        return to_coach(found) if found else None

    async def language(self, user_id: UUID) -> str:
        """Tell in which language this person is spoken to by now."""
        async with self._database.person(user_id) as connection:
            person = await profile.read(connection, user_id)
        return person.language if person else "en"

    async def starters(self, user_id: UUID) -> Sequence[Starter]:
        """Offer questions the coach of the person's next thread can answer."""
        async with self._database.person(user_id) as connection:
            coach = await coaches.latest(connection, user_id)
            taught = await store.listing(connection, coach.coach_id) if coach and not coach.guide else []
        asked = [question for document in taught for question in document.questions]
        speech = Speech(await self.language(user_id))
        return [Starter(speech.restate(question), question) for question in (asked or STARTERS)[:4]]

    async def commands(self, user_id: UUID) -> Sequence[Command]:
        """List the commands this person may use."""
        async with self._database.person(user_id) as connection:
            person = await profile.read(connection, user_id)
        speech = Speech(person.language if person else "en")
        offered = skills.commands(creator=person is not None and "creator" in person.roles)
        return [Command(c.name, c.described(speech), c.icon) for c in offered]


STARTERS = (
    Phrase("How do I make a coach of my own?"),
    Phrase("Which files can a coach learn from?"),
    Phrase("How do citations work?"),
    Phrase("What do you remember about me?"),
)
"""Shown in the person's language, asked in English: the guide's handbook answers in English."""


def _conversation(thread_id: UUID) -> UUID:
    return inbox.conversation_of(address_of(thread_id))


def _time(cursor: str) -> datetime:
    try:
        return datetime.fromisoformat(cursor)
    except ValueError as error:
        raise NotFound("There is no such page of the list.") from error


def _shown(thread: Thread) -> ShownThread:
    return ShownThread(UUID(thread.external_id), thread.title, thread.updated_at)


def _parts(citation_id: str) -> tuple[UUID | None, int]:
    message, _, number = citation_id.partition(".")
    try:
        return UUID(message), int(number)
    except ValueError:
        return None, 0
