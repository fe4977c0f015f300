"""The whole trip of a message in one process: inbox, turn, outbox, the web's own core, and a worker's job for files."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

from jobs import ingest
from jobs.settings import JobSettings
from tests.conftest import Addresses, newcomer
from ui.gateway import Parts, open_parts
from ui.settings import Settings, load
from ui.web.backend import ShownMessage, UploadedFile

PATIENCE = 120  # seconds, an upper bound for a busy machine


@dataclass(slots=True)
class Trip:
    """Somebody in a thread of the web chat, and the hub behind it."""

    parts: Parts
    jobs: JobSettings
    user_id: UUID
    folder: Path
    thread_id: UUID = field(default_factory=uuid4)

    async def say(self, text: str, *files: Path, action: str | None = None) -> list[ShownMessage]:
        """Say something, and give what the hub says to it."""
        message_id = uuid4()
        sent = [UploadedFile(path, path.name, "", path.stat().st_size) for path in files]
        await self.parts.core.accept(self.user_id, self.thread_id, message_id, text, sent, action)
        async with asyncio.timeout(PATIENCE):
            while True:
                lines = await self.messages()
                at = [line.message_id for line in lines].index(message_id)
                if not lines[at].pending:
                    return lines[at + 1 :]
                await asyncio.sleep(0.02)

    async def ask(self, text: str) -> ShownMessage:
        """Say something that gets one answer."""
        (answer,) = await self.say(text)
        return answer

    async def teach(self, *files: Path, link: str = "") -> list[ShownMessage]:
        """Send files or a link, do what a worker would, and give what became of each."""
        told = await self.say(link, *files)
        async with self.parts.database.system() as connection:
            rows = await (
                await connection.execute(
                    "select ingestion_id from ingestions where state = 'waiting' order by created_at"
                )
            ).fetchall()
        for row in rows:
            await ingest.run(self.parts.database, self.jobs, row["ingestion_id"])
        ids = {message.message_id for message in told}
        return [message for message in await self.messages() if message.message_id in ids]

    async def messages(self) -> list[ShownMessage]:
        """The thread as the web chat draws it."""
        return await self.parts.core.messages(self.user_id, self.thread_id)


@asynccontextmanager
async def open_trip(addresses: Addresses, folder: Path, **given: object) -> AsyncGenerator[Trip]:
    """Run a hub's gateway on a database of its own, for a creator with a coach."""
    settings: Settings = load(folder / "no.env", database_url=addresses.url, data_dir=folder, **given)
    async with open_parts(settings) as parts:
        user_id = await newcomer(parts.database)
        jobs = JobSettings(database_url=addresses.url, redis_url="", data_dir=folder)
        trip = Trip(parts, jobs, user_id, folder)
        await trip.ask("/creator Librarian")
        yield trip
