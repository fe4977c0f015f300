"""The relay: hears of work in the ledger, hands it to RQ, sweeps up what was lost, and works itself without Redis."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import structlog

from conversation import outbox
from jobs import digest, ingest, projection, report, slots
from jobs.board import key_of
from jobs.errors import QueueAway
from jobs.languages import speech_of
from jobs.queues import QueueName, Queues
from jobs.running import until_told
from jobs.schedule import SCHEDULE
from jobs.settings import JobSettings
from knowledge import ingestions
from knowledge.db import Connection, Database, open_database
from knowledge.db.errors import DatabaseUnavailable

SWEEP = 2.0  # seconds between two sweeps when nothing is heard
GATHER = 0.05  # seconds in which several calls become one sweep
PAUSE = 5.0  # seconds before a timely job that left its work undone is handed over again
_log = structlog.stdlib.get_logger(__name__)


def work(settings: JobSettings) -> None:
    """Relay until SIGTERM (blocking); then finish what it carries itself."""

    async def main(told: asyncio.Event) -> None:
        async with open_database(settings.database_url, size=8, patience=5) as database:
            await Relay(database, settings).run(told)

    until_told(main)


class Relay:
    """Carries work from the ledger to the queues, or does it while Redis is away, one thing of each queue at a time."""

    def __init__(self, database: Database, settings: JobSettings) -> None:
        self._database = database
        self._settings = settings
        self._queues = Queues(settings.redis_url)
        self._called = asyncio.Event()
        self._handed: dict[str, float] = {}
        self._away = False
        self._own: dict[QueueName, asyncio.Task[None]] = {}

    async def run(self, told: asyncio.Event) -> None:
        """Sweep at every call and every two seconds, until told to stop."""
        listening = asyncio.create_task(self._listen())
        try:
            while not told.is_set():
                await self._sweep_if_possible()
                await self._rest(told)
            await asyncio.gather(*self._own.values(), return_exceptions=True)  # what they raised is logged
        finally:
            listening.cancel()
            await asyncio.wait([listening])
            self._queues.close()

    async def sweep(self) -> None:
        """Settle what ended by itself, then hand over what waits, or carry it ourselves while Redis is away."""
        async with self._database.system() as connection:
            await _settle(connection)
        try:
            await self._hand_over()
            await self._hand_over_timely()
        except QueueAway:
            self._note(away=True)
            self._carry()
        else:
            self._note(away=False)

    async def _sweep_if_possible(self) -> None:
        try:
            await self.sweep()
        except DatabaseUnavailable:
            _log.warning("the relay waits for the database")

    async def _listen(self) -> None:
        while True:
            with suppress(DatabaseUnavailable):  # the sweep tells about it
                async with self._database.listen("ingestion", "projection") as connection:
                    self._called.set()
                    async for _ in connection.notifies():
                        self._called.set()
            await asyncio.sleep(1)

    async def _rest(self, told: asyncio.Event) -> None:
        waits = [asyncio.create_task(event.wait()) for event in (told, self._called)]
        await asyncio.wait(waits, timeout=SWEEP, return_when=asyncio.FIRST_COMPLETED)
        for each in waits:
            each.cancel()
        await asyncio.sleep(GATHER)
        self._called.clear()

    async def _hand_over(self) -> None:
        queued = await asyncio.to_thread(self._queues.queued, "ingest")
        async with self._database.system() as connection:
            handed = await ingestions.hand_over(connection)
        for each in handed:
            job_id = f"ingest-{each.ingestion_id}-{each.fence}"
            if job_id not in queued:
                await asyncio.to_thread(
                    self._queues.enqueue, "ingest", "jobs.ingest.perform", job_id, str(each.ingestion_id)
                )

    async def _hand_over_timely(self) -> None:
        queued = await asyncio.to_thread(self._queues.queued, "timely")
        for name, (function, *ids) in (await self._timely()).items():
            waits = any(job_id.startswith(name) for job_id in queued)
            if not waits and time.monotonic() - self._handed.get(name, -PAUSE) >= PAUSE:
                job_id = f"{name}-{uuid4().hex}"
                await asyncio.to_thread(self._queues.enqueue, "timely", function, job_id, *ids)
                self._handed[name] = time.monotonic()

    async def _timely(self) -> dict[str, list[str]]:
        """Give the timely jobs that are due: the function of each, and its arguments."""
        due: dict[str, list[str]] = {}
        async with self._database.system() as connection:
            if self._settings.neo4j_uri and await projection.pending(connection):
                due["project"] = ["jobs.projection.perform"]
            if await digest.overdue(connection, datetime.now(UTC)):
                due["digest"] = ["jobs.digest.perform"]
            for each in await slots.missed(connection, SCHEDULE, datetime.now(UTC)):
                due[f"tick-{each.name}"] = ["jobs.schedule.tick", each.name]
        return due

    def _note(self, *, away: bool) -> None:
        if away and not self._away:
            _log.warning("Redis is away, the relay does the work itself")
        if self._away and not away:
            _log.info("Redis is back")
        self._away = away

    def _carry(self) -> None:
        """Start the next work of each queue in this process, unless some is going on: no digest waits for a book."""
        works: dict[QueueName, Callable[[], Coroutine[Any, Any, None]]] = {
            "ingest": self._ingest_next,
            "timely": self._do_timely,
        }
        for queue, work in works.items():
            if queue not in self._own or self._own[queue].done():
                self._own[queue] = asyncio.create_task(work())
                self._own[queue].add_done_callback(self._carried)

    def _carried(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception():
            _log.error("the relay failed to do a piece of work", exc_info=task.exception())

    async def _ingest_next(self) -> None:
        async with self._database.system() as connection:
            ingestion_id = await ingestions.upcoming(connection)
        if ingestion_id:
            await ingest.run(self._database, self._settings, ingestion_id)
            self._called.set()

    async def _do_timely(self) -> None:
        for each in SCHEDULE:
            await slots.run_due(self._database, self._settings, each, datetime.now(UTC))
        due = await self._timely()
        if "digest" in due:
            await digest.run(self._database, self._settings)
        if "project" in due:
            await projection.run(self._database, self._settings)


async def _settle(connection: Connection) -> None:
    """End what was cancelled or crashed too often while nobody worked on it, and show the others their new places."""
    for ended in await ingestions.drop_cancelled(connection):
        reply = report.cancelled(await speech_of(connection, ended.ingestion_id), ended.ingestion_id, ended.name)
        await outbox.revise(connection, key_of(ended.ingestion_id), reply)
    for ended in await ingestions.give_up(connection):
        speech = await speech_of(connection, ended.ingestion_id)
        reply = report.failed(speech, ended.ingestion_id, speech.explain(ingestions.Crashed(ended.name)))
        await outbox.revise(connection, key_of(ended.ingestion_id), reply)
    for each in await ingestions.move_up(connection):
        reply = report.waiting(await speech_of(connection, each.ingestion_id), each.ingestion_id, each.name, each.ahead)
        await outbox.revise(connection, key_of(each.ingestion_id), reply)
