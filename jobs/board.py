"""The board of a running ingestion: keeps its lease, shows its progress, and hears that it was cancelled."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog

from conversation import outbox
from conversation.message import Reply
from conversation.speech import Speech
from jobs import report
from knowledge import ingestions
from knowledge.db import Database
from knowledge.db.errors import DatabaseUnavailable
from knowledge.ingestions import LEASE, Claim, LeaseLost, Stage, Standing

SHOWN = 0.5  # seconds between two revisions of the message
RENEWED = 1.0  # seconds between two renewals of the lease; cancelling takes about as long
_log = structlog.stdlib.get_logger(__name__)


def key_of(ingestion_id: object) -> str:
    """Name the outbox row that shows an ingestion."""
    return f"ingestion:{ingestion_id}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the work is."""

    stage: Stage
    member: report.Member | None


class Board:
    """Where the work on one ingestion says how far it is; `standing` tells whether it is still ours."""

    def __init__(self, database: Database, claim: Claim, speech: Speech) -> None:
        self.claim = claim
        self.speech = speech
        self.standing: Standing = "held"
        self._database = database
        self._place = Place(Stage(), None)
        self._shown: Reply | None = None
        self._renewed = time.monotonic()

    def show(self, step: str, done: int = 0, total: int = 0) -> None:
        """Say which step the work is at; callable from any thread, as often as one likes."""
        self._place = Place(Stage(step, done, total), self._place.member)

    def enter(self, member: report.Member) -> None:
        """Say which file of an archive comes next."""
        self._place = Place(Stage(), member)

    def require(self) -> None:
        """Raise `LeaseLost` unless the work is still ours and wanted."""
        if self.standing != "held":
            raise LeaseLost

    @asynccontextmanager
    async def kept(self) -> AsyncGenerator[None]:
        """Keep the lease and the message up to date while the work goes on inside; cancels it when it is not ours."""
        work = asyncio.current_task()
        if work is None:
            raise RuntimeError("the board is kept in a task")
        keeping = asyncio.create_task(self._keep(work))
        try:
            yield
        finally:
            keeping.cancel()
            await asyncio.wait([keeping])

    async def _keep(self, work: asyncio.Task[object]) -> None:
        try:
            while self.standing == "held":
                await self._write_news()
                await asyncio.sleep(SHOWN)
        except Exception:
            self.standing = "lost"
            _log.exception("the lease of an ingestion could not be kept", ingestion_id=str(self.claim.ingestion_id))
        _log.info("ingestion stopped", ingestion_id=str(self.claim.ingestion_id), standing=self.standing)
        work.cancel()

    async def _write_news(self) -> None:
        reply = self._reply()
        if reply != self._shown or time.monotonic() - self._renewed >= RENEWED:
            await self._write(reply)

    async def _write(self, reply: Reply) -> None:
        try:
            async with self._database.system() as connection:
                standing = await ingestions.renew(connection, self.claim, self._place.stage)
                if standing == "held" and reply != self._shown:
                    await outbox.revise(connection, key_of(self.claim.ingestion_id), reply)
        except DatabaseUnavailable:
            if time.monotonic() - self._renewed > LEASE.total_seconds():
                self.standing = "lost"
            return
        self.standing, self._shown, self._renewed = standing, reply, time.monotonic()

    def _reply(self) -> Reply:
        place = self._place
        return report.progress(self.speech, self.claim.ingestion_id, self.claim.name, place.stage, place.member)
