"""Two years of six time zones under a clock of the test: one run a slot, though two schedulers race and die."""

from __future__ import annotations

import asyncio
import functools
import random
from datetime import UTC, datetime, time, timedelta

import pytest

from conversation.digests import store, zones
from conversation.digests.schedule import Schedule, next_after
from conversation.proactive import Quiet
from jobs import digest
from jobs.settings import JobSettings
from knowledge.db import Database
from tests.conftest import newcomer
from tests.jobs.readers import Reader, coach_who_knows, leases_run_out, reader_of

START = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2028, 1, 1, tzinfo=UTC)
ZONES = {
    "Europe/Berlin": time(2, 30),
    "America/New_York": time(2, 30),
    "Asia/Kolkata": time(8),
    "Australia/Lord_Howe": time(2, 15),
    "Africa/Casablanca": time(2, 30),
    "America/Santiago": time(0, 15),
}
SUNDAYS = frozenset({7})
DICE = random.Random(20260101)  # noqa: S311


async def readers(database: Database) -> dict[str, Reader]:
    """One person in each zone, whose digest comes on the mornings on which clocks change, and no quiet hours."""
    coach_id = await coach_who_knows(database, await newcomer(database, "consumer", "creator"), questions=())
    found: dict[str, Reader] = {}
    for zone, minute in ZONES.items():
        found[zone] = await reader_of(database, coach_id)
        await found[zone].wants(Schedule(SUNDAYS, minute), zone, START)
        async with database.person(found[zone].user_id) as connection:
            await store.set_quiet(connection, found[zone].user_id, Quiet(time(), time()))
    return found


@functools.cache
def slots(zone: str) -> list[datetime]:
    """The slots of two years."""
    expected, at = list[datetime](), START
    while (at := next_after(Schedule(SUNDAYS, ZONES[zone]), zones.clock(zone), at)) < END:
        expected.append(at)
    return expected


async def scheduler(database: Database, settings: JobSettings, now: datetime) -> bool:
    """Look once at what is due; some die in the middle of it: True if this one did."""
    work = asyncio.create_task(digest.run(database, settings, now))
    if DICE.random() < 0.25:
        await asyncio.wait([work], timeout=DICE.random() * 0.02)
        work.cancel()
    await asyncio.wait([work])
    assert work.cancelled() or work.exception() is None
    return work.cancelled()


@pytest.mark.kill
async def test_every_slot_of_two_years_is_run_once(database: Database, settings: JobSettings):
    everybody = await readers(database)
    for moment in sorted({slot for zone in ZONES for slot in slots(zone)}):
        for zone in (each for each in ZONES if moment in slots(each)):
            await everybody[zone].asked(f"What is new at {moment:%Y-%m-%d %H:%M}?", moment - timedelta(minutes=1))
        late = timedelta(seconds=DICE.randrange(30))
        died = await asyncio.gather(*(scheduler(database, settings, moment + late) for _ in range(2)))
        if any(died):
            await leases_run_out(database)
            await digest.run(database, settings, moment + timedelta(seconds=45))
    assert {zone: await ran(reader) for zone, reader in everybody.items()} == {zone: slots(zone) for zone in ZONES}
    assert {zone: await told(reader) for zone, reader in everybody.items()} == {zone: slots(zone) for zone in ZONES}


async def ran(reader: Reader) -> list[datetime]:
    """The slots that were run to their end."""
    job = f"digest:{(await reader.digest()).digest_id}"
    return [
        row["slot"]
        for row in await reader.rows("select slot from slots where job = %s and state = 'done' order by slot", job)
    ]


async def told(reader: Reader) -> list[datetime]:
    """The slots of which something was said, as often as it was said."""
    rows = await reader.rows(
        "select idempotency_key as key from outbox where user_id = %s order by key", reader.user_id
    )
    job = f"digest:{(await reader.digest()).digest_id}:"
    return [datetime.strptime(row["key"], f"{job}%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) for row in rows]
