"""The ticks of the schedule: rq-scheduler puts a job into the `timely` queue whenever a slot begins.

It keeps its plan in Redis, where a crash can lose it, so every definition is put there again at start and every minute;
what is missed all the same, the relay catches. Two of these may run: a tick claims its slot in the ledger.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from types import FrameType
from typing import Any

import structlog
from redis.exceptions import RedisError
from rq_scheduler import Scheduler

from jobs.queues import IdsJob, connect
from jobs.slots import Scheduled

INTERVAL = 3  # seconds between two looks at the plan
ASSERTED = 60.0  # seconds between two assertions of the definitions
_log = structlog.stdlib.get_logger(__name__)


class Ticker:
    """Runs rq-scheduler's parts in a loop of our own, which outlives Redis and ends within a second of SIGTERM."""

    def __init__(self, url: str, schedule: Sequence[Scheduled]) -> None:
        self._schedule = schedule
        self._scheduler: Any = Scheduler("timely", connection=connect(url), job_class=IdsJob, interval=INTERVAL)
        self._told = False
        self._asserted = -ASSERTED

    def run(self) -> None:
        """Tick until SIGTERM or SIGINT (blocking)."""
        os.environ["TZ"] = "UTC"  # rq-scheduler computes in the host's time
        time.tzset()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._tell)
        while not self._told:
            try:
                self.tick()
            except (RedisError, OSError):
                self._asserted = -ASSERTED  # what comes back may have lost the plan
            self._rest()

    def tick(self) -> None:
        """Put what is due into the queue, unless another scheduler is doing that; raises RedisError."""
        if time.monotonic() - self._asserted >= ASSERTED:
            self.assert_definitions()
            self._asserted = time.monotonic()
        if self._scheduler.acquire_lock():
            try:
                self._scheduler.enqueue_jobs()
            finally:
                self._scheduler.remove_lock()

    def assert_definitions(self) -> None:
        """Put every definition into the plan that is not there as it is defined now; raises RedisError."""
        planned = {job.id: job for job in self._scheduler.get_jobs()}
        wanted = {f"tick-{each.name}": each for each in self._schedule}
        for job_id, job in planned.items():
            every = wanted[job_id].every.total_seconds() if job_id in wanted else None
            if job.meta.get("interval") == every:
                del wanted[job_id]
            else:
                self._scheduler.cancel(job)
        for job_id, each in wanted.items():
            self._plan(job_id, each)

    def _plan(self, job_id: str, scheduled: Scheduled) -> None:
        """Tick first for the present slot, which costs nothing if it was run, then at the beginning of every other."""
        start = scheduled.slot(datetime.now(UTC)).replace(tzinfo=None)
        self._scheduler.schedule(
            start,
            "jobs.schedule.tick",
            args=[scheduled.name],
            interval=int(scheduled.every.total_seconds()),
            timeout=-1,
            id=job_id,
            queue_name="timely",
        )

    def _tell(self, number: int, frame: FrameType | None) -> None:
        self._told = True

    def _rest(self) -> None:
        until = time.monotonic() + INTERVAL
        while not self._told and time.monotonic() < until:
            time.sleep(0.25)
