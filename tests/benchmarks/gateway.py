"""A gateway in a process of its own, for the benchmarks that talk to it through a platform."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx

from tests.benchmarks.ground import Ground
from ui.embedded.ports import free_port

OK = 200


@asynccontextmanager
async def open_hub(ground: Ground, **more: str) -> AsyncGenerator[str]:
    """Run a gateway until the context ends; gives its address."""
    port = free_port()
    settings = {
        "PORT": str(port),
        "DATA_DIR": str(ground.folder / "hub"),
        "DATABASE_URL": ground.postgres.url,
        "NEO4J_URI": ground.graph.uri,
        "NEO4J_USER": ground.graph.user,
        "NEO4J_PASSWORD": ground.graph.password,
        "DAILY_TOKEN_LIMIT": "0",
        **more,
    }
    environment = {**os.environ, **{f"EVERMYND_{name}": value for name, value in settings.items()}}
    words = (sys.executable, "-m", "ui.cli", "serve")
    with (ground.folder / "hub.log").open("ab") as log:
        hub = await asyncio.create_subprocess_exec(*words, env=environment, stdin=DEVNULL, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}"
        await _until_ready(address)
        yield address
    finally:
        hub.terminate()
        await hub.wait()


async def _until_ready(address: str) -> None:
    async with httpx.AsyncClient() as client, asyncio.timeout(120):
        while True:
            try:
                if (await client.get(f"{address}/readyz")).status_code == OK:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.2)
