from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from redis import Redis
from redis.exceptions import AuthenticationError

from ui.embedded import process, redis


def connect(url: str) -> Any:
    return cast(Any, Redis).from_url(url)


@asynccontextmanager
async def open_redis(folder: Path) -> AsyncGenerator[redis.Redis]:
    running = await redis.start(folder)
    try:
        yield running
    finally:
        await running.stop()


async def test_the_client_library_takes_its_url(tmp_path: Path):
    async with open_redis(tmp_path) as running:
        with connect(running.url) as client:
            assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


async def test_lets_nobody_in_without_the_password(tmp_path: Path):
    async with open_redis(tmp_path) as running:
        assert (running.socket.stat().st_mode & 0o777) == 0o700
        assert "NOAUTH" in await redis.ping(f"unix://{running.socket}")
        with connect(f"unix://{running.socket}?password=wrong") as client, pytest.raises(AuthenticationError):
            client.ping()


@pytest.mark.kill
async def test_continues_after_kill_9(tmp_path: Path):
    async with open_redis(tmp_path) as first:
        with connect(first.url) as client:
            client.set("kept", "yes")
        first.process.kill()
    async with open_redis(tmp_path) as second:
        with connect(second.url) as client:
            assert client.get("kept") == b"yes"


async def test_a_file_it_cannot_read_is_moved_aside(tmp_path: Path):
    (tmp_path / "appendonly.aof").write_bytes(b"nonsense\r\n" * 10)
    async with open_redis(tmp_path) as running:
        assert await redis.ping(running.url) == "PONG"
    assert (tmp_path / "appendonly.aof.unreadable").exists()


async def test_a_long_path_gets_a_short_socket(tmp_path: Path):
    async with open_redis(tmp_path / ("long" * 20) / ("path" * 20)) as running:
        assert await redis.ping(running.url) == "PONG"
    assert not running.socket.parent.exists()


async def test_ends_a_server_that_a_killed_run_left_behind(tmp_path: Path):
    left = await redis.start(tmp_path)
    left.lock.release()  # what the death of its starter does
    async with open_redis(tmp_path):
        assert await process.ended(left.process, 0)
