"""With the predicate deleted from any query, still nothing foreign comes back."""

from __future__ import annotations

from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from conversation.people import identities, registration, sessions
from knowledge.db import Database

PASSWORD = "seven violet teapots"


@pytest.fixture
async def two(database: Database) -> tuple[UUID, UUID]:
    """Two people with a row in each table."""
    found: list[UUID] = []
    for name in ("ada", "bo"):
        person = await registration.sign_up(database, f"{name}@example.com", PASSWORD, name, policy="open")
        await sessions.open_session(database, person.user_id)
        async with database.system() as connection:
            await identities.resolve(connection, "web", "", str(person.user_id))
        found.append(person.user_id)
    return found[0], found[1]


@pytest.mark.parametrize("table", ["users", "identities", "web_accounts", "web_sessions"])
async def test_a_person_sees_their_own_rows_only(database: Database, two: tuple[UUID, UUID], table: str) -> None:
    async with database.person(two[0]) as connection:
        query = sql.SQL("select user_id from {}").format(sql.Identifier(table))
        rows = await (await connection.execute(query)).fetchall()

    assert [row["user_id"] for row in rows] == [two[0]]


@pytest.mark.parametrize("table", ["users", "identities", "web_accounts", "web_sessions"])
async def test_a_stranger_sees_nobody(database: Database, two: tuple[UUID, UUID], table: str) -> None:
    async with database.person(None) as connection:
        query = sql.SQL("select user_id from {}").format(sql.Identifier(table))
        assert await (await connection.execute(query)).fetchall() == []


@pytest.mark.parametrize("table", ["one_time_codes", "throttles"])
async def test_codes_and_counters_are_nobodys(database: Database, two: tuple[UUID, UUID], table: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with database.person(two[0]) as connection:
            await connection.execute(sql.SQL("select from {}").format(sql.Identifier(table)))


async def test_a_person_ends_no_session_of_others_even_without_predicate(
    database: Database, two: tuple[UUID, UUID]
) -> None:
    async with database.person(two[0]) as connection:
        await connection.execute("delete from web_sessions")

    assert await sessions.sessions_of(database, two[1])
