"""A test gets a database that knows nothing of the test before."""

from __future__ import annotations

import psycopg
import pytest

from knowledge.db import open_database
from tests.conftest import newcomer
from tests.databases import Databases
from ui.embedded import postgres


@pytest.fixture
async def fresh(server: postgres.Postgres) -> Databases:
    """Databases of which none was used yet; they wait long for the sessions of a test, so that only its deeds count."""
    made = Databases(server, looks=2000)
    await made.look()
    return made


async def execute(url: str, statement: str) -> list[tuple[object, ...]]:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        cursor = await connection.execute(statement.encode())
        return await cursor.fetchall() if cursor.description else []


async def test_what_a_test_wrote_is_gone_when_its_database_is_used_again(fresh: Databases):
    async with fresh.one() as first, open_database(first.url) as database:
        await newcomer(database)
    async with fresh.one() as second:
        assert second == first
        assert await execute(second.superuser_url, "select from users") == []


@pytest.mark.parametrize(
    "statement",
    [
        "create table notes ()",
        "alter table users add column note text",
        "alter table users disable row level security",
        "revoke select on users from evermynd_app",
        "truncate users cascade",
        "update alembic_version set version_num = 'another'",
        "delete from alembic_version",
    ],
)
async def test_after_a_test_that_did_more_than_write_rows_there_is_a_new_one(fresh: Databases, statement: str):
    async with fresh.one() as first:
        await execute(first.superuser_url, statement)
    async with fresh.one() as second:
        assert second != first


async def test_a_test_may_drop_its_database(fresh: Databases, server: postgres.Postgres):
    async with fresh.one() as first:
        name = first.url.rpartition("/")[2].partition("?")[0]
        await execute(server.superuser_url, f"drop database {name}")
    async with fresh.one() as second:
        assert second != first


async def test_a_database_that_somebody_is_still_connected_to_is_not_used_again(fresh: Databases):
    fresh.looks = 3
    async with fresh.one() as first:
        staying = await psycopg.AsyncConnection.connect(first.url)
    async with staying, fresh.one() as second:
        assert second != first
