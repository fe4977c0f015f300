"""What nobody needs any more goes; what somebody may need stays."""

import os
import time
from pathlib import Path

import psycopg
import pytest

from jobs import ingest, tidy
from jobs.settings import JobSettings
from knowledge.db import Database
from tests.conftest import Addresses
from tests.jobs.house import Class, open_class


@pytest.fixture
async def lesson(database: Database, tmp_path: Path) -> Class:
    return await open_class(database, tmp_path)


@pytest.mark.parametrize(("days", "left"), [(6, 1), (8, 0)])
async def test_the_file_of_a_failed_ingestion_is_kept_for_a_week(
    lesson: Class, settings: JobSettings, addresses: Addresses, days: int, left: int
):
    await ingest.run(lesson.database, settings, await lesson.send(b"", "empty.pdf"))
    async with await psycopg.AsyncConnection.connect(addresses.superuser_url, autocommit=True) as owner:
        await owner.execute("update files set created_at = now() - make_interval(days => %s)", (days,))
        await owner.execute("update ingestions set finished_at = now() - make_interval(days => %s)", (days,))
    await tidy.run(lesson.database, settings)
    async with lesson.database.system() as connection:
        assert len(await (await connection.execute("select from files")).fetchall()) == left


async def test_the_folder_of_an_attempt_that_died_goes_after_a_day(database: Database, settings: JobSettings):
    old, young = settings.data_dir / "work" / "old", settings.data_dir / "work" / "young"
    for folder in (old, young):
        folder.mkdir(parents=True)
    yesterday = time.time() - 25 * 3600
    os.utime(old, (yesterday, yesterday))
    await tidy.run(database, settings)
    assert (old.exists(), young.exists()) == (False, True)
