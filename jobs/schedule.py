"""What runs by the clock, one line each, and the process that ticks for it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from jobs import digest, embedding, slots, tidy
from jobs.running import until_told
from jobs.settings import JobSettings, current
from jobs.slots import Scheduled
from knowledge.db import open_database

SCHEDULE = (
    Scheduled("digests", every=timedelta(minutes=1), run=digest.run),
    Scheduled("tidy", every=timedelta(hours=1), run=tidy.run),
    Scheduled("embedding", every=timedelta(minutes=5), run=embedding.run),
)  # fmt: skip


def run(settings: JobSettings) -> None:
    """Tick until SIGTERM (blocking); `evermynd schedule`."""
    from jobs.ticker import Ticker

    Ticker(settings.redis_url, SCHEDULE).run()


def tick(name: str) -> None:
    """Run a scheduled job for the present slot, unless that was done; RQ's entry (blocking)."""
    settings = current()
    scheduled = next(each for each in SCHEDULE if each.name == name)

    async def main(_told: asyncio.Event) -> None:
        async with open_database(settings.database_url, size=4, patience=5) as database:
            await slots.run_due(database, settings, scheduled, datetime.now(UTC))

    until_told(main)
