"""The job that sends the digests that are due: each slot is claimed, made with no transaction open, and committed once.

Committed together: the slot is done, the digest comes next at another time, and its message waits in the outbox.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID

import structlog

from conversation import proactive
from conversation.digests import creators, store
from conversation.digests.making import Maker
from conversation.digests.store import Due
from conversation.message import Reply
from jobs import slots
from jobs.errors import SlotLost
from jobs.running import until_told
from jobs.settings import JobSettings, current
from jobs.slots import Claim
from knowledge.db import Connection, Database, open_database
from knowledge.db.errors import DatabaseUnavailable
from knowledge.models.embeddings import WordLlama
from knowledge.models.openai import open_openai
from knowledge.models.port import ChatModel
from knowledge.retrieval import LEXICAL, Retriever

BATCH = 100
AT_ONCE = 6
"""Digests that are made at the same time, each waiting for the database or for a model."""
_log = structlog.stdlib.get_logger(__name__)


def perform() -> None:
    """Send the digests that are due; RQ's entry (blocking), safe to run twice."""
    settings = current()

    async def main(_told: asyncio.Event) -> None:
        async with open_database(settings.database_url, size=AT_ONCE, patience=5) as database:
            await run(database, settings)

    until_told(main)


async def overdue(connection: Connection, now: datetime) -> bool:
    """Tell whether a digest is late and nobody is at it."""
    return await store.overdue(connection, now - slots.LATE, slots.LEASE)


async def run(database: Database, settings: JobSettings, now: datetime | None = None) -> None:
    """Send what is due at this moment, each digest for its newest slot alone."""
    now = now or datetime.now(UTC)
    async with database.system() as connection:
        await store.replan(connection, now)
        await creators.enrol(connection, now)
    async with _open_model(settings) as chat:
        # Words alone find the sentence to try; the embedder is never asked, and loads nothing.
        searcher = Retriever(WordLlama(), None, LEXICAL)
        await Round(database, Maker(database, searcher, chat, settings.daily_token_limit), now).run()


@asynccontextmanager
async def _open_model(settings: JobSettings) -> AsyncGenerator[ChatModel | None]:
    endpoint = settings.endpoint()
    if endpoint is None:
        yield None
        return
    async with open_openai(endpoint) as model:
        yield model


class Round:
    """One look at everything that is due at a moment."""

    def __init__(self, database: Database, maker: Maker, now: datetime) -> None:
        self._database = database
        self._maker = maker
        self._now = now
        self._room = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        """Send in batches until nothing is due that was not seen."""
        seen: set[UUID] = set()
        while True:
            async with self._database.system() as connection:
                batch = await store.due(connection, self._now, seen, BATCH)
            if not batch:
                return
            seen |= {each.digest.digest_id for each in batch}
            async with asyncio.TaskGroup() as tasks:
                for each in batch:
                    tasks.create_task(self._send(each))

    async def _send(self, due: Due) -> None:
        """Send one digest; what fails costs this slot, or nothing, and no other digest."""
        async with self._room:
            with structlog.contextvars.bound_contextvars(digest_id=str(due.digest.digest_id)):
                try:
                    await self._run_slot(due)
                except SlotLost:
                    _log.warning("digest.lost")
                except DatabaseUnavailable:
                    _log.warning("digest.no_database")  # its claim runs out, and the relay finds it late

    async def _run_slot(self, due: Due) -> None:
        if proactive.is_quiet(due.recipient.quiet, self._now, due.recipient.time_zone):
            await self._put_off(due)
            return
        slot = due.slot(self._now)
        if claim := await slots.take(self._database, _job(due), slot):
            async with claim.kept():
                reply = await self._make(due)
            await self._commit(due, slot, claim, reply)

    async def _put_off(self, due: Due) -> None:
        """Let a digest wait until the quiet hours are over."""
        over = due.recipient.quiet.over(self._now, due.recipient.time_zone)
        async with self._database.system() as connection:
            await store.advance(connection, due.digest, over, due.recipient.time_zone)

    async def _make(self, due: Due) -> Reply | None:
        if due.unreachable:
            return None
        try:
            return await self._maker.due(due.digest, due.recipient, self._now)
        except DatabaseUnavailable:
            raise
        except Exception:
            _log.exception("digest.failed")
            return None

    async def _commit(self, due: Due, slot: datetime, claim: Claim, reply: Reply | None) -> None:
        """Write everything down together; a digest that was changed meanwhile gets its slot back."""
        digest, zone = due.digest, due.recipient.time_zone
        async with self._database.system() as connection:
            if not await store.advance(connection, digest, digest.after(self._now, zone), zone):
                await claim.release(connection)
                return
            if not await claim.finish(connection):
                raise SlotLost
            if reply and await self._say(connection, due, slot, reply):
                await store.note_told(connection, digest.digest_id, self._now)
        _log.info("digest.done", slot=slot.isoformat(), told=reply is not None)

    async def _say(self, connection: Connection, due: Due, slot: datetime, reply: Reply) -> bool:
        digest, key = due.digest, f"{_job(due)}:{slot:%Y-%m-%dT%H:%M:%SZ}"
        return await proactive.say(connection, digest.user_id, digest.conversation_id, key, reply, self._now)


def _job(due: Due) -> str:
    return f"digest:{due.digest.digest_id}"
