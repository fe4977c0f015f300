"""What happens in a thread reaches whoever looks at it, over the real ledger and real turns."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast
from uuid import UUID, uuid4

import pytest

from conversation import inbox, lanes
from conversation.dispatcher import Dispatcher
from knowledge.db import Connection, Database
from knowledge.db.errors import DatabaseUnavailable
from tests.channels.memory import MemoryChannel
from tests.conversation.rig import Rig, open_rig
from tests.conversation.test_turns import HIT, Recall
from ui.web.backend import Drafted, Event, Posted, Redrawn, Relisted, Settled
from ui.web.channel import WebChannel
from ui.web.core import Core
from ui.web.events import Events
from ui.web.places import address_of


@dataclass(slots=True)
class Calls:
    """Stands for a dispatcher that does nothing by itself."""

    stopped: list[UUID] = field(default_factory=list[UUID])
    woken: list[UUID] = field(default_factory=list[UUID])

    def wake(self, conversation_id: UUID, user_id: UUID) -> None:
        self.woken.append(conversation_id)

    def stop(self, conversation_id: UUID) -> None:
        self.stopped.append(conversation_id)


def place(thread_id: UUID) -> UUID:
    return inbox.conversation_of(address_of(thread_id))


def core_of(database: Database, events: Events, calls: Calls) -> Core:
    return Core(database, cast(Dispatcher, calls), WebChannel(database, events), events)


@asynccontextmanager
async def hearing(*replicas: Events) -> AsyncGenerator[None]:
    """Let these hear the ledger; they do once this is entered."""
    tasks = [asyncio.create_task(each.run()) for each in replicas]
    try:
        async with asyncio.timeout(20):
            for each in replicas:
                await each.heard.wait()
            yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until(events: AsyncIterator[Event], kind: type[Event]) -> list[Event]:
    """Collect what is told up to the first event of a kind."""
    told: list[Event] = []
    async for event in events:
        told.append(event)
        if isinstance(event, kind):
            break
    return told


async def test_what_a_person_writes_is_shown_on_other_replicas(database: Database, person: UUID) -> None:
    here, there, thread_id = Events(database), Events(database), uuid4()
    async with there.subscribe(place(thread_id), person) as told, hearing(here, there):
        await core_of(database, here, Calls()).accept(person, thread_id, uuid4(), "hello")
        event = await anext(told)
    assert isinstance(event, Posted)
    assert (event.message.text, event.message.pending) == ("hello", True)


async def test_what_is_handed_in_again_after_its_end_is_not_waited_for(database: Database, person: UUID) -> None:
    events, thread_id, message_id = Events(database), uuid4(), uuid4()
    core = core_of(database, events, Calls())
    await core.accept(person, thread_id, message_id, "hello")
    async with database.system() as connection:
        row = await (await connection.execute("select inbox_id from inbox")).fetchone()
        assert row is not None
        assert await lanes.finish(connection, row["inbox_id"])
    async with hearing(events), events.subscribe(place(thread_id), person) as told:
        await core.accept(person, thread_id, message_id, "hello")
        event = await anext(told)
    assert isinstance(event, Posted)
    assert not event.message.pending


@dataclass(slots=True)
class Flickering:
    """A database that goes away as soon as the dispatcher was woken, that is once a message is committed."""

    database: Database
    calls: Calls

    @asynccontextmanager
    async def person(self, user_id: UUID) -> AsyncGenerator[Connection]:
        if self.calls.woken:
            raise DatabaseUnavailable
        async with self.database.person(user_id) as connection:
            yield connection


async def test_what_was_accepted_is_not_refused_when_it_cannot_be_shown(database: Database, person: UUID) -> None:
    calls, thread_id, message_id = Calls(), uuid4(), uuid4()
    core = core_of(cast(Database, Flickering(database, calls)), Events(database), calls)
    await core.accept(person, thread_id, message_id, "hello")
    assert calls.woken == [place(thread_id)]
    calls.woken.clear()
    [message] = await core.messages(person, thread_id)
    assert (message.message_id, message.pending) == (message_id, True)


async def test_what_is_handed_in_again_is_tried_again_until_it_can_be_shown(database: Database, person: UUID) -> None:
    calls, thread_id, message_id = Calls(), uuid4(), uuid4()
    core = core_of(cast(Database, Flickering(database, calls)), Events(database), calls)
    await core.accept(person, thread_id, message_id, "hello")
    calls.woken.clear()
    with pytest.raises(DatabaseUnavailable):
        await core.accept(person, thread_id, message_id, "hello")


async def test_a_deleted_thread_is_told_to_all_tabs_and_its_answer_ends(database: Database, person: UUID) -> None:
    events, calls, thread_id = Events(database), Calls(), uuid4()
    core = core_of(database, events, calls)
    await core.accept(person, thread_id, uuid4(), "hello")
    async with (
        events.subscribe(place(thread_id), person) as here,
        events.subscribe(uuid4(), person) as other,
        hearing(events),
    ):
        await core.delete(person, thread_id)
        assert (await until(here, Redrawn))[-1] == Redrawn()
        assert await anext(other) == Relisted()
    assert calls.stopped == [place(thread_id)]
    assert await core.thread(person, thread_id) is None


@asynccontextmanager
async def running(database: Database, person: UUID, events: Events) -> AsyncGenerator[tuple[Core, Rig]]:
    """A hub with the web chat for its channel."""
    channel = WebChannel(database, events)
    async with open_rig(database, person, cast(MemoryChannel, channel)) as rig, hearing(events):
        rig.search.found = Recall((HIT,))
        yield Core(database, rig.dispatcher, channel, events), rig


async def test_a_draft_tells_which_question_it_answers_and_is_given_to_who_comes_later(
    database: Database, person: UUID
) -> None:
    events, thread_id, question = Events(database), uuid4(), uuid4()
    async with running(database, person, events) as (core, rig):
        rig.model.pause = asyncio.Event()
        async with core.subscribe(person, thread_id) as first:
            await core.accept(person, thread_id, question, "Where do log files go?")
            begun = (await until(first, Drafted))[-1]
        async with core.subscribe(person, thread_id) as later:
            again = await anext(later)
            rig.model.pause.set()
            told = await until(later, Settled)
    assert isinstance(begun, Drafted)
    assert begun.answers == question
    assert again == begun
    assert isinstance(again, Drafted)
    assert again.whole
    assert not any(isinstance(event, Drafted) and event.whole for event in told)


async def test_what_was_drafted_is_let_go_with_its_answer(database: Database, person: UUID) -> None:
    events, thread_id = Events(database), uuid4()
    stream = WebChannel(database, events).stream(address_of(thread_id), str(uuid4()), uuid4())
    await stream.push("An answer")
    await stream.close()
    await stream.push(" too late")
    other = WebChannel(database, events).stream(address_of(thread_id), str(uuid4()), uuid4())
    async with events.subscribe(place(thread_id), person) as told, asyncio.timeout(20):
        await other.push("Another")
        event = await anext(told)
    assert isinstance(event, Drafted)
    assert event.text == "Another"


@pytest.mark.parametrize(("wish", "elsewhere"), [("/forget thread", Relisted()), ("/forget everything", Redrawn())])
async def test_what_is_forgotten_leaves_all_tabs(database: Database, person: UUID, wish: str, elsewhere: Event) -> None:
    events, thread_id = Events(database), uuid4()
    async with running(database, person, events) as (core, _), core.subscribe(person, thread_id) as here:
        await core.accept(person, thread_id, uuid4(), "Where do log files go?")
        await until(here, Settled)
        await core.accept(person, thread_id, uuid4(), wish)
        await until(here, Settled)
        asked = (await core.messages(person, thread_id))[-1]
        async with core.subscribe(person, uuid4()) as other:
            await core.accept(person, thread_id, uuid4(), "Yes", action=asked.buttons[0].value)
            assert (await until(here, Redrawn))[-1] == Redrawn()
            told = await until(other, type(elsewhere))
        assert told[-1] == elsewhere
        assert "Where do log files go?" not in [message.text for message in await core.messages(person, thread_id)]
