"""Who asked a coach is kept from its creator by the database itself, whatever statement is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import LiteralString
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from conversation.coaches import questions
from knowledge.db import Database, migrate
from tests.conftest import coach_of, newcomer


@dataclass(frozen=True, slots=True)
class Asking:
    """A coach, its creator, and somebody who asked it something that it could not answer."""

    database: Database
    creator: UUID
    coach_id: UUID
    asker: UUID
    place: UUID
    question_id: UUID

    async def as_creator(self, statement: LiteralString) -> list[dict[str, object]]:
        async with self.database.person(self.creator) as connection:
            cursor = await connection.execute(statement)
            return await cursor.fetchall() if cursor.description else []


@pytest.fixture
async def asking(database: Database) -> Asking:
    creator, asker = await newcomer(database, "creator"), await newcomer(database)
    coach_id = await coach_of(database, creator)
    place, question_id = await asked(database, coach_id, asker)
    return Asking(database, creator, coach_id, asker, place, question_id)


async def asked(database: Database, coach_id: UUID, asker: UUID, *, covered: bool = False) -> tuple[UUID, UUID]:
    """Ask in a chat of its own; gives the ids of chat and question."""
    place, question_id = uuid4(), uuid4()
    async with database.system() as connection:
        await connection.execute(
            "insert into conversations (conversation_id, channel, account, external_id, user_id) "
            "values (%s, 'memory', '', %s, %s)",
            (place, str(place), asker),
        )
        await connection.execute(
            "insert into questions (question_id, coach_id, user_id, conversation_id, text, covered) "
            "values (%s, %s, %s, %s, 'Why is that?', %s)",
            (question_id, coach_id, asker, place, covered),
        )
    return place, question_id


async def test_nothing_a_creator_can_read_holds_who_asked_or_where(asking: Asking):
    readable = await asking.as_creator(
        "select oid::regclass::text as name from pg_class "
        "where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'm') "
        "and has_table_privilege(oid, 'select')"
    )
    names = [str(row["name"]) for row in readable]
    assert {"questions", "asked_questions", "coach_cards"} <= set(names)
    sources = [*map(sql.Identifier, names), sql.SQL("opinions()"), sql.SQL("askers('-infinity', 'infinity')")]
    async with asking.database.person(asking.creator) as connection:
        for source in sources:
            found = await connection.execute(sql.SQL("select t::text as row from {} as t").format(source))
            said = " ".join(str(row["row"]) for row in await found.fetchall())
            assert str(asking.asker) not in said and str(asking.place) not in said


@pytest.mark.parametrize(
    "statement",
    [
        "update questions set dismissed_at = now() returning user_id",
        "update questions set user_id = current_person()",
        "select from questions for key share",
        "select user_id from asked_questions",
        "select conversation_id from asked_questions",
    ],
)
async def test_what_would_tell_or_change_who_asked_is_refused(asking: Asking, statement: LiteralString):
    with pytest.raises(psycopg.errors.ProgrammingError):
        await asking.as_creator(statement)


@pytest.mark.parametrize("statement", ["select * from questions", "delete from questions returning *"])
async def test_the_table_shows_a_creator_nothing(asking: Asking, statement: LiteralString):
    assert await asking.as_creator(statement) == []
    assert len(await rows(asking)) == 1


async def test_the_creator_reads_counts_and_settles_it(asking: Asking):
    async with asking.database.person(asking.creator) as connection:
        (question,) = await questions.unanswered(connection, asking.coach_id)
        assert (question.question_id, question.text) == (asking.question_id, "Why is that?")
        figures = (await questions.figures(connection))[asking.coach_id]
        assert (figures.people, figures.asked, figures.this_week, figures.unanswered) == (1, 1, 1, 1)
        await questions.taught(connection, [question.question_id])
        assert await questions.unanswered(connection, asking.coach_id) == []
        (first,) = await (await connection.execute("select taught_at from asked_questions")).fetchall()
    async with asking.database.person(asking.creator) as connection:
        await questions.taught(connection, [question.question_id])
        assert await (await connection.execute("select taught_at from asked_questions")).fetchall() == [first]


async def test_the_words_of_what_was_covered_are_shown_once_somebody_else_dislikes_the_answer(asking: Asking):
    _, question_id = await asked(asking.database, asking.coach_id, asking.asker, covered=True)
    assert await words(asking, question_id) == ""
    for number, who in enumerate((asking.creator, asking.asker)):
        async with asking.database.system() as connection:
            await connection.execute(
                "with said as (insert into messages (message_id, conversation_id, user_id, seq, author, text) "
                "values (gen_random_uuid(), %s, %s, %s, 'coach', 'So.') returning message_id) "
                "insert into feedback (message_id, author, user_id, coach_id, question_id, good) "
                "select message_id, 'x', %s, %s, %s, false from said",
                (asking.place, asking.asker, number, who, asking.coach_id, question_id),
            )
        assert await words(asking, question_id) == ("" if who == asking.creator else "Why is that?")


async def words(asking: Asking, question_id: UUID) -> object:
    """What the creator reads of a question; one without words is not there to teach on."""
    async with asking.database.person(asking.creator) as connection:
        cursor = await connection.execute("select text from asked_questions where question_id = %s", (question_id,))
        row = await cursor.fetchone()
        question = await questions.find(connection, question_id)
    assert row and row["text"] == (question.text if question else "")
    return row["text"]


async def test_who_asked_keeps_and_takes_back_their_own(asking: Asking):
    async with asking.database.person(asking.asker) as connection:
        (own,) = await (await connection.execute("select user_id, text from questions")).fetchall()
        assert own == {"user_id": asking.asker, "text": "Why is that?"}
        assert await (await connection.execute("select text from asked_questions")).fetchall() == []
        await questions.dismiss(connection, [asking.question_id])
        (still,) = await (await connection.execute("select dismissed_at from questions")).fetchall()
        assert still["dismissed_at"] is None
        assert (await connection.execute("delete from questions")).rowcount == 1


async def test_what_a_creator_asked_under_another_name_does_not_count(asking: Asking):
    await asked(asking.database, asking.coach_id, asking.creator)
    async with asking.database.person(asking.creator) as connection:
        assert (await questions.figures(connection))[asking.coach_id].asked == 1
        assert sum(day.asked for day in await questions.by_day(connection, asking.coach_id)) == 1


async def test_going_back_a_revision_and_up_again_keeps_what_was_asked(asking: Asking, owner_url: str):
    before = await rows(asking)
    migrate.downgrade(owner_url, "0009")
    assert await rows(asking) == before
    assert len(await asking.as_creator("update questions set taught_at = now() returning question_id")) == 1
    before = await rows(asking)
    migrate.upgrade(owner_url, "evermynd")
    assert await rows(asking) == before
    assert await asking.as_creator("select text from questions") == []
    assert len(await asking.as_creator("select text from asked_questions where taught_at is not null")) == 1


async def rows(asking: Asking) -> list[dict[str, object]]:
    async with asking.database.system() as connection:
        return await (await connection.execute("select * from questions")).fetchall()
