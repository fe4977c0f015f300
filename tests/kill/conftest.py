"""One nursery and one count of kills for the whole room; a hub of its own for every test."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from conversation.coaches import guide
from knowledge.db import Database
from knowledge.models.embeddings import WordLlama
from tests.conftest import Addresses, newcomer
from tests.kill.cradle import Cradle, Kills, open_cradle
from tests.kill.hub import Hub
from tests.kill.servers import Model, Platform, serve
from tests.knowledge.lessons import teach

KILLS = pytest.StashKey[Kills]()


def pytest_configure(config: pytest.Config) -> None:
    """Begin to count."""
    config.stash[KILLS] = Kills()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print how many processes died for this."""
    kills = config.stash[KILLS]
    if kills.total:
        parts = ", ".join(f"{number} × {what}" for what, number in kills.counted.items())
        terminalreporter.write_line(f"killed with SIGKILL: {kills.total} ({parts})")


@pytest.fixture(scope="session")
def kills(pytestconfig: pytest.Config) -> Kills:
    """The count of this run."""
    return pytestconfig.stash[KILLS]


@pytest.fixture(scope="session")
async def cradle() -> AsyncIterator[Cradle]:
    """Where processes are born."""
    async with open_cradle() as opened:
        yield opened


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder whose path is short enough for sockets."""
    with tempfile.TemporaryDirectory(prefix="hub-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def embedder() -> WordLlama:
    """The local embedding model, loaded once."""
    return WordLlama()


@pytest.fixture
async def hub(
    database: Database, addresses: Addresses, cradle: Cradle, kills: Kills, short: Path, embedder: WordLlama
) -> AsyncIterator[Hub]:
    """A hub without gateways, whose guide knows a little; a person talks to it on a platform that can edit."""
    async with database.system() as connection:
        await guide.settle_in(connection)
    await teach(database, None, guide.GUIDE_ID, embedder=embedder)
    model, platform = Model(), Platform()
    async with serve(model.answer) as model.url, serve(platform.answer) as platform.url:
        opened = Hub(database, addresses, await newcomer(database), cradle, kills, model, platform, short)
        yield opened
        for told in opened.told:
            told.delivery.cancel()
        for gateway in opened.gateways:
            gateway.process.kill()
