"""The queue of ingestions as the relay sees it: what to hand to a worker, and what moved or ended while nobody worked.

All of these run as the system role; rows that another relay is busy with are skipped.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from psycopg.rows import class_row

from knowledge.db import Connection, load_queries
from knowledge.ingestions.errors import Crashed
from knowledge.ingestions.lease import ATTEMPTS

PATIENCE = timedelta(seconds=8)  # after so long, a handed ingestion that nobody started counts as lost on the way
_QUERIES = load_queries("knowledge.ingestions", "ingestions.sql")


@dataclass(frozen=True, slots=True)
class Handed:
    """An ingestion that somebody must start now; the fence tells this attempt from the ones before."""

    ingestion_id: UUID
    fence: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """An ingestion whose place in the queue changed."""

    ingestion_id: UUID
    name: str
    ahead: int


@dataclass(frozen=True, slots=True)
class Ended:
    """An ingestion that ended while nobody worked on it."""

    ingestion_id: UUID
    name: str


async def hand_over(connection: Connection) -> list[Handed]:
    """Take what waits to be started, oldest first; the same ones come again after a while unless they were started."""
    given = {"patience": PATIENCE, "limit": ATTEMPTS}
    rows = await (await connection.execute(_QUERIES["hand_over"], given)).fetchall()
    rows.sort(key=lambda row: (row["created_at"], row["ingestion_id"]))
    return [Handed(row["ingestion_id"], row["fence"]) for row in rows]


async def upcoming(connection: Connection) -> UUID | None:
    """Tell which ingestion is the next to be worked on, whether or not it was handed to somebody."""
    row = await (await connection.execute(_QUERIES["next"], {"limit": ATTEMPTS})).fetchone()
    return row["ingestion_id"] if row else None


async def drop_cancelled(connection: Connection) -> list[Ended]:
    """End the ingestions that were cancelled before somebody worked on them."""
    async with connection.cursor(row_factory=class_row(Ended)) as cursor:
        await cursor.execute(_QUERIES["drop_cancelled"])
        return await cursor.fetchall()


async def give_up(connection: Connection) -> list[Ended]:
    """End the ingestions whose worker died at every attempt."""
    async with connection.cursor(row_factory=class_row(Ended)) as cursor:
        given = {"limit": ATTEMPTS, "code": Crashed.code, "text": str(Crashed())}
        await cursor.execute(_QUERIES["give_up"], given)
        return await cursor.fetchall()


async def move_up(connection: Connection) -> list[Waiting]:
    """Note the new places of those who wait, and tell whose place changed since the last time."""
    async with connection.cursor(row_factory=class_row(Waiting)) as cursor:
        await cursor.execute(_QUERIES["move_up"])
        return await cursor.fetchall()
