"""The history runs up and down, on data, and a newer database is refused by name."""

import psycopg
import pytest

from knowledge.db import Database, migrate
from knowledge.db.errors import NewerDatabase
from tests.conftest import coach_of, newcomer


def _tables(owner_url: str) -> set[str]:
    """List our tables; LangGraph keeps a history of its own."""
    with psycopg.connect(owner_url) as connection:
        rows = connection.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
    return {row[0] for row in rows if not row[0].startswith("checkpoint")}


async def test_every_revision_goes_down_and_up_again_on_data(database: Database, owner_url: str):
    creator = await newcomer(database, "consumer", "creator")
    await coach_of(database, creator)
    before = _tables(owner_url)
    for revision in ("0002", "0001"):
        migrate.downgrade(owner_url, revision)
    with psycopg.connect(owner_url) as connection:
        assert connection.execute("select name from coaches").fetchall() == [("Archivist",)]
    migrate.downgrade(owner_url, "base")
    assert _tables(owner_url) == {"alembic_version"}
    migrate.upgrade(owner_url, "evermynd")
    assert _tables(owner_url) == before


async def test_a_newer_database_is_refused_by_name(owner_url: str):
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("update alembic_version set version_num = '9999'")
    with pytest.raises(NewerDatabase, match="9999"):
        migrate.upgrade(owner_url, "evermynd")


async def test_upgrading_twice_changes_nothing(owner_url: str):
    before = _tables(owner_url)
    migrate.upgrade(owner_url, "evermynd")
    assert _tables(owner_url) == before
