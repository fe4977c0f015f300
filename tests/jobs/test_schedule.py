"""The clock at work: schedulers tick, a worker runs, and the ledger says that it was once."""

from datetime import UTC, datetime
from typing import Any

import pytest

from jobs.schedule import SCHEDULE
from jobs.settings import JobSettings
from knowledge.db import Database
from tests.jobs.house import process, work
from tests.waiting import until_so

pytestmark = pytest.mark.kill


async def test_two_schedulers_and_two_workers_run_a_slot_once(database: Database, settings: JobSettings):
    began = datetime.now(UTC)
    with process("schedule", settings), process("schedule", settings), work(settings), work(settings):
        await until_so(lambda: all_done(database))
    ran = await ran_slots(database)
    assert set(ran) <= slots_since(began)
    assert len(ran) == len(set(ran)) >= len(SCHEDULE)


async def test_without_a_scheduler_the_relay_catches_a_missed_slot(database: Database, settings: JobSettings):
    began = datetime.now(UTC)
    with work(settings):
        await until_so(lambda: all_done(database), 20)
    assert set(await ran_slots(database)) <= slots_since(began)


async def all_done(database: Database) -> bool:
    return {row["job"] for row in await slots(database) if row["state"] == "done"} == {each.name for each in SCHEDULE}


async def ran_slots(database: Database) -> list[tuple[str, datetime]]:
    return [(row["job"], row["slot"]) for row in await slots(database)]


def slots_since(began: datetime) -> set[tuple[str, datetime]]:
    """The slots that were due from a moment to now, within which a minute may end."""
    return {(each.name, each.slot(now)) for each in SCHEDULE for now in (began, datetime.now(UTC))}


async def slots(database: Database) -> list[dict[str, Any]]:
    async with database.system() as connection:
        return await (await connection.execute("select * from slots")).fetchall()
