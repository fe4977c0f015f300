"""Who looks at which thread on this replica, and what happens there: notices of the ledger, drafts of our turns."""

from __future__ import annotations

import asyncio
import json
import re
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from conversation import threads
from conversation.inbox import conversation_of
from conversation.threads import Line
from knowledge.db import Database
from knowledge.db.errors import DatabaseUnavailable
from ui.web.backend import (
    Drafted,
    Elsewhere,
    Event,
    Looking,
    Posted,
    Redrawn,
    Relisted,
    Revised,
    Seen,
    Settled,
    always,
)
from ui.web.places import address_of
from ui.web.shown import to_shown

_log = structlog.get_logger(__name__)
RETRY = 1.0
BEGINNING = 100
"""Characters of a message that are told of elsewhere."""


@dataclass(eq=False, slots=True)
class _Viewer:
    """A tab that shows a thread, seen by its person while they are `looking`; `told` are the messages it was shown."""

    user_id: UUID
    conversation_id: UUID
    looking: Looking
    queue: asyncio.Queue[Event] = field(default_factory=asyncio.Queue[Event])
    told: set[UUID] = field(default_factory=set[UUID])


@dataclass(eq=False, slots=True)
class Draft:
    """What was written by now of an answer, under the id it will stand with; `answers` is the message it answers."""

    conversation_id: UUID
    message_id: UUID
    answers: UUID
    pieces: list[str] = field(default_factory=list[str])

    def so_far(self) -> Drafted:
        """Show all of it."""
        return Drafted(self.message_id, "".join(self.pieces), self.answers, whole=True)


class Events:
    """The events of all threads that somebody looks at through this process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._viewers: dict[UUID, set[_Viewer]] = defaultdict(set)
        self._people: dict[UUID, set[_Viewer]] = defaultdict(set)
        self._drafts: dict[UUID, list[Draft]] = defaultdict(list)
        self.heard = asyncio.Event()
        """The ledger is heard, so that nothing is missed from now on."""

    @asynccontextmanager
    async def subscribe(
        self, conversation_id: UUID, user_id: UUID, looking: Looking = always
    ) -> AsyncGenerator[AsyncIterator[Event]]:
        """Open the stream of a thread's events for one person."""
        viewer = _Viewer(user_id, conversation_id, looking)
        self._viewers[conversation_id].add(viewer)
        self._people[user_id].add(viewer)
        for draft in self._drafts.get(conversation_id, ()):
            if draft.pieces:
                viewer.queue.put_nowait(draft.so_far())
        try:
            yield _each(viewer.queue)
        finally:
            self._viewers[conversation_id].discard(viewer)
            if not self._viewers[conversation_id]:
                del self._viewers[conversation_id]
            self._people[user_id].discard(viewer)
            if not self._people[user_id]:
                del self._people[user_id]

    def begin(self, draft: Draft) -> None:
        """Expect an answer to be written, in place of what was written of it before."""
        drafts = self._drafts[draft.conversation_id]
        drafts[:] = [other for other in drafts if other.message_id != draft.message_id] + [draft]

    def draft(self, draft: Draft, delta: str) -> None:
        """Show more of an answer that is being written, unless its thread is gone."""
        if not any(draft is each for each in self._drafts.get(draft.conversation_id, ())):
            return
        more = Drafted(draft.message_id, delta, draft.answers, whole=not draft.pieces)
        draft.pieces.append(delta)
        for viewer in self._viewers.get(draft.conversation_id, ()):
            viewer.queue.put_nowait(more)

    def end(self, draft: Draft) -> None:
        """Let go of what was written of an answer."""
        left = [each for each in self._drafts.pop(draft.conversation_id, []) if each is not draft]
        if left:
            self._drafts[draft.conversation_id] = left

    async def run(self) -> None:
        """Hear the ledger until cancelled; after a broken connection, show what was missed."""
        while True:
            try:
                async with self._database.listen("web", "turn") as connection:
                    self.heard.set()
                    await self._catch_up()
                    async for notice in connection.notifies():
                        await self._hear(notice.channel, notice.payload)
            except DatabaseUnavailable:
                _log.warning("web.deaf")
                await asyncio.sleep(RETRY)

    async def _hear(self, channel: str, payload: str) -> None:
        if channel == "turn":
            conversation, _, message = payload.partition(" ")
            for viewer in self._viewers.get(UUID(conversation), ()):
                viewer.queue.put_nowait(Settled(UUID(message)))
            return
        told = json.loads(payload)
        if "s" in told:
            self._elsewhere(UUID(told["u"]), conversation_of(address_of(UUID(told["s"]))), Seen(UUID(told["s"])))
            return
        if "r" in told:
            return self._redraw(UUID(told["u"]), UUID(told["r"]) if told["r"] else None)
        conversation_id = UUID(told["c"])
        for viewer in list(self._viewers.get(conversation_id, ())):
            async with self._database.person(viewer.user_id) as connection:
                line = await threads.message(connection, UUID(told["m"]))
            if line is not None:
                self._show(viewer, line)
        if told.get("n") and told.get("u"):
            await self._tell_of(conversation_id, UUID(told["u"]), UUID(told["m"]), told["p"] == "proactive")

    def _redraw(self, user_id: UUID, conversation_id: UUID | None) -> None:
        """Tell the tabs of a person that a thread of theirs, or each of them, is not what it was."""
        for viewer in self._people.get(user_id, ()):
            meant = conversation_id in (None, viewer.conversation_id)
            if meant:
                self._drafts.pop(viewer.conversation_id, None)
            viewer.queue.put_nowait(Redrawn() if meant else Relisted())

    async def _tell_of(self, conversation_id: UUID, user_id: UUID, message_id: UUID, unasked: bool) -> None:
        """Tell the tabs of somebody who looks at no tab of this thread that something was said in it."""
        here = self._viewers.get(conversation_id, ())
        if user_id not in self._people or any(v.user_id == user_id and v.looking() for v in here):
            return
        async with self._database.person(user_id) as connection:
            thread = await threads.find(connection, conversation_id)
            line = await threads.message(connection, message_id)
        if thread is not None and line is not None:
            told = Elsewhere(UUID(thread.external_id), thread.title, beginning(line.text), unasked)
            self._elsewhere(user_id, conversation_id, told)

    def _elsewhere(self, user_id: UUID, conversation_id: UUID, event: Event) -> None:
        """Tell the tabs of a person that show another thread."""
        for viewer in self._people.get(user_id, ()):
            if viewer.conversation_id != conversation_id:
                viewer.queue.put_nowait(event)

    async def _catch_up(self) -> None:
        for conversation_id, viewers in list(self._viewers.items()):
            for viewer in list(viewers):
                async with self._database.person(viewer.user_id) as connection:
                    lines = await threads.messages(connection, conversation_id)
                for line in lines:
                    self._show(viewer, line)

    def _show(self, viewer: _Viewer, line: Line) -> None:
        shown = to_shown(line)
        again = line.message_id in viewer.told or line.revised_at is not None
        viewer.told.add(line.message_id)
        viewer.queue.put_nowait(Revised(shown) if again else Posted(shown))


async def _each(queue: asyncio.Queue[Event]) -> AsyncIterator[Event]:
    while True:
        yield await queue.get()


def beginning(text: str) -> str:
    """Give the first line of a Markdown text as plain words, cut at a word."""
    line = next((line for line in text.splitlines() if line.strip(" #*_>-")), "")
    plain = re.sub(r"[*_`#>]|\\(?=\W)", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", line)).strip()
    return plain if len(plain) <= BEGINNING else plain[:BEGINNING].rsplit(" ", 1)[0] + " …"
