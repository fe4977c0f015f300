"""How an update reaches the core, whichever way it came: committed first, acknowledged after."""

from __future__ import annotations

import asyncio

import structlog
from aiogram.methods import AnswerCallbackQuery

from bots.arrivals import TRIES, Failures, Intake
from bots.fields import fields_of, whole
from bots.telegram.api import Api
from bots.telegram.parse import callback_of
from conversation.channel import Channel
from conversation.errors import ChannelError
from knowledge.db.errors import DatabaseUnavailable

WAITING = 1000
"""Pressed buttons that wait for an answer at most; a button of which nothing is heard stops turning by itself."""
AT_ONCE = 8

_log = structlog.get_logger(__name__)


class Door:
    """Hands updates to the core, gives up on one that fails three times, and answers pressed buttons."""

    def __init__(self, channel: Channel, intake: Intake, api: Api) -> None:
        self._channel = channel
        self._intake = intake
        self._api = api
        self._failures = Failures()
        self._pressed: asyncio.Queue[str] = asyncio.Queue(WAITING)

    async def take(self, update: object) -> bool:
        """Commit an update; False if that failed and is to be tried again. Raises `DatabaseUnavailable`."""
        update_id = whole(fields_of(update), "update_id") or 0
        try:
            await self._intake.take(self._channel, update)
        except DatabaseUnavailable:
            raise
        except Exception:  # a fault of ours with one update must not hold up all that follow
            return await self._gives_up(update_id, update)
        self._failures.forget(update_id)
        if (pressed := callback_of(update)) and not self._pressed.full():
            self._pressed.put_nowait(pressed)
        return True

    async def _gives_up(self, update_id: int, update: object) -> bool:
        """Count a failure, and tell whether it was the last try; what cannot be taken is put aside, not lost."""
        failures = self._failures.count(update_id)
        _log.exception("telegram.update_failed", update_id=update_id, attempt=failures)
        if failures >= TRIES:
            _log.error("telegram.update_put_aside", update_id=update_id)
            await self._intake.put_aside(update)
            return True
        return False

    async def answer(self) -> None:
        """Answer pressed buttons until cancelled, so that they stop turning; a late answer is worth nothing."""
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(self._answer())

    async def _answer(self) -> None:
        while True:
            pressed = await self._pressed.get()
            try:
                await self._api.call(AnswerCallbackQuery(callback_query_id=pressed))
            except ChannelError as error:
                _log.info("telegram.button_not_answered", reason=type(error).__name__)
