"""What tests of background work share: people who teach a coach, real workers, and gates that stop them at a step."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psutil
import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from conversation import outbox, payloads
from conversation.message import Reply
from jobs.board import key_of
from jobs.schedule import SCHEDULE
from jobs.settings import JobSettings
from knowledge import files, ingestions
from knowledge.db import Database
from knowledge.ingestions import Wish
from tests.conftest import coach_of, newcomer
from tests.waiting import until_so

Row = dict[str, Any]

POLICY = """# Conffiles

A conffile is a configuration file that the package manager keeps when the administrator changed it.

# Essential packages

An essential package must work even while it is unpacked and not yet configured.
"""


@dataclass(frozen=True, slots=True)
class Class:
    """A person who teaches a coach in a conversation."""

    database: Database
    user_id: UUID
    coach_id: UUID
    conversation_id: UUID
    folder: Path

    async def send(self, content: str | bytes, name: str = "policy.md") -> UUID:
        """Send a file, as the skill does: the wish and its message in one transaction."""
        path = self.folder / f"sent-{uuid4().hex}"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        async with self.database.person(self.user_id) as connection:
            kept = await files.keep(connection, self.user_id, path, name, "")
        return await self.wish(name, file_id=kept.file_id)

    async def wish(self, name: str, file_id: UUID | None = None, url: str | None = None) -> UUID:
        """Ask for a file or a link to be learned."""
        wish = Wish(uuid4(), self.user_id, self.coach_id, name, self.conversation_id, file_id, url)
        async with self.database.person(self.user_id) as connection:
            await ingestions.request(connection, wish)
            key = key_of(wish.ingestion_id)
            await outbox.append(connection, self.conversation_id, key, Reply(f"{name}: waiting"), "progress")
        return wish.ingestion_id

    async def row(self, ingestion_id: UUID) -> Row:
        """The ingestion as it stands in the ledger."""
        async with self.database.system() as connection:
            cursor = await connection.execute("select * from ingestions where ingestion_id = %s", (ingestion_id,))
            found = await cursor.fetchone()
        assert found is not None
        return found

    async def shown(self, ingestion_id: UUID) -> Reply:
        """What the person reads about it."""
        async with self.database.system() as connection:
            cursor = await connection.execute(
                "select payload from outbox where idempotency_key = %s", (key_of(ingestion_id),)
            )
            [found] = await cursor.fetchall()
        return payloads.to_reply(found["payload"])

    async def documents(self) -> list[Row]:
        """What the coach knows."""
        async with self.database.system() as connection:
            return await (await connection.execute("select * from documents order by name")).fetchall()

    async def ended(self, ingestion_id: UUID, seconds: float = 30) -> Row:
        """Wait until it has ended."""
        await until_so(lambda: self._has_ended(ingestion_id), seconds)
        return await self.row(ingestion_id)

    async def _has_ended(self, ingestion_id: UUID) -> bool:
        return (await self.row(ingestion_id))["state"] in ("done", "failed", "cancelled")


async def open_class(database: Database, folder: Path) -> Class:
    """Seat somebody with a coach of theirs."""
    user_id, conversation_id = await newcomer(database, "consumer", "creator"), uuid4()
    coach_id = await coach_of(database, user_id)
    async with database.person(user_id) as connection:
        await connection.execute(
            "insert into conversations (conversation_id, channel, account, external_id, user_id, coach_id) "
            "values (%s, 'web', '', %s, %s, %s)",
            (conversation_id, str(conversation_id), user_id, coach_id),
        )
    await rest_from_schedule(database)
    return Class(database, user_id, coach_id, conversation_id, folder)


async def rest_from_schedule(database: Database) -> None:
    """Have this and the next run of every scheduled job done, so that workers do nothing but what a test asks."""
    async with database.system() as connection:
        for scheduled in SCHEDULE:
            for now in (datetime.now(UTC), datetime.now(UTC) + scheduled.every):
                await connection.execute(
                    "insert into slots (job, slot, state) values (%s, %s, 'done')",
                    (scheduled.name, scheduled.slot(now)),
                )


class Worker:
    """A real `evermynd worker`."""

    def __init__(self, process: psutil.Process) -> None:
        self.process = process

    def horse(self) -> psutil.Process | None:
        """The process that runs a job at this moment."""
        horses = [each for part in self.process.children() for each in part.children()]
        return horses[0] if horses else None

    def kill(self) -> None:
        """End all of it at once."""
        kill(self.process)

    async def busy(self) -> psutil.Process:
        """Wait until a job runs, and give its process."""

        found: psutil.Process | None = None

        async def runs() -> bool:
            nonlocal found
            try:
                found = self.horse()
            except psutil.NoSuchProcess:  # one that ended between two looks
                found = None
            return found is not None

        await until_so(runs)
        assert found is not None
        return found


@contextmanager
def work(settings: JobSettings) -> Generator[Worker]:
    """Run a worker; it must end by itself within 25 seconds of being told so."""
    with process("worker", settings) as running:
        yield Worker(psutil.Process(running.pid))


@contextmanager
def process(command: str, settings: JobSettings) -> Generator[subprocess.Popen[str]]:
    """Run `evermynd worker` or `evermynd schedule`, and tell it to stop at the end."""
    given = asdict(settings) | {"data_dir": str(settings.data_dir)}
    words = [sys.executable, "-m", "tests.jobs.process", command]
    with subprocess.Popen(words, stdin=subprocess.PIPE, text=True) as running:
        assert running.stdin is not None
        json.dump(given, running.stdin)
        running.stdin.close()
        try:
            yield running
        finally:
            if running.poll() is None:
                running.send_signal(signal.SIGTERM)
            try:
                running.wait(25)
            finally:
                running.kill()


@asynccontextmanager
async def gate(superuser_url: str, table: str) -> AsyncGenerator[Callable[[], Awaitable[bool]]]:
    """Hold a table, so that whoever needs it next stops there; gives the question whether somebody does."""
    connect = psycopg.AsyncConnection[Row].connect
    async with (
        await connect(superuser_url, row_factory=dict_row) as holder,
        await connect(superuser_url, row_factory=dict_row, autocommit=True) as watcher,
    ):
        await holder.execute(sql.SQL("lock table {} in access exclusive mode").format(sql.Identifier(table)))

        async def reached() -> bool:
            cursor = await watcher.execute(
                "select from pg_locks where relation = %s::regclass and not granted limit 1", (table,)
            )
            return await cursor.fetchone() is not None

        yield reached


def kill(process: psutil.Process) -> None:
    """End a process as a power cut would."""
    process.kill()
