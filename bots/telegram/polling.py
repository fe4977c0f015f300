"""Updates fetched by long polling, by one process at a time; the offset moves only past what is committed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from aiogram.methods import DeleteWebhook, GetUpdates

from bots.fields import fields_of, items_of, whole
from bots.telegram.api import Api
from bots.telegram.errors import Conflict
from bots.telegram.intake import Door
from bots.telegram.parse import ALLOWED
from conversation.errors import ChannelError, RetryLater
from knowledge.db.errors import DatabaseUnavailable

LEASE = 12.0
"""Seconds after which another process takes over when this one is gone."""
POLL = 6
"""Seconds Telegram holds a poll open; with the time it takes to answer, less than the lease."""
ANSWER = 4.0
"""Seconds beyond `POLL` until a poll counts as lost."""
BATCH = 100

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to poll: `hold` takes or renews it for so many seconds, `release` gives it back."""

    hold: Callable[[float], Awaitable[bool]]
    release: Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Pauses:
    """Seconds to wait before the next try: for the lease, after a conflict, when something is away, after a fault."""

    lease: float = 2.0
    conflict: float = 10.0
    away: float = 1.0
    fault: float = 0.2


class Polling:
    """Polls while it holds the lease."""

    def __init__(self, api: Api, door: Door, lease: Lease, *, poll: int = POLL, pauses: Pauses | None = None) -> None:
        self._api = api
        self._door = door
        self._lease = lease
        self._poll = poll
        self._pauses = pauses or Pauses()
        self._offset: int | None = None
        self._open = False

    async def run(self) -> None:
        """Poll until cancelled."""
        while True:
            try:
                if await self._lease.hold(LEASE):
                    await self._while_held()
                await asyncio.sleep(self._pauses.lease)
            except DatabaseUnavailable:
                _log.warning("telegram.no_database")
                await asyncio.sleep(self._pauses.away)

    async def _while_held(self) -> None:
        """Poll until the lease is lost; Telegram keeps what came meanwhile through a webhook or nobody."""
        self._offset, self._open = None, False
        try:
            while await self._lease.hold(LEASE):
                await self._patiently(self._round if self._open else self._begin)
        finally:
            await self._give_back()

    async def _begin(self) -> None:
        """End a webhook, which excludes polling; this is done once, not against whoever sets one anew."""
        await self._api.call(DeleteWebhook(drop_pending_updates=False))
        self._open = True

    async def _round(self) -> None:
        """Fetch updates and commit them in order; what is not committed is fetched again."""
        asking = GetUpdates(offset=self._offset, limit=BATCH, timeout=self._poll, allowed_updates=list(ALLOWED))
        for update in items_of(await self._api.call(asking, self._poll + ANSWER)):
            update_id = whole(fields_of(update), "update_id")
            if not await self._door.take(update):
                await asyncio.sleep(self._pauses.fault)
                return
            if update_id is not None:
                self._offset = update_id + 1

    async def _patiently(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do something with Telegram; wait when it is away."""
        try:
            await work()
        except Conflict as error:
            _log.warning("telegram.conflict", says=str(error))
            await asyncio.sleep(self._pauses.conflict)
        except ChannelError as error:
            _log.warning("telegram.away", reason=type(error).__name__)
            await asyncio.sleep(error.retry_after if isinstance(error, RetryLater) else self._pauses.away)

    async def _give_back(self) -> None:
        """Give the lease back; without a database it runs out by itself."""
        try:
            await self._lease.release()
        except DatabaseUnavailable:
            _log.warning("telegram.lease_kept")
