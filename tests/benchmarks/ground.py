"""The ground that the benchmarks stand on: a durable Postgres and a graph server in a folder that goes away."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from conversation import checkpoints
from conversation.coaches import guide
from knowledge.db import Database, migrate
from ui import logs
from ui.embedded import graph, postgres


@dataclass(frozen=True, slots=True)
class Ground:
    """Two running servers, the database migrated, and a folder to work in."""

    folder: Path
    postgres: postgres.Postgres
    graph: graph.Graph


@asynccontextmanager
async def open_ground() -> AsyncGenerator[Ground]:
    """Start the servers with fsync on; they end with the context."""
    logs.configure("error", as_json=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = await postgres.start(folder / "postgres")
        try:
            bolt = await graph.start(folder / "graph")
            try:
                await migrate.upgraded(server.owner_url, migrate.role_of(server.url))
                await asyncio.to_thread(checkpoints.prepare, server.owner_url)
                yield Ground(folder, server, bolt)
            finally:
                await bolt.stop()
        finally:
            await server.stop()


async def until_taught(database: Database, patience: float = 120) -> None:
    """Wait until the guide has read the whole handbook."""
    chapters = len(guide.handbook())
    async with asyncio.timeout(patience):
        while True:
            async with database.system() as connection:
                cursor = await connection.execute(
                    "select count(*) as taught from documents where coach_id = %s", (guide.GUIDE_ID,)
                )
                row = await cursor.fetchone()
            if row and row["taught"] >= chapters:
                return
            await asyncio.sleep(0.1)
