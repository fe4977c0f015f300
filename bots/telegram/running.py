"""The running bot: its channel, what has to run as long as the gateway does, and the webhook if there is one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from aiogram.methods import GetMe

from bots.arrivals import Intake
from bots.fields import fields_of, text
from bots.telegram.api import PATIENCE, Api, open_api
from bots.telegram.channel import TelegramChannel
from bots.telegram.errors import TokenRefused, TokenUnknown
from bots.telegram.intake import Door
from bots.telegram.menu import Menu, put_up
from bots.telegram.polling import Lease, Pauses, Polling
from bots.telegram.settings import TelegramSettings
from bots.telegram.webhook import Webhook, register
from conversation import leases
from conversation.errors import ChannelError, RetryLater
from knowledge.db import Database

FIRST_TRY = 5.0
"""Seconds the start waits for Telegram; when it is away, the bot goes on trying beside everything else."""
PAUSE = 3.0

Loop = Callable[[], Coroutine[Any, Any, None]]

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Running:
    """What the gateway runs: loops by name, each until cancelled or done, and the webhook it mounts."""

    loops: Mapping[str, Loop]
    webhook: Webhook | None


class Telegram:
    """An opened bot; once the core stands behind its channel, `attach` lets updates in."""

    def __init__(self, settings: TelegramSettings, api: Api) -> None:
        self._settings = settings
        self.api = api
        self._met = asyncio.Event()
        self.channel = TelegramChannel(settings, api)

    @property
    def uses_webhook(self) -> bool:
        """Whether Telegram calls us; otherwise we poll."""
        return self._settings.uses_webhook

    def attach(
        self,
        intake: Intake,
        database: Database,
        owner: str,
        menus: Mapping[str, Menu] | None = None,
        pauses: Pauses | None = None,
        once_met: Loop | None = None,
    ) -> Running:
        """Connect the bot with the core; `owner` names this process, `menus` are shown by language.

        `once_met` is done when the bot knows its own name.
        """
        door = Door(self.channel, intake, self.api)
        loops = {
            "telegram.meeting": self._meet_at_last,
            "telegram.updates": partial(self._once_met, self._arriving(door, database, owner, pauses)),
            "telegram.buttons": door.answer,
            "telegram.menu": partial(self._once_met, partial(put_up, self.api, menus or {})),
        }
        if once_met is not None:
            loops["telegram.met"] = partial(self._once_met, once_met)
        uses_webhook = self._settings.uses_webhook
        return Running(loops, Webhook(self._settings, self.channel, door) if uses_webhook else None)

    def _arriving(self, door: Door, database: Database, owner: str, pauses: Pauses | None) -> Loop:
        """Choose how updates arrive: Telegram is told where to bring them, or they are fetched by who has the lease."""
        if self._settings.uses_webhook:
            return partial(register, self._settings, self.api)
        name = f"telegram:{self.channel.account}"
        lease = Lease(partial(leases.hold, database, name, owner), partial(leases.release, database, name, owner))
        return Polling(self.api, door, lease, pauses=pauses).run

    async def meet(self) -> None:
        """Ask Telegram who the bot is; raises `TokenRefused` if it does not know the token, else a `ChannelError`."""
        try:
            me = fields_of(await self.api.call(GetMe()))
        except TokenUnknown as error:
            raise TokenRefused from error
        self.channel.meet(text(me, "username"))
        self._met.set()

    async def _meet_at_last(self) -> None:
        """Ask until Telegram answers."""
        while not self._met.is_set():
            try:
                await self.meet()
            except (TokenRefused, ChannelError) as error:
                _log.warning("telegram.not_met", says=str(error))
                await asyncio.sleep(max(error.retry_after, PAUSE) if isinstance(error, RetryLater) else PAUSE)

    async def _once_met(self, work: Loop) -> None:
        await self._met.wait()
        await work()


@asynccontextmanager
async def open_bot(settings: TelegramSettings, patience: float = PATIENCE) -> AsyncGenerator[Telegram]:
    """Open the bot; raises `TokenRefused` if Telegram answers that it does not know it."""
    async with open_api(settings, patience) as api:
        telegram = Telegram(settings, api)
        try:
            async with asyncio.timeout(FIRST_TRY):
                await telegram.meet()
        except (ChannelError, TimeoutError) as error:
            _log.warning("telegram.away_at_start", reason=type(error).__name__)
        yield telegram


async def who_is(settings: TelegramSettings) -> str | None:
    """Tell the user name of the bot with this token; None if Telegram knows no such bot. Raises a `ChannelError`."""
    async with open_api(settings) as api:
        try:
            return text(fields_of(await api.call(GetMe())), "username")
        except TokenUnknown:
            return None
