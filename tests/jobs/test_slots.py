"""A scheduled job runs once in each slot, whoever ticks, dies or comes late."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import psycopg
import pytest

from jobs import slots
from jobs.settings import JobSettings
from jobs.slots import Scheduled
from knowledge.db import Database
from tests.conftest import Addresses

NOON = datetime(2026, 3, 29, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Diary:
    """A job that notes its runs."""

    def __init__(self) -> None:
        self.runs = 0

    async def run(self, database: Database, settings: JobSettings) -> None:
        self.runs += 1

    async def fail(self, database: Database, settings: JobSettings) -> None:
        self.runs += 1
        raise ValueError("a fault of the job")

    def every(self, length: timedelta) -> Scheduled:
        return Scheduled("diary", length, self.run)


async def test_many_ticks_of_one_slot_are_one_run(database: Database, settings: JobSettings):
    diary = Diary()
    ticks = [slots.run_due(database, settings, diary.every(HOUR), NOON) for _ in range(8)]
    assert (sorted(await asyncio.gather(*ticks)), diary.runs) == ([False] * 7 + [True], 1)


async def test_the_next_slot_is_another_run(database: Database, settings: JobSettings):
    diary = Diary()
    for minutes in (0, 59, 60, 119, 120):
        await slots.run_due(database, settings, diary.every(HOUR), NOON + timedelta(minutes=minutes))
    assert diary.runs == 3


async def test_a_job_that_fails_is_not_repeated_in_its_slot(database: Database, settings: JobSettings):
    diary = Diary()
    for _ in range(2):
        await slots.run_due(database, settings, Scheduled("diary", HOUR, diary.fail), NOON)
    assert diary.runs == 1


async def test_a_run_whose_process_died_is_made_up_for(database: Database, settings: JobSettings, addresses: Addresses):
    diary = Diary()
    scheduled = diary.every(HOUR)
    async with database.system() as connection:
        await connection.execute("insert into slots (job, slot) values ('diary', %s)", (NOON,))
    assert not await slots.run_due(database, settings, scheduled, NOON)
    async with await psycopg.AsyncConnection.connect(addresses.superuser_url, autocommit=True) as owner:
        await owner.execute("update slots set claimed_at = now() - interval '11 seconds'")
    assert await slots.run_due(database, settings, scheduled, NOON)


async def test_only_a_late_slot_that_nobody_ran_is_missed(database: Database, settings: JobSettings):
    scheduled = Diary().every(HOUR)
    late = NOON + timedelta(seconds=20)
    async with database.system() as connection:
        assert await slots.missed(connection, [scheduled], NOON + timedelta(seconds=5)) == []
        assert await slots.missed(connection, [scheduled], late) == [scheduled]
    await slots.run_due(database, settings, scheduled, NOON)
    async with database.system() as connection:
        assert await slots.missed(connection, [scheduled], late) == []


@pytest.mark.parametrize("length", [timedelta(seconds=5), HOUR, timedelta(days=1)])
def test_slots_follow_each_other_across_a_change_of_clocks(length: timedelta):
    scheduled = Diary().every(length)
    begins = {scheduled.slot(NOON - timedelta(hours=36) + step * length) for step in range(20)}
    ordered = sorted(begins)
    assert {after - before for before, after in pairwise(ordered)} == {length}
