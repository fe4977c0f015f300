"""The work on one ingestion, held under a lease with a fence: whoever lost the lease writes nothing any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from knowledge.db import Connection, load_queries
from knowledge.ingestions.errors import LeaseLost

LEASE = timedelta(seconds=8)  # with the relay's sweep and a process's start, a death costs less than 15 seconds
ATTEMPTS = 3  # after so many deaths of the process that worked on it, an ingestion has failed
_QUERIES = load_queries("knowledge.ingestions", "ingestions.sql")

Standing = Literal["held", "cancelled", "lost"]


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on an ingestion; it holds as long as the row still carries this fence.

    `started_at` is when the first of its attempts began: what was written since is this ingestion's own work.
    """

    ingestion_id: UUID
    fence: int
    user_id: UUID
    coach_id: UUID
    conversation_id: UUID | None
    file_id: UUID | None
    url: str | None
    name: str
    attempts: int
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Stage:
    """How far the work has come; `total` is 0 while unknown."""

    step: str = ""
    done: int = 0
    total: int = 0


async def claim(connection: Connection, ingestion_id: UUID) -> Claim | None:
    """Take a waiting ingestion, or one whose worker died; None when it is not to be had."""
    async with connection.cursor(row_factory=class_row(Claim)) as cursor:
        given = {"ingestion_id": ingestion_id, "lease": LEASE, "limit": ATTEMPTS}
        await cursor.execute(_QUERIES["claim"], given)
        return await cursor.fetchone()


async def renew(connection: Connection, claim: Claim, stage: Stage) -> Standing:
    """Keep the lease for another while, note the stage, and hear whether the person cancelled."""
    given = {"lease": LEASE, "step": stage.step, "done": stage.done, "total": stage.total}
    row = await (await connection.execute(_QUERIES["renew"], given | _fence(claim))).fetchone()
    if row is None:
        return "lost"
    return "cancelled" if row["cancel_requested"] else "held"


async def hold(connection: Connection, claim: Claim) -> None:
    """Make the rest of this transaction count only if the work is still ours; raises `LeaseLost` if not."""
    if await (await connection.execute(_QUERIES["hold"], _fence(claim))).fetchone() is None:
        raise LeaseLost


async def finish(connection: Connection, claim: Claim, result: dict[str, Any]) -> bool:
    """End the ingestion well; False if it is no longer ours."""
    return await _end(connection, "finish", claim, result=Jsonb(result))


async def fail(connection: Connection, claim: Claim, code: str, text: str) -> bool:
    """End the ingestion with a sentence for the person; False if it is no longer ours."""
    return await _end(connection, "fail", claim, code=code, text=text)


async def stop(connection: Connection, claim: Claim) -> bool:
    """End the ingestion because the person cancelled it; False if it is no longer ours."""
    return await _end(connection, "stop", claim)


async def release(connection: Connection, claim: Claim) -> bool:
    """Give the ingestion back to the queue without counting the attempt; False if it is no longer ours."""
    return await _end(connection, "release", claim)


async def _end(connection: Connection, statement: str, claim: Claim, **given: Any) -> bool:
    cursor = await connection.execute(_QUERIES[statement], given | _fence(claim))
    return cursor.rowcount > 0


def _fence(claim: Claim) -> dict[str, Any]:
    return {"ingestion_id": claim.ingestion_id, "fence": claim.fence}
