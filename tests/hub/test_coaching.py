"""A creator and somebody who asks, through the whole hub: published knowledge, taken back, and taught on."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from jobs import ingest
from knowledge.models.embeddings import WordLlama
from knowledge.retrieval import Retriever
from tests.conftest import Addresses, newcomer
from tests.hub.trip import Trip, open_trip
from tests.knowledge.parsers import making

TEA = """# Brewing

Green tea steeps for two minutes in water of eighty degrees, or it turns bitter.
"""
KNOWN, OPEN = "How long does green tea steep?", "How do I descale a kettle?"


@pytest.fixture
async def creator(addresses: Addresses, tmp_path: Path) -> AsyncGenerator[Trip]:
    """Somebody whose coach, the Librarian, knows about tea."""
    async with open_trip(addresses, tmp_path) as trip:
        await trip.teach(making.written(tmp_path / "tea.md", TEA))
        yield trip


@pytest.fixture
async def guest(creator: Trip) -> Trip:
    """Somebody else, in a chat of their own."""
    return replace(creator, user_id=await newcomer(creator.parts.database), thread_id=uuid4())


async def found(trip: Trip, coach_id: UUID) -> int:
    recall = await Retriever(WordLlama()).search(trip.parts.database, trip.user_id, [coach_id], KNOWN)
    return len(recall.hits)


async def coach_of(trip: Trip) -> UUID:
    async with trip.parts.database.person(trip.user_id) as connection:
        row = await (await connection.execute("select coach_id from coaches where not guide")).fetchone()
    assert row
    return row["coach_id"]


async def test_what_an_unpublished_coach_knows_reaches_its_creator_only(creator: Trip, guest: Trip) -> None:
    coach_id = await coach_of(creator)
    assert (await found(creator, coach_id), await found(guest, coach_id)) == (1, 0)
    assert "no longer there" in (await guest.ask(f"/coach {coach_id}")).text
    await creator.ask("/publish")
    assert await found(guest, coach_id) == 1
    await guest.ask("/coach Librarian")
    answer = await guest.ask(KNOWN)
    assert "two minutes" in answer.text and answer.coach_name == "Librarian"

    await creator.ask("/unpublish")
    assert await found(guest, coach_id) == 0
    told = await guest.ask(KNOWN)
    assert told.text.startswith("The coach you talked with here is not published any more")
    assert "two minutes" not in told.text and told.coach_name == "Guide"
    assert await guest.parts.core.passage(guest.user_id, answer.citations[0].citation_id) is None
    again = await guest.ask(KNOWN)
    assert "not published any more" not in again.text
    assert "two minutes" in (await creator.ask(KNOWN)).text


async def test_a_command_after_the_coach_was_taken_back_tells_it_as_well(creator: Trip, guest: Trip) -> None:
    await creator.ask("/publish")
    await guest.ask("/coach Librarian")
    await creator.ask("/unpublish")
    told, help_text = await guest.say("/help")
    assert "not published any more" in told.text and "I am **Guide**" in help_text.text


async def test_a_question_without_an_answer_is_taught_and_then_answered(creator: Trip, guest: Trip) -> None:
    await creator.ask("/publish")
    await guest.ask("/coach Librarian")
    assert "do not cover this" in (await guest.ask(OPEN)).text
    stats = await creator.ask("/stats")
    assert "1 person asked" in stats.text and OPEN in stats.text
    await creator.say("Teach this", action=next(b.value for b in stats.buttons if b.label.startswith("Teach this")))
    told = await creator.say("Fill the kettle with vinegar and water, boil it, and rinse it twice.")
    await finish(creator)
    learned = next(message for message in await creator.messages() if message.message_id == told[-1].message_id)
    assert f"“{OPEN}”" in learned.text.replace("\\", "")
    assert "vinegar" in (await guest.ask(OPEN)).text
    assert "0 without an answer" in (await creator.ask("/stats")).text


async def test_the_questions_under_what_was_learned_are_answered(creator: Trip) -> None:
    (learned,) = [message for message in await creator.messages() if "What I learned" in message.text]
    assert "1 passage" in learned.text and 1 <= len(learned.buttons) <= 3
    (answer,) = await creator.say(learned.buttons[0].label, action=learned.buttons[0].value)
    assert "two minutes" in answer.text and answer.citations


async def finish(trip: Trip) -> None:
    """Do what a worker would."""
    async with trip.parts.database.system() as connection:
        rows = await (
            await connection.execute("select ingestion_id from ingestions where state = 'waiting'")
        ).fetchall()
    for row in rows:
        await ingest.run(trip.parts.database, trip.jobs, row["ingestion_id"])
