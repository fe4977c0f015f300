"""One throwaway Postgres for the whole run; a template is migrated once and cloned for every test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from conversation import checkpoints
from knowledge.db import Database, migrate, open_database
from ui import logs
from ui.embedded import postgres

TEMPLATE = "evermynd_template"
TOGETHER = (
    "tests/kill",
    "tests/hub",
    "tests/jobs",
    "tests/playground",
    "tests/ui/web",
    "tests/ui/embedded",
    "tests/knowledge/graph",
)
"""Folders whose tests share servers that are dear to start, so that one process runs them all."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tell the processes of a run which tests belong together."""
    for item in items:
        folder = next((each for each in TOGETHER if item.nodeid.startswith(f"{each}/")), None)
        if folder:
            item.add_marker(pytest.mark.xdist_group(folder))


@dataclass(frozen=True, slots=True)
class Addresses:
    """How the three roles reach one test's database."""

    url: str
    owner_url: str
    superuser_url: str


def at(url: str, database: str) -> str:
    """Point an address at another database of the same server."""
    return make_url(url).set(database=database).render_as_string(hide_password=False)


async def _execute(url: str, *statements: sql.Composed) -> None:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        for statement in statements:
            await connection.execute(statement)


def _create(database: str, template: str) -> sql.Composed:
    return sql.SQL("create database {} template {} owner evermynd_owner strategy file_copy").format(
        sql.Identifier(database), sql.Identifier(template)
    )


@pytest.fixture(scope="session", autouse=True)
def plain_logs() -> None:
    """Log one JSON line an event: pretty tracebacks would hold up the event loop for seconds."""
    logs.configure("warning", as_json=True)


@pytest.fixture(scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[postgres.Postgres]:
    """Start Postgres without fsync, and migrate the template."""
    running = await postgres.start(tmp_path_factory.mktemp("postgres"), durable=False)
    await _execute(at(running.superuser_url, "template1"), _create(TEMPLATE, "evermynd"))
    owner = at(running.owner_url, TEMPLATE)
    await migrate.upgraded(owner, "evermynd")
    await asyncio.to_thread(checkpoints.prepare, owner)
    yield running
    await running.stop()


@pytest.fixture
async def addresses(server: postgres.Postgres) -> AsyncIterator[Addresses]:
    """Clone the template for one test."""
    name = f"test_{uuid4().hex}"
    admin = at(server.superuser_url, "template1")
    await _execute(admin, _create(name, TEMPLATE))
    yield Addresses(at(server.url, name), at(server.owner_url, name), at(server.superuser_url, name))
    await _execute(admin, sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def owner_url(addresses: Addresses) -> str:
    """The address of the role that migrates."""
    return addresses.owner_url


@pytest.fixture
async def database(addresses: Addresses) -> AsyncIterator[Database]:
    """A migrated database of this test's own, reached as the app's login role."""
    async with open_database(addresses.url, patience=10) as opened:
        yield opened


@pytest.fixture
async def person(database: Database) -> UUID:
    """Somebody who has just arrived."""
    return await newcomer(database)


async def newcomer(database: Database, *roles: str) -> UUID:
    """Add a person; every call gives another one."""
    user_id = uuid4()
    async with database.system() as connection:
        await connection.execute(
            "insert into users (user_id, display_name, roles) values (%s, 'Ada', %s)",
            (user_id, list(roles) or ["consumer"]),
        )
    return user_id


async def coach_of(database: Database, creator: UUID, name: str = "Archivist") -> UUID:
    """Add a private coach of this creator."""
    coach_id = uuid4()
    async with database.person(creator) as connection:
        await connection.execute(
            "insert into coaches (coach_id, creator_user_id, name) values (%s, %s, %s)",
            (coach_id, creator, name),
        )
    return coach_id
