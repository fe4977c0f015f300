"""Scheduled jobs and their slots: whoever inserts the row of a slot runs the job for it, and nobody else does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
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
    claim = await take(database, scheduled.name, scheduled.slot(now))
    if claim is None:
        return False
    async with claim.kept():
        try:
            await scheduled.run(database, settings)
        except Exception:
            _log.exception("a scheduled job failed", job=scheduled.name)
    async with database.system() as connection:
        await claim.finish(connection)
    return True


async def take(database: Database, job: str, slot: datetime) -> Claim | None:
    """Claim a slot for this process; None if it was run, or another one holds it."""
    held = {"job": job, "slot": slot, "lease": LEASE}
    async with database.system() as connection:
        row = await (await connection.execute(_QUERIES["claim"], held)).fetchone()
    return Claim(database, job, slot, row["claimed_at"]) if row else None


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


class Claim:
    """A slot that this process holds; the time of its last renewal is the fence."""

    def __init__(self, database: Database, job: str, slot: datetime, claimed_at: datetime) -> None:
        self._database = database
        self._job = job
        self._slot = slot
        self._claimed_at = claimed_at

    @asynccontextmanager
    async def kept(self) -> AsyncGenerator[None]:
        """Renew the claim while the work goes on inside."""
        keeping = asyncio.create_task(self._keep())
        try:
            yield
        finally:
            keeping.cancel()
            await asyncio.wait([keeping])

    async def finish(self, connection: Connection) -> bool:
        """Note that the slot was run; False if another process has taken it over."""
        return (await connection.execute(_QUERIES["finish"], self._fence())).rowcount == 1

    async def release(self, connection: Connection) -> None:
        """Give the slot back as if it had never been claimed."""
        await connection.execute(_QUERIES["release"], self._fence())

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(RENEWED)
            async with self._database.system() as connection:
                row = await (await connection.execute(_QUERIES["renew"], self._fence())).fetchone()
            if row is None:
                return
            self._claimed_at = row["claimed_at"]

    def _fence(self) -> dict[str, object]:
        return {"job": self._job, "slot": self._slot, "claimed_at": self._claimed_at}
