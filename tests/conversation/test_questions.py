"""What creators learn of the questions their coaches get: numbers, what could not be answered, and never who asked."""

from collections.abc import AsyncGenerator
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from conversation.coaches import questions
from knowledge import files
from knowledge.db import Database
from knowledge.models.port import Frames
from knowledge.retrieval import Recall
from tests.conftest import newcomer
from tests.conversation.coaching import labels, send, taught, value_of
from tests.conversation.rig import Rig, open_rig
from tests.conversation.test_turns import HIT


@pytest.fixture
async def rig(database: Database, person: UUID) -> AsyncGenerator[Rig]:
    """A hub in which the person talks with somebody's published coach."""
    async with open_rig(database, person) as running:
        running.search.found = Recall((HIT,))
        yield running


@pytest.fixture
async def creator(rig: Rig) -> UUID:
    creator = await newcomer(rig.database, "consumer", "creator")
    await taught(rig.database, creator, "Chef", published=True)
    await rig.ask("/coach Chef")
    return creator


async def kept(rig: Rig) -> list[tuple[object, object]]:
    rows = await rig.rows("select text, covered from questions order by asked_at")
    return [(row["text"], row["covered"]) for row in rows]


@pytest.mark.parametrize(
    ("answer", "covered"),
    [
        ("Tea is made with water. [1]", True),
        ("I cannot say.", False),
        ("[0] I cannot say; the nearest is: tea is drunk hot. [1]", False),
        (f"{Frames().uncovered} [1]", False),
    ],
)
async def test_a_question_is_kept_with_whether_the_sources_held_the_answer(
    rig: Rig, creator: UUID, answer: str, covered: bool
):
    rig.model.text = answer
    (reply,) = await rig.ask("How is tea made?")
    assert "[0]" not in reply.text
    assert await kept(rig) == [("How is tea made?", covered)]


async def test_small_talk_and_commands_are_no_questions(rig: Rig, creator: UUID):
    for text in ("Hello!", "/coach", "thanks"):
        await rig.ask(text)
    assert await kept(rig) == []


async def test_a_creators_own_tests_are_not_kept(rig: Rig, creator: UUID):
    await send(rig, "/coach Chef", user_id=creator)
    await send(rig, "How is tea made?", user_id=creator)
    assert await kept(rig) == []


async def test_stats_count_people_and_questions_and_merge_what_asks_the_same(rig: Rig, creator: UUID):
    rig.model.text = "I do not know."
    for text in ("How do I descale the kettle?", "How do I descale my kettle", "Where is coffee grown?"):
        await rig.ask(text)
    other = await newcomer(rig.database)
    await send(rig, "/coach Chef", user_id=other)
    rig.model.text = "With water. [1]"
    await send(rig, "How is tea made?", user_id=other)
    (reply,) = await send(rig, "/stats", user_id=creator)
    assert "2 people asked · 4 questions this week · 4 questions in all · 3 without an answer" in reply.text
    assert "How do I descale my kettle (asked 2 times)" in reply.text and "Ada" not in reply.text
    assert len([label for label in labels(reply) if label.startswith("Teach this")]) == 2


async def test_stats_draw_the_questions_of_two_weeks(rig: Rig, creator: UUID):
    rig.model.text = "Tea is made with water. [1]"
    await rig.ask("How is tea made?")
    rig.model.text = "I cannot say."
    await rig.ask("How tall is a tree?")
    (stats,) = await send(rig, "/stats", user_id=creator)
    assert stats.chart is not None and len(stats.chart.labels) == 14
    assert [(series.name, series.values[-1], sum(series.values)) for series in stats.chart.series] == [
        ("Questions", 2.0, 2.0),
        ("Without an answer", 1.0, 1.0),
    ]


async def test_dismissing_settles_all_that_ask_the_same(rig: Rig, creator: UUID):
    for text in ("How do I descale the kettle?", "How do I descale my kettle"):
        await rig.ask(text)
    (stats,) = await send(rig, "/stats", user_id=creator)
    await send(rig, action=value_of(stats, "Dismiss"), user_id=creator)
    (after,) = await send(rig, "/stats", user_id=creator)
    assert "0 without an answer" in after.text and "No question waits" in after.text
    (again,) = await send(rig, action=value_of(stats, "Dismiss"), user_id=creator)
    assert "off the list" in again.text


async def test_teach_this_learns_the_next_message_as_a_note(rig: Rig, creator: UUID, tmp_path: Path):
    await rig.ask("How do I descale the kettle?")
    (stats,) = await send(rig, "/stats", user_id=creator)
    (asked,) = await send(rig, action=value_of(stats, "Teach this"), user_id=creator)
    assert "“How do I descale the kettle?”" in asked.text
    (thanks,) = await send(rig, "With vinegar, once a month.", user_id=creator)
    assert "**Chef** learns that now" in thanks.text
    (wish,) = await rig.rows("select name, file_id, coach_id from ingestions")
    assert wish["name"] == "How do I descale the kettle?.md"
    async with rig.database.system() as connection:
        await files.restore(connection, wish["file_id"], tmp_path / "note.md")  # type: ignore[arg-type]
    text = (tmp_path / "note.md").read_text("utf-8")
    assert "# How do I descale the kettle?\n\nWith vinegar, once a month." in text
    (row,) = await rig.rows("select taught_at is not null as taught from questions")
    assert row["taught"] is True


async def test_nobody_else_sees_or_settles_the_questions_of_a_coach(rig: Rig, creator: UUID):
    await rig.ask("How do I descale the kettle?")
    (row,) = await rig.rows("select question_id from questions")
    stranger = await newcomer(rig.database, "consumer", "creator")
    for verb in ("teach", "dismiss"):
        (reply,) = await send(rig, f"/stats {verb} {row['question_id']}", user_id=stranger)
        assert "settled already" in reply.text
    async with rig.database.person(stranger) as connection:
        assert await (await connection.execute("select * from questions")).fetchall() == []
        await questions.dismiss(connection, [row["question_id"]])  # type: ignore[list-item]
    (after,) = await rig.rows("select dismissed_at from questions")
    assert after["dismissed_at"] is None


async def test_nobody_asks_in_somebody_elses_name(rig: Rig, creator: UUID):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with rig.database.person(creator) as connection:
            await connection.execute(
                "insert into questions (question_id, coach_id, user_id, conversation_id, text, covered) "
                "select gen_random_uuid(), coach_id, %s, gen_random_uuid(), 'x', false from coaches where not guide",
                (rig.user_id,),
            )


async def test_a_later_wording_takes_the_place_of_the_first(rig: Rig, creator: UUID):
    await rig.ask("How is tee made?")
    (row,) = await rig.rows("select question_id, conversation_id, coach_id from questions")
    edit = uuid4()
    async with rig.database.system() as connection:
        await connection.execute(
            "insert into inbox (inbox_id, channel, account, dedupe_key, conversation_id, user_id, payload, replaces) "
            "values (%s, 'memory', '', 'edit', %s, %s, '{}', %s)",
            (edit, row["conversation_id"], rig.user_id, row["question_id"]),
        )
    async with rig.database.person(rig.user_id) as connection:
        coach_id, place = UUID(str(row["coach_id"])), UUID(str(row["conversation_id"]))
        asked = questions.Asked(edit, coach_id, rig.user_id, place, "How is tea made?", covered=True)
        await questions.note(connection, asked)
    assert await kept(rig) == [("How is tea made?", True)]


async def test_who_has_no_coach_is_told_how_to_make_one(rig: Rig):
    (reply,) = await rig.ask("/stats")
    assert value_of(reply, "Make a coach") == "/creator"


async def test_what_somebody_tells_of_themselves_does_not_reach_the_creator(rig: Rig, creator: UUID):
    await rig.ask("I work as a nurse and I live in Berlin.")
    assert await kept(rig) == []
