"""What the web chat does besides asking and answering, over the whole hub: rewording, opinions, files, other tabs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid4

import pytest

from conversation import outbox
from conversation.errors import NotFound
from conversation.message import Reply
from tests.conftest import Addresses, newcomer
from tests.hub.trip import PATIENCE, Trip, open_trip
from tests.knowledge.parsers import making
from ui.web.backend import Elsewhere, Event, Posted, Revised, Seen, Settled, ShownMessage, UploadedFile

TEA = """# Brewing

Green tea steeps for two minutes in water of eighty degrees, or it turns bitter.

Black tea steeps for four minutes in boiling water.
"""
Heard = TypeVar("Heard", bound=Event)
GREEN, BLACK = "How long does green tea steep?", "How long does black tea steep?"


@pytest.fixture
async def ada(addresses: Addresses, tmp_path: Path) -> AsyncGenerator[Trip]:
    """Somebody whose coach knows about tea, and who asked about green tea twice."""
    async with open_trip(addresses, tmp_path) as trip:
        await trip.teach(making.written(tmp_path / "tea.md", TEA))
        yield trip


async def asked(trip: Trip, text: str) -> tuple[UUID, ShownMessage]:
    """Ask, and give the ids of question and answer."""
    answer = await trip.ask(text)
    assert answer.answers
    return answer.answers, answer


async def over(trip: Trip) -> list[ShownMessage]:
    """Wait until nothing is pending in the thread, and give it."""
    async with asyncio.timeout(PATIENCE):
        while any(message.pending for message in await trip.messages()):
            await asyncio.sleep(0.02)
    return await trip.messages()


async def until(events: AsyncIterator[Event], kind: type[Heard]) -> Heard:
    async with asyncio.timeout(PATIENCE):
        async for event in events:
            if isinstance(event, kind):
                return event
    raise AssertionError(kind)


async def shown(events: AsyncIterator[Event], message_id: UUID, good: bool | None = None) -> ShownMessage:
    """Wait until a message is shown, or shown anew, with this opinion of it."""
    async with asyncio.timeout(PATIENCE):
        async for event in events:
            if isinstance(event, Posted | Revised):
                message = event.message
                if (message.message_id, message.good) == (message_id, good):
                    return message
    raise AssertionError


async def test_a_reworded_question_is_answered_anew_in_place_and_nothing_else_changes(ada: Trip) -> None:
    question, first = await asked(ada, GREEN)
    await asked(ada, "Who are you?")
    before = await ada.messages()
    await ada.parts.core.edit(ada.user_id, ada.thread_id, question, BLACK, uuid4())
    after = await over(ada)
    assert [message.message_id for message in after] == [message.message_id for message in before]
    changed = {message.message_id for was, message in zip(before, after, strict=True) if was.text != message.text}
    assert changed == {question, first.message_id}
    assert "four minutes" in next(m.text for m in after if m.message_id == first.message_id)


async def test_the_same_edit_twice_and_one_that_changes_nothing_are_answered_once(ada: Trip) -> None:
    question, _ = await asked(ada, GREEN)
    edit = uuid4()
    for _ in range(2):
        await ada.parts.core.edit(ada.user_id, ada.thread_id, question, BLACK, edit)
    await ada.parts.core.edit(ada.user_id, ada.thread_id, question, BLACK, uuid4())
    await over(ada)
    assert await turns(ada, question) == 2


async def turns(trip: Trip, question: UUID) -> int:
    async with trip.parts.database.person(trip.user_id) as connection:
        counted = "select count(*) as n from inbox where payload->>'message_id' = %s"
        row = await (await connection.execute(counted, (str(question),))).fetchone()
    assert row
    return row["n"]


async def test_what_was_pressed_and_what_is_not_ones_own_cannot_be_reworded(ada: Trip) -> None:
    await ada.say("Talk", action="/help")
    pressed = next(m.message_id for m in await ada.messages() if m.text == "Talk")
    stranger = replace(ada, user_id=await newcomer(ada.parts.database))
    question, answer = await asked(ada, GREEN)
    for trip, message_id in ((ada, pressed), (stranger, question), (ada, uuid4())):
        with pytest.raises(NotFound):
            await trip.parts.core.edit(trip.user_id, trip.thread_id, message_id, BLACK, uuid4())
    with pytest.raises(NotFound):
        await stranger.parts.core.again(stranger.user_id, ada.thread_id, answer.message_id)


async def test_an_answer_is_given_anew_once_however_often_that_is_pressed(ada: Trip) -> None:
    question, answer = await asked(ada, GREEN)
    again = [ada.parts.core.again(ada.user_id, ada.thread_id, answer.message_id) for _ in range(4)]
    await asyncio.gather(*again)
    after = await over(ada)
    assert await turns(ada, question) == 2
    assert [m.message_id for m in after if m.answers == question] == [answer.message_id]
    await ada.parts.core.again(ada.user_id, ada.thread_id, answer.message_id)
    await over(ada)
    assert await turns(ada, question) == 3


async def test_a_message_that_was_given_up_can_be_tried_again(ada: Trip) -> None:
    question, answer = await asked(ada, "/help")
    assert not answer.repeatable
    async with ada.parts.database.system() as connection:
        failed = "update inbox set state = 'dead' where payload->>'message_id' = %s"
        await connection.execute(failed, (str(question),))
    assert next(m for m in await ada.messages() if m.message_id == answer.message_id).repeatable
    await ada.parts.core.again(ada.user_id, ada.thread_id, answer.message_id)
    await over(ada)
    assert not next(m for m in await ada.messages() if m.message_id == answer.message_id).repeatable


async def test_an_opinion_is_kept_shown_in_other_tabs_and_taken_back(ada: Trip) -> None:
    _, answer = await asked(ada, GREEN)
    assert answer.scored and answer.good is None
    core = ada.parts.core
    async with core.subscribe(ada.user_id, ada.thread_id) as events:
        await core.rate(ada.user_id, answer.message_id, True)
        await shown(events, answer.message_id, good=True)
    await core.rate(ada.user_id, answer.message_id, None)
    assert next(m for m in await ada.messages() if m.message_id == answer.message_id).good is None


async def test_an_opinion_of_an_answer_is_none_of_the_next_one_in_its_place(ada: Trip) -> None:
    _, answer = await asked(ada, GREEN)
    core = ada.parts.core
    for expected in (None, False):
        await core.rate(ada.user_id, answer.message_id, False)
        if expected is None:
            await core.again(ada.user_id, ada.thread_id, answer.message_id)
        await over(ada)
        assert next(m for m in await ada.messages() if m.message_id == answer.message_id).good is expected


async def test_an_opinion_of_somebody_elses_answer_is_refused(ada: Trip) -> None:
    _, answer = await asked(ada, GREEN)
    with pytest.raises(NotFound):
        await ada.parts.core.rate(await newcomer(ada.parts.database), answer.message_id, False)


async def test_a_file_is_given_to_its_owner_alone(ada: Trip, tmp_path: Path) -> None:
    path = tmp_path / "leaf.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(20))
    sent = UploadedFile(path, "leaf.png", "image/png", 28, "photo")
    core = ada.parts.core
    await core.accept(ada.user_id, ada.thread_id, uuid4(), "Look", (sent,))
    (leaf,) = next(m for m in await over(ada) if m.text == "Look").attachments
    assert leaf.file_id
    kept = await core.file(ada.user_id, leaf.file_id)
    assert kept and kept.path.read_bytes() == path.read_bytes()
    assert await core.file(await newcomer(ada.parts.database), leaf.file_id) is None


async def say_unasked(trip: Trip, text: str) -> None:
    """Say something in the thread that nobody asked for, as a digest is."""
    core, database = trip.parts.core, trip.parts.database
    (line,) = [m for m in await core.messages(trip.user_id, trip.thread_id) if m.author == "person"][-1:]
    async with database.person(trip.user_id) as connection:
        found = "select conversation_id from messages where message_id = %s"
        row = await (await connection.execute(found, (line.message_id,))).fetchone()
        assert row
        await outbox.append(connection, row["conversation_id"], f"digest:{uuid4()}", Reply(text), "proactive")
        await outbox.notify(connection)


async def test_a_digest_appears_where_its_thread_is_looked_at(ada: Trip) -> None:
    async with ada.parts.core.subscribe(ada.user_id, ada.thread_id) as events:
        await say_unasked(ada, "**Your digest** is here.")
        assert (await until(events, Posted)).message.text == "**Your digest** is here."


async def test_a_digest_is_told_of_in_a_tab_that_shows_another_thread_and_waits_unread(ada: Trip) -> None:
    core, other = ada.parts.core, uuid4()
    await core.see(ada.user_id, ada.thread_id)
    async with core.subscribe(ada.user_id, other) as events:
        await say_unasked(ada, "**Your digest** is [here](/x).")
        told = await until(events, Elsewhere)
        assert (told.thread_id, told.text, told.unasked) == (ada.thread_id, "Your digest is here.", True)
        assert await core.unread(ada.user_id) == [ada.thread_id]
        await core.see(ada.user_id, ada.thread_id)
        assert await until(events, Seen) == Seen(ada.thread_id)
    assert await core.unread(ada.user_id) == []


async def test_nobody_hears_of_another_persons_threads(ada: Trip) -> None:
    core, bob = ada.parts.core, await newcomer(ada.parts.database)
    async with core.subscribe(bob, uuid4()) as events, core.subscribe(ada.user_id, ada.thread_id) as own:
        await say_unasked(ada, "Only for Ada")
        await until(own, Posted)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(events), 0.3)
    assert await core.unread(bob) == []


async def test_answers_carry_the_id_of_their_coach(ada: Trip) -> None:
    _, answer = await asked(ada, GREEN)
    coach = answer.coach
    assert coach and coach.name == "Librarian"
    card = await ada.parts.core.coach(ada.user_id, coach.coach_id)
    assert card and card.avatar and card.own and card.documents == 1
    assert card == await ada.parts.core.coach_of(ada.user_id, ada.thread_id)
    assert await ada.parts.core.coach(await newcomer(ada.parts.database), coach.coach_id) is None


async def test_a_turn_that_is_over_is_told_to_all_tabs_after_a_retry(ada: Trip) -> None:
    question, answer = await asked(ada, GREEN)
    core = ada.parts.core
    async with core.subscribe(ada.user_id, ada.thread_id) as events:
        await core.again(ada.user_id, ada.thread_id, answer.message_id)
        await shown(events, question)
        assert (await until(events, Settled)).message_id == question
        await shown(events, answer.message_id)
