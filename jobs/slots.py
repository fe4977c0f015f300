"""Scheduled jobs and their slots: whoever inserts the row of a slot runs the job for it, and nobody else does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from jobs.settings import JobSettings
from knowledge.db import Connection, Database, load_queries

LEASE = timedelta(seconds=10)
RENEWED = 3.0  # seconds between two renewals
LATE = timedelta(seconds=12)  # after so long, a slot that no scheduler ticked for counts as missed
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_QUERIES = load_queries("jobs", "slots.sql")
_log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A job that runs once in every slot; slots are `every` long, counted in UTC: no clock change moves them."""

    name: str
    every: timedelta
    run: Callable[[Database, JobSettings], Awaitable[None]]

    def slot(self, now: datetime) -> datetime:
        """Give the beginning of the slot that a moment lies in."""
        return now - (now - _EPOCH) % self.every


async def run_due(database: Database, settings: JobSettings, scheduled: Scheduled, now: datetime) -> bool:
    """Run the job for the slot of this moment, unless that was done; False if it was, or is being done."""
    held = {"job": scheduled.name, "slot": scheduled.slot(now)}
    async with database.system() as connection:
        row = await (await connection.execute(_QUERIES["claim"], held | {"lease": LEASE})).fetchone()
    if row is None:
        return False
    claim = _Claim(database, held, row["claimed_at"])
    keeping = asyncio.create_task(claim.keep())
    try:
        await scheduled.run(database, settings)
    except Exception:
        _log.exception("a scheduled job failed", job=scheduled.name)
    finally:
        keeping.cancel()
        await asyncio.wait([keeping])
    await claim.finish()
    return True


async def missed(connection: Connection, schedule: Sequence[Scheduled], now: datetime) -> list[Scheduled]:
    """List the jobs whose present slot began a while ago and was neither run nor is being run."""
    late: list[Scheduled] = []
    for each in schedule:
        held = {"job": each.name, "slot": each.slot(now), "lease": LEASE}
        if now - each.slot(now) >= LATE:
            taken = await (await connection.execute(_QUERIES["taken"], held)).fetchone()
            late += [] if taken is not None else [each]
    return late


async def tidy(connection: Connection, age: timedelta) -> int:
    """Forget the slots that are older than `age`, and count them."""
    return (await connection.execute(_QUERIES["tidy"], {"age": age})).rowcount


class _Claim:
    """A slot that this process holds; the time of its last renewal is the fence."""

    def __init__(self, database: Database, held: Mapping[str, object], claimed_at: datetime) -> None:
        self._database = database
        self._held = held
        self._claimed_at = claimed_at

    async def keep(self) -> None:
        while True:
            await asyncio.sleep(RENEWED)
            async with self._database.system() as connection:
                row = await (await connection.execute(_QUERIES["renew"], self._fence())).fetchone()
            if row is None:
                return
            self._claimed_at = row["claimed_at"]

    async def finish(self) -> None:
        async with self._database.system() as connection:
            await connection.execute(_QUERIES["finish"], self._fence())

    def _fence(self) -> dict[str, object]:
        return {**self._held, "claimed_at": self._claimed_at}
