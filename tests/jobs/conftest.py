"""One embedded Redis for all tests of background work, empty for each of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jobs.queues import connect
from jobs.settings import JobSettings
from tests.conftest import Addresses
from ui.embedded import redis


@pytest.fixture(scope="session")
async def redis_server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[redis.Redis]:
    """Start Redis."""
    running = await redis.start(tmp_path_factory.mktemp("redis"))
    yield running
    await running.stop()


@pytest.fixture
def redis_url(redis_server: redis.Redis) -> str:
    """The address of an empty Redis."""
    with connect(redis_server.url) as client:
        client.flushall()  # pyright: ignore[reportUnknownMemberType]
    return redis_server.url


@pytest.fixture
def settings(addresses: Addresses, redis_url: str, tmp_path: Path) -> JobSettings:
    """Settings of a worker on this test's database, offline and without a graph."""
    return JobSettings(database_url=addresses.url, redis_url=redis_url, data_dir=tmp_path)
