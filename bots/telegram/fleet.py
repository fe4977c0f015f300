"""The bots that creators brought: each is opened when its token is there, and closed when that counts no more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import structlog
from aiogram.methods import DeleteWebhook, GetMe
from structlog.contextvars import bind_contextvars

from bots.telegram.api import open_api
from bots.telegram.bots import TelegramBots
from bots.telegram.errors import TelegramSettingsError, TokenRefused, TokenRevoked
from bots.telegram.parse import CHANNEL
from bots.telegram.running import Loop, Running, Telegram, open_bot
from bots.telegram.settings import TelegramServer
from bots.telegram.webhook import Webhook
from conversation import bots as registry
from conversation.errors import ChannelError
from conversation.installations import Installations
from knowledge.db import Database
from knowledge.db.errors import DatabaseUnavailable
from knowledge.vault import VaultError

SWEEP = 30.0
"""Seconds between two looks for bots that nobody announced."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """Seconds until a token is tried once more before it counts as revoked, and until what failed is begun again."""

    revoked: float = 5.0
    fault: float = 1.0


_log = structlog.get_logger(__name__)

Connect = Callable[[Telegram], Running]


class Fleet:
    """Opens and closes bots as the ledger tells.

    `connect` lets in what people write to one of them; `webhooks` holds, by account, those of the bots that are open.
    """

    def __init__(
        self,
        bots: TelegramBots,
        server: TelegramServer,
        installations: Installations,
        database: Database,
        connect: Connect,
        webhooks: dict[str, Webhook],
        pauses: Pauses | None = None,
    ) -> None:
        self._bots = bots
        self._server = server
        self._installations = installations
        self._database = database
        self._connect = connect
        self._pauses = pauses or Pauses()
        self._own: dict[str, tuple[str, asyncio.Task[None]]] = {}
        self._webhooks = webhooks

    async def run(self) -> None:
        """Keep open what there is, until cancelled."""
        try:
            while True:
                try:
                    await self._follow()
                except (DatabaseUnavailable, VaultError) as error:
                    _log.warning("telegram.bots_unknown", reason=type(error).__name__)
                await asyncio.sleep(self._pauses.fault)
        finally:
            await _end([task for _, task in self._own.values()])
            self._own.clear()

    async def _follow(self) -> None:
        """Look at every `NOTIFY installations`, and now and then without one."""
        async with self._database.listen("installations") as connection:
            while True:
                await self._sync()
                async for _ in connection.notifies(timeout=SWEEP, stop_after=1):
                    pass

    async def _sync(self) -> None:
        """Open what is new, close what is gone."""
        there = {each.account: each for each in await self._installations.all(CHANNEL) if each.secrets.get("token")}
        for account, (token, task) in list(self._own.items()):
            if account not in there or there[account].secrets["token"] != token:
                del self._own[account]
                await _end([task])
                await self._say_goodbye(token, gone=account not in there)
        for account, installation in there.items():
            if account not in self._own and account not in self._bots:
                token = installation.secrets["token"]
                self._own[account] = token, asyncio.create_task(self._keep(account, token))
        self._bots.settled(there)

    async def _keep(self, account: str, token: str) -> None:
        """Keep one bot open until its token counts no more; a fault of one is none of the others'.

        Whatever is logged meanwhile names the bot.
        """
        bind_contextvars(account=account)
        while True:
            try:
                await self._live(account, token)
                there = await self._installations.find(CHANNEL, account)
                if there is not None and there.secrets.get("token") == token:  # not one that came meanwhile
                    await registry.close(self._database, account)
                return
            except (TelegramSettingsError, DatabaseUnavailable) as error:
                _log.warning("telegram.bot_not_open", reason=type(error).__name__)
            except Exception:
                _log.exception("telegram.bot_failed")
            await asyncio.sleep(self._pauses.fault * 10)

    async def _live(self, account: str, token: str) -> None:
        """Run a bot; ends when its token was revoked. Raises `TokenRefused` if the server knows no such token."""
        try:
            async with open_bot(self._server.bot(token)) as telegram:
                self._bots.add(telegram.channel)
                running = self._connect(telegram)
                if running.webhook:
                    self._webhooks[account] = running.webhook
                tasks = [asyncio.create_task(self._again(work)) for work in running.loops.values()]
                try:
                    await self._until_revoked(telegram)
                finally:
                    await _end(tasks)
        except TokenRefused as error:
            if not isinstance(error.__cause__, TokenRevoked):
                raise
        finally:
            self._webhooks.pop(account, None)
            self._bots.drop(account)

    async def _again(self, work: Loop) -> None:
        """Do one part of a bot's work, anew after a fault."""
        while True:
            try:
                return await work()
            except Exception:
                _log.exception("telegram.part_failed")
            await asyncio.sleep(self._pauses.fault)

    async def _until_revoked(self, telegram: Telegram) -> None:
        """Wait until Telegram says twice that the token counts no more."""
        while True:
            await telegram.api.revoked.wait()
            await asyncio.sleep(self._pauses.revoked)
            telegram.api.revoked.clear()
            try:
                await telegram.api.call(GetMe())
            except TokenRevoked:
                return
            except ChannelError:
                continue

    async def _say_goodbye(self, token: str, *, gone: bool) -> None:
        """Have Telegram call us no longer for a bot that was removed."""
        settings = self._server.bot(token)
        if gone and settings.uses_webhook:
            async with open_api(settings) as api:
                with suppress(ChannelError):
                    await api.call(DeleteWebhook())


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)
