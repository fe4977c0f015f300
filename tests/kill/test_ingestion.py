"""Everything that works on a file, killed at each step of learning it: the file is learned once and told once."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
import pytest

from jobs.settings import JobSettings
from knowledge.db import Database
from tests.conftest import Addresses
from tests.jobs.house import POLICY, Class, Worker, open_class
from tests.kill.cradle import Cradle, Kills
from tests.kill.gates import Gate, closed
from tests.kill.holds import Reached
from tests.waiting import until_so
from ui.embedded import redis

pytestmark = pytest.mark.kill

STEPS = {
    "claiming": Gate("update on ingestions", "new.state = 'running' and old.state = 'waiting'"),
    "committing the claim": Gate("update on ingestions", "new.attempts > old.attempts", at_commit=True),
    "writing the document": Gate("insert on documents"),
    "writing its pages": Gate("insert on pages"),
    "writing its chunks": Gate("insert on chunks"),
    "writing its postings": Gate("insert on postings"),
    "writing its vectors": Gate("insert on vectors"),
    "wanting its projection": Gate("insert on projections"),
    "committing the document": Gate("insert on documents", at_commit=True),
    "finishing": Gate("update on ingestions", "new.state = 'done'"),
    "telling": Gate("update on messages", "new.text like '%What I learned%'"),
    "letting the file go": Gate("delete on files"),
    "committing the end": Gate("update on ingestions", "new.state = 'done'", at_commit=True),
}
FEW = ["committing the claim", "writing its chunks", "committing the document", "committing the end"]
VICTIMS = {"the job": 0, "its part of the worker": 1, "the whole worker": 2}
LEARNED = """
    select chunk_count, character_count,
           (select count(*) from files) as files,
           (select count(*) from outbox) as told,
           (select count(*) from chunks where chunks.document_id = d.document_id) as chunks,
           (select count(*) from vectors join chunks using (chunk_id)
             where chunks.document_id = d.document_id) as vectors,
           (select sum(length(text)) from pages where pages.document_id = d.document_id) as characters,
           (select count(distinct ordinal) from postings, unnest(ordinals) as ordinal
             where postings.document_id = d.document_id) as posted,
           (select count(*) from projections
             where part like '%%' || d.document_id::text and wanted > done) as wanted
      from documents d where name = %s
"""


def is_complete(document: dict[str, Any], told: int) -> bool:
    """Whether a document has all its parts, its file is gone, and each file was told of once."""
    parts = {document[name] for name in ("chunk_count", "chunks", "vectors", "posted")}
    whole = len(parts) == 1 and parts != {0} and document["characters"] == document["character_count"]
    return whole and (document["files"], document["wanted"], document["told"]) == (0, 1, told)


class School:
    """A class, the worker that serves it, and the Redis between."""

    def __init__(
        self, lesson: Class, addresses: Addresses, cradle: Cradle, kills: Kills, settings: JobSettings
    ) -> None:
        self.lesson, self.addresses, self.kills = lesson, addresses, kills
        self._cradle, self._settings = cradle, settings
        self.worker: psutil.Process | None = None
        self.sent: list[UUID] = []

    async def open(self) -> None:
        """Start a worker unless one runs."""
        if self.worker is None or not self.worker.is_running():
            given: dict[str, Any] = asdict(self._settings) | {"data_dir": str(self._settings.data_dir)}
            self.worker = await self._cradle.start("worker", **given)

    async def send(self, size: int = 1) -> UUID:
        """Send a file nobody knows."""
        number = len(self.sent)
        self.sent.append(await self.lesson.send(f"# Chapter {number}\n\n{POLICY * size}", f"{number}.md"))
        return self.sent[-1]

    async def kill(self, victim: str) -> None:
        """Kill the job that runs, or what runs it."""
        assert self.worker is not None
        job = await Worker(self.worker).busy()
        process = [job, *job.parents()][VICTIMS[victim]]
        await self.kills.kill(process, victim)

    async def time_passes(self) -> None:
        """Let all leases run out, and wake the relay."""
        async with self.lesson.database.system() as connection:
            await connection.execute(
                "update ingestions set leased_until = now() - interval '1 s' where state = 'running'"
            )
            await connection.execute("update ingestions set due_at = now()")
            await connection.execute("select pg_notify('ingestion', '')")

    async def wrong_with(self, ingestion_id: UUID) -> list[object]:
        """Wait for the end of a file, and find what of it is missing, there twice, left over or not told."""
        row, wrong = await self.lesson.ended(ingestion_id), list[object]()
        shown = (await self.lesson.shown(ingestion_id)).text
        if (row["state"], row["result"]["outcome"]) != ("done", "new"):
            wrong.append(row)
        if not shown.startswith(f"**What I learned from {row['name']}**"):
            wrong.append(shown)
        found = await self.rows(LEARNED, row["name"])
        if len(found) != 1:
            wrong.append(found)
        return wrong + [document for document in found if not is_complete(document, told=len(self.sent))]

    async def rows(self, statement: str, *values: object) -> list[dict[str, Any]]:
        """Look into the ledger as the system."""
        async with self.lesson.database.system() as connection:
            return await (await connection.execute(statement, values)).fetchall()  # type: ignore[arg-type]

    @asynccontextmanager
    async def held(self, gate: Gate) -> AsyncGenerator[Reached]:
        """Send a file and hold the work on it here."""
        await self.open()
        async with closed(self.addresses.superuser_url, gate) as reached:
            await self.send()
            yield reached


@pytest.fixture
async def school(
    database: Database, addresses: Addresses, cradle: Cradle, kills: Kills, short: Path, tmp_path: Path
) -> AsyncIterator[School]:
    async with AsyncExitStack() as stack:
        server = await redis.start(short / "redis")
        stack.push_async_callback(server.stop)
        settings = JobSettings(database_url=addresses.url, redis_url=server.url, data_dir=tmp_path)
        opened = School(await open_class(database, tmp_path), addresses, cradle, kills, settings)
        yield opened
        if opened.worker and opened.worker.is_running():
            opened.worker.kill()


async def test_the_job_dies_at_each_step(school: School):
    for gate in STEPS.values():
        async with school.held(gate) as reached:
            await reached()
            await school.kill("the job")
        await school.time_passes()
        assert await school.wrong_with(school.sent[-1]) == []


@pytest.mark.parametrize("victim", ["its part of the worker", "the whole worker"])
async def test_what_runs_it_dies(school: School, victim: str):
    for step in FEW:
        async with school.held(STEPS[step]) as reached:
            await reached()
            await school.kill(victim)
        await school.open()
        await school.time_passes()
        assert await school.wrong_with(school.sent[-1]) == []


async def test_the_job_dies_while_a_big_file_is_read(school: School):
    await school.open()
    for _ in range(2):
        ingestion_id = await school.send(size=2_000)
        assert school.worker is not None
        worker = Worker(school.worker)
        await until_so(lambda worker=worker: reads(worker))
        await school.kill("the job")
        await school.time_passes()
        assert await school.wrong_with(ingestion_id) == []


async def reads(worker: Worker) -> bool:
    """Tell whether a job runs that has a parser read for it."""
    try:
        job = worker.horse()
        return job is not None and bool(job.children())
    except psutil.NoSuchProcess:  # it ended between two looks
        return False


async def test_redis_dies_and_forgets(
    database: Database, addresses: Addresses, cradle: Cradle, kills: Kills, short: Path, tmp_path: Path
):
    server = await redis.start(short / "redis")
    settings = JobSettings(database_url=addresses.url, redis_url=server.url, data_dir=tmp_path)
    school = School(await open_class(database, tmp_path), addresses, cradle, kills, settings)
    for step in ("claiming", "writing the document", "committing the end"):
        async with school.held(STEPS[step]) as reached:
            await reached()
            await kills.kill(psutil.Process(server.pid), "Redis")
            await server.stop()
        assert await school.wrong_with(school.sent[-1]) == []
        server = await server.again()
    last = await school.send()
    assert await school.wrong_with(last) == []
    await server.stop()
    assert school.worker is not None
    school.worker.kill()
