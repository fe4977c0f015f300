"""Real workers that are killed, stopped and cut off from Redis: nothing is lost, and nothing is done twice."""

import time
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import psutil
import psycopg
import pytest

from jobs.queues import connect
from jobs.settings import JobSettings
from knowledge import ingestions
from knowledge.db import Database
from tests.conftest import Addresses
from tests.jobs.house import POLICY, Class, gate, kill, open_class, work
from tests.waiting import until_other, until_so
from ui.embedded import redis

pytestmark = pytest.mark.kill

# A step of an ingestion, and the table that whoever takes it needs.
STEPS = {"handing over": "ingestions", "bringing": "file_parts", "recognising": "documents", "saving": "postings"}
LEARNED = "**What I learned from policy.md**"


@pytest.fixture
async def lesson(database: Database, tmp_path: Path) -> Class:
    return await open_class(database, tmp_path)


async def test_a_worker_learns_what_is_asked(lesson: Class, settings: JobSettings):
    with work(settings):
        ingestion_id = await lesson.send(POLICY)
        assert (await lesson.ended(ingestion_id))["state"] == "done"
    assert (await lesson.shown(ingestion_id)).text.startswith(LEARNED)


@pytest.mark.parametrize("step", list(STEPS))
async def test_killed_at_a_step_it_is_done_by_the_next_worker(
    lesson: Class, settings: JobSettings, addresses: Addresses, step: str
):
    ingestion_id = await lesson.send(POLICY)
    with work(settings) as worker:
        async with gate(addresses.superuser_url, STEPS[step]) as reached:
            await until_so(reached)
            worker.kill()
    await expire(addresses)
    with work(settings):
        assert (await lesson.ended(ingestion_id))["state"] == "done"
    assert len(await lesson.documents()) == 1
    assert (await lesson.shown(ingestion_id)).text.startswith(LEARNED)


async def test_killed_between_saving_and_telling_it_still_tells_what_it_learned(
    lesson: Class, settings: JobSettings, addresses: Addresses
):
    ingestion_id = await lesson.send(POLICY)
    with work(settings) as worker:
        async with AsyncExitStack() as gates:
            async with gate(addresses.superuser_url, "vectors") as read:
                await until_so(read)
                finishing = await gates.enter_async_context(gate(addresses.superuser_url, "files"))
            await until_so(finishing)
            kill(await worker.busy())
        await expire(addresses)
        row = await lesson.ended(ingestion_id)
    assert (row["state"], row["attempts"], row["result"]["outcome"]) == ("done", 2, "new")
    assert (await lesson.shown(ingestion_id)).text.startswith(LEARNED)


@pytest.mark.parametrize("generation", [0, 1, 2], ids=["the job", "its part of the worker", "the whole worker"])
async def test_whatever_dies_the_work_is_done_within_15_seconds(
    lesson: Class, settings: JobSettings, addresses: Addresses, generation: int
):
    ingestion_id = await lesson.send(POLICY)
    with work(settings) as first, work(settings) as second:
        async with gate(addresses.superuser_url, "documents") as reached:
            await until_so(reached)
            job = first.horse() or await second.busy()
            kill([job, *job.parents()][generation])
            died = time.monotonic()
        assert (await lesson.ended(ingestion_id))["state"] == "done"
        assert time.monotonic() - died < 15
    assert len(await lesson.documents()) == 1


async def test_a_file_that_kills_its_reader_is_given_up_after_three_times(
    lesson: Class, settings: JobSettings, addresses: Addresses
):
    ingestion_id = await lesson.send(POLICY)
    with work(settings) as worker:
        async with gate(addresses.superuser_url, "documents"):
            for attempt in range(1, ingestions.ATTEMPTS + 1):
                await until_so(lambda attempt=attempt: tried(lesson, ingestion_id, attempt))
                kill(await worker.busy())
                await expire(addresses)
        row = await lesson.ended(ingestion_id)
    assert (row["state"], row["error_code"]) == ("failed", "crashed")
    assert "policy.md stopped the reader three times" in (await lesson.shown(ingestion_id)).text


async def test_what_redis_forgets_is_handed_over_again(lesson: Class, settings: JobSettings, addresses: Addresses):
    with work(settings):
        async with gate(addresses.superuser_url, "documents") as reached:
            running = await lesson.send(POLICY)
            await until_so(reached)
            queued = await lesson.send("Bees make honey in hives.", "bees.txt")
            with connect(settings.redis_url) as client:
                await until_so(lambda: holds(client.llen("rq:queue:ingest") == 1))
                client.flushall()  # pyright: ignore[reportUnknownMemberType]
            forgotten = time.monotonic()
        states = [(await lesson.ended(each))["state"] for each in (running, queued)]
        assert time.monotonic() - forgotten < 15
    assert (states, len(await lesson.documents())) == (["done", "done"], 2)


async def test_without_redis_the_relay_does_the_work(lesson: Class, settings: JobSettings, tmp_path: Path):
    server = await redis.start(tmp_path / "redis")
    with work(replace(settings, redis_url=server.url)):
        assert (await lesson.ended(await lesson.send(POLICY)))["state"] == "done"
        await server.stop()
        alone = await lesson.ended(await lesson.send("Bees make honey in hives.", "bees.txt"), 15)
        server = await redis.start(tmp_path / "redis")
        again = await lesson.ended(await lesson.send("Wasps make paper.", "wasps.txt"), 15)
    await server.stop()
    assert (alone["state"], again["state"], len(await lesson.documents())) == ("done", "done", 3)


async def test_cancelled_while_reading_the_reader_is_gone_within_two_seconds(lesson: Class, settings: JobSettings):
    with work(settings) as worker:
        ingestion_id = await lesson.send(POLICY * 60_000)
        job = await worker.busy()
        await until_so(lambda: holds(bool(job.children())))
        [reader] = job.children()
        async with lesson.database.person(lesson.user_id) as connection:
            assert await ingestions.cancel(connection, ingestion_id)
        cancelled = time.monotonic()
        row = await lesson.ended(ingestion_id)
        await until_so(lambda: holds(not psutil.pid_exists(reader.pid)))
        assert time.monotonic() - cancelled < 2
    assert (row["state"], await lesson.documents()) == ("cancelled", [])
    assert (await lesson.shown(ingestion_id)).text == "**policy.md**: cancelled."


async def test_cancelled_while_waiting_it_is_told_at_once(lesson: Class, settings: JobSettings, addresses: Addresses):
    with work(settings):
        async with gate(addresses.superuser_url, "documents") as reached:
            await lesson.send(POLICY)
            await until_so(reached)
            waiting = await lesson.send("Bees make honey in hives.", "bees.txt")
            async with lesson.database.person(lesson.user_id) as connection:
                await ingestions.cancel(connection, waiting)
            assert (await lesson.ended(waiting, 2))["state"] == "cancelled"


async def test_who_waits_sees_the_queue_move(lesson: Class, settings: JobSettings, addresses: Addresses):
    with work(settings):
        async with gate(addresses.superuser_url, "documents") as reached:
            first, _, third = [await lesson.send(POLICY, f"{number}.md") for number in range(3)]
            await until_so(reached)
            before = await until_other(lambda: shown(lesson, third), "2.md: waiting", 5)
            async with lesson.database.person(lesson.user_id) as connection:
                await ingestions.cancel(connection, first)
            after = await until_other(lambda: shown(lesson, third), before, 5)
    assert (before, after) == ("**2.md**: waiting, 2 ahead of you", "**2.md**: waiting, 1 ahead of you")


async def test_told_to_stop_it_gives_its_work_back(lesson: Class, settings: JobSettings, addresses: Addresses):
    ingestion_id = await lesson.send(POLICY)
    async with gate(addresses.superuser_url, "documents") as reached:
        with work(settings):
            await until_so(reached)
        row = await lesson.row(ingestion_id)
    assert (row["state"], row["attempts"]) == ("waiting", 0)


async def expire(addresses: Addresses) -> None:
    """Let all leases run out."""
    async with await psycopg.AsyncConnection.connect(addresses.superuser_url, autocommit=True) as owner:
        await owner.execute("update ingestions set leased_until = now() - interval '1 second', due_at = now()")


async def holds(condition: bool) -> bool:
    return condition


async def tried(lesson: Class, ingestion_id: UUID, times: int) -> bool:
    return (await lesson.row(ingestion_id))["attempts"] == times


async def shown(lesson: Class, ingestion_id: UUID) -> str:
    return (await lesson.shown(ingestion_id)).text
