"""Removing people, and what is over."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from conversation.people import registration, removal, sessions
from conversation.people.errors import WrongPassword
from conversation.people.person import Person
from knowledge.db import Database
from tests.conftest import coach_of, newcomer

PASSWORD = "seven violet teapots"


async def count(database: Database, owner_url: str, user_id: UUID) -> dict[str, int]:
    """Count what each table with a `user_id` still has of a person."""
    import psycopg
    from psycopg import sql

    found: dict[str, int] = {}
    async with await psycopg.AsyncConnection.connect(owner_url) as connection:
        tables = await connection.execute(
            "select table_name from information_schema.columns "
            "where column_name = 'user_id' and table_schema = 'public'"
        )
        for (table,) in await tables.fetchall():
            query = sql.SQL("select count(*) from {} where user_id = %s").format(sql.Identifier(table))
            row = await (await connection.execute(query, (user_id,))).fetchone()
            found[table] = row[0] if row else 0
    return {table: number for table, number in found.items() if number}


@pytest.fixture
async def ada(database: Database) -> Person:
    person = await registration.sign_up(database, "ada@example.com", PASSWORD, "Ada", policy="open")
    await sessions.open_session(database, person.user_id)
    coach_id = await coach_of(database, person.user_id)
    async with database.person(person.user_id) as connection:
        await connection.execute(
            "insert into conversations (conversation_id, channel, account, external_id, user_id, coach_id) "
            "values (%s, 'web', '', %s, %s, %s)",
            (uuid4(), str(uuid4()), person.user_id, coach_id),
        )
        await connection.execute(
            "insert into projections (graph_id, part, wanted, done) values (%s, 'facts', 1, 1), (%s, 'all', 1, 1)",
            (f"user:{person.user_id}", f"coach:{coach_id}"),
        )
    return person


async def test_deletion_wants_the_password(database: Database, owner_url: str, ada: Person) -> None:
    with pytest.raises(WrongPassword):
        await removal.delete_account(database, ada.user_id, "not it at all")

    assert await count(database, owner_url, ada.user_id)


async def test_deletion_leaves_no_row_and_sends_the_graph_after_it(
    database: Database, owner_url: str, ada: Person
) -> None:
    await removal.delete_account(database, ada.user_id, PASSWORD)

    assert await count(database, owner_url, ada.user_id) == {}
    async with database.system() as connection:
        rows = await (await connection.execute("select wanted, done from projections")).fetchall()
    assert [(row["wanted"], row["done"]) for row in rows] == [(2, 1), (2, 1)]


async def test_deletion_leaves_others_alone(database: Database, owner_url: str, ada: Person) -> None:
    other = await newcomer(database)

    await removal.delete_account(database, ada.user_id, PASSWORD)

    assert await count(database, owner_url, other) == {"users": 1}


async def test_a_sweep_takes_guests_who_stayed_away_and_nobody_else(database: Database, ada: Person) -> None:
    away = await sessions.open_guest(database)
    writing = await sessions.open_guest(database)
    fresh = await sessions.open_guest(database)
    async with database.system() as connection:
        await connection.execute(
            "update users set last_active_at = now() - interval '31 days' where user_id <> %s", (fresh.user_id,)
        )
        await connection.execute(
            "insert into conversations (conversation_id, channel, account, external_id, user_id) "
            "values (%s, 'web', '', 'x', %s)",
            (uuid4(), writing.user_id),
        )

    assert (await removal.sweep(database)).guests == 1

    async with database.system() as connection:
        left = {row["user_id"] for row in await (await connection.execute("select user_id from users")).fetchall()}
    assert left == {ada.user_id, writing.user_id, fresh.user_id}
    assert away.user_id not in left


async def test_a_sweep_takes_what_is_over(database: Database, ada: Person) -> None:
    kept = await sessions.open_session(database, ada.user_id)
    await registration.invite(database)
    async with database.system() as connection:
        await connection.execute("update web_sessions set expires_at = now() where device = ''")
        await connection.execute("update one_time_codes set expires_at = now() - interval '2 days'")
        await connection.execute("update throttles set window_started = now() - interval '2 days'")

    swept = await removal.sweep(database)

    assert (swept.sessions, swept.codes, swept.guests) == (2, 1, 0)
    assert swept.throttles > 0
    assert await sessions.person_of(database, kept) is None
