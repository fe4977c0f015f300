"""Who makes a digest, killed at each step from the claim of its slot to the commit: it is said once all the same."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import pytest

from conversation.digests.schedule import EVERY_DAY, Schedule
from jobs.settings import JobSettings
from knowledge.db import Database
from tests.conftest import Addresses, newcomer
from tests.jobs.readers import Reader, coach_who_knows, leases_run_out, reader_of
from tests.kill.cradle import Cradle, Kills
from tests.kill.gates import Gate, closed
from tests.kill.holds import Reached
from tests.kill.servers import Model, serve
from tests.waiting import until_so

pytestmark = pytest.mark.kill

OURS = "new.job like 'digest:%'"
STEPS: dict[str, Gate | str] = {
    "claiming the slot": Gate("insert on slots", OURS),
    "committing the claim": Gate("insert on slots", OURS, at_commit=True),
    "before the model's first word": "first word",
    "while the model writes": "middle",
    "counting its tokens": Gate("insert on model_usage"),
    "planning the next one": Gate("update on digests", "new.next_at > old.next_at"),
    "ending the slot": Gate("update on slots", f"{OURS} and new.state = 'done'"),
    "saying it": Gate("insert on outbox"),
    "committing": Gate("insert on outbox", at_commit=True),
    "committing, seen from the slot": Gate("update on slots", f"{OURS} and new.state = 'done'", at_commit=True),
}


class Newsroom:
    """A reader, and the worker without Redis whose relay makes the digests itself."""

    def __init__(self, reader: Reader, addresses: Addresses, cradle: Cradle, kills: Kills, model: Model) -> None:
        self.reader, self.addresses, self.kills, self.model = reader, addresses, kills, model
        self._cradle = cradle
        self.workers: list[psutil.Process] = []
        self.due: list[datetime] = []

    async def open(self, folder: Path) -> None:
        """Start a worker."""
        settings = JobSettings(
            database_url=self.addresses.url,
            redis_url="redis://127.0.0.1:1/0",
            data_dir=folder,
            openai_api_key="key",
            openai_base_url=f"{self.model.url}/v1",
            chat_model="scripted",
        )
        given: dict[str, Any] = asdict(settings) | {"data_dir": str(folder)}
        self.workers.append(await self._cradle.start("worker", **given))

    async def close(self, what: str) -> None:
        """Kill every worker."""
        while self.workers:
            await self.kills.kill(self.workers.pop(), what)

    async def make_due(self) -> None:
        """Let the digest be due, with something new to tell; a new day, as far as the cap is concerned."""
        now = datetime.now(UTC).replace(second=0, microsecond=0)
        self.due.append(now - timedelta(minutes=20 - len(self.due)))
        await self.reader.asked(f"What about mark-{uuid4().hex[:12]}?", datetime.now(UTC))
        await self.reader.rows("update users set proactive_day = null")
        await self.reader.rows("update digests set next_at = %s", self.due[-1])

    @asynccontextmanager
    async def held(self, step: Gate | str) -> AsyncGenerator[Reached]:
        """Let whoever comes to this step stand there."""
        async with AsyncExitStack() as stack:
            if isinstance(step, Gate):
                yield await stack.enter_async_context(closed(self.addresses.superuser_url, step))
            else:
                yield stack.enter_context(self.model.holds.at(step))

    async def forget_ticks(self) -> None:
        """Let the schedule tick again within the same minute."""
        await self.reader.rows("delete from slots where job not like 'digest:%%'")

    async def has_run(self) -> bool:
        """Whether the present slot is over."""
        return (await self.reader.digest()).next_at != self.due[-1]

    async def said(self) -> list[datetime]:
        """The slots of which something was said, in order and as often as it was said."""
        rows = await self.reader.rows("select idempotency_key as key from outbox order by seq")
        name = f"digest:{(await self.reader.digest()).digest_id}"
        return [datetime.strptime(row["key"], f"{name}:%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) for row in rows]

    async def shown(self) -> int:
        """How many messages stand in the chat."""
        [row] = await self.reader.rows("select count(*) as number from messages where author = 'coach'")
        return row["number"]

    async def slots(self) -> list[tuple[datetime, str]]:
        """Every slot of the digest with what became of it."""
        name = f"digest:{(await self.reader.digest()).digest_id}"
        rows = await self.reader.rows("select slot, state from slots where job = %s order by slot", name)
        return [(row["slot"], row["state"]) for row in rows]


@pytest.fixture
async def newsroom(database: Database, addresses: Addresses, cradle: Cradle, kills: Kills) -> AsyncIterator[Newsroom]:
    coach_id = await coach_who_knows(database, await newcomer(database, "consumer", "creator"))
    reader, model = await reader_of(database, coach_id), Model()
    opposite = (datetime.now(UTC) + timedelta(hours=12)).time().replace(second=0, microsecond=0)
    await reader.wants(Schedule(EVERY_DAY, opposite), "UTC", datetime.now(UTC))
    await reader.rows("update users set quiet_from = %s, quiet_until = %s", time(), time())
    async with serve(model.answer) as model.url:
        opened = Newsroom(reader, addresses, cradle, kills, model)
        yield opened
        for worker in opened.workers:
            worker.kill()


async def test_the_worker_dies_at_each_step(newsroom: Newsroom, database: Database, tmp_path: Path):
    for what, step in STEPS.items():
        await newsroom.make_due()
        async with newsroom.held(step) as reached:
            await newsroom.open(tmp_path)
            await reached()
            await newsroom.close("the worker, with a digest")
            assert not await newsroom.has_run(), what
        await leases_run_out(database)
        await newsroom.open(tmp_path)
        await until_so(newsroom.has_run)
        await newsroom.close("the worker")
        await leases_run_out(database)
        await newsroom.forget_ticks()
    assert (await newsroom.said(), await newsroom.shown()) == (newsroom.due, len(newsroom.due))
    assert await newsroom.slots() == [(slot, "done") for slot in newsroom.due]


async def test_of_two_workers_the_other_takes_over(newsroom: Newsroom, database: Database, tmp_path: Path):
    await newsroom.make_due()
    async with newsroom.held("middle") as reached:
        await newsroom.open(tmp_path)
        await reached()
        first = newsroom.workers.pop()
        await newsroom.open(tmp_path)
        await newsroom.kills.kill(first, "the worker, with a digest")
    await until_so(newsroom.has_run)
    assert (await newsroom.said(), await newsroom.shown()) == (newsroom.due, len(newsroom.due))
    assert await newsroom.slots() == [(slot, "done") for slot in newsroom.due]
