"""One throwaway Postgres for the whole run; a template is migrated once, and every test gets an empty copy of it."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Generator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from conversation import checkpoints
from knowledge.db import Database, migrate, open_database
from tests.databases import TEMPLATE, Addresses, Databases, at, create, execute
from ui import logs
from ui.embedded import postgres

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
OF_PROCESSES = ("kill/", "hub/", "jobs/", "playground/", "ui/embedded/")
"""Folders whose tests start processes, which might come back to their database when the test is over."""


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage among what is imported: it stays for the whole run, and is passed over from then on."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tell the processes of a run which tests belong together."""
    for item in items:
        folder = next((each for each in TOGETHER if item.nodeid.startswith(f"{each}/")), None)
        if folder:
            item.add_marker(pytest.mark.xdist_group(folder))


@pytest.fixture(scope="session", autouse=True)
def plain_logs() -> None:
    """Log one JSON line an event: pretty tracebacks would hold up the event loop for seconds."""
    logs.configure("warning", as_json=True)


@pytest.fixture(scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[postgres.Postgres]:
    """Start Postgres without fsync, and migrate the template."""
    running = await postgres.start(tmp_path_factory.mktemp("postgres"), durable=False)
    await execute(at(running.superuser_url, "template1"), create(TEMPLATE, "evermynd"))
    owner = at(running.owner_url, TEMPLATE)
    await migrate.upgraded(owner, "evermynd")
    await asyncio.to_thread(checkpoints.prepare, owner)
    yield running
    await running.stop()


@pytest.fixture(scope="session")
async def databases(server: postgres.Postgres) -> Databases:
    """The copies of the template."""
    made = Databases(server)
    await made.look()
    return made


@pytest.fixture
async def addresses(request: pytest.FixtureRequest, databases: Databases) -> AsyncIterator[Addresses]:
    """Lend one test a database of its own."""
    where = request.path.relative_to(Path(__file__).parent)
    async with databases.one(new=where.as_posix().startswith(OF_PROCESSES)) as addresses:
        yield addresses


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
