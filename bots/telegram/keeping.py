"""Waiting for the first bot that a creator brings, so that a hub without any need not load what bots need."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog

from bots.telegram.bots import TelegramBots
from bots.telegram.parse import CHANNEL
from bots.telegram.settings import TelegramServer
from conversation.installations import Installations
from knowledge.db import Database
from knowledge.db.errors import DatabaseUnavailable
from knowledge.vault import VaultError

if TYPE_CHECKING:
    from bots.telegram.running import Running, Telegram
    from bots.telegram.webhook import Webhook

SWEEP = 60.0
"""Seconds between two looks for the first bot, which nobody announced."""
PAUSE = 2.0

_log = structlog.get_logger(__name__)


async def keep_open(
    bots: TelegramBots,
    server: TelegramServer,
    installations: Installations,
    database: Database,
    connect: Callable[[Telegram], Running],
    webhooks: dict[str, Webhook],
) -> None:
    """Keep the bots open that creators brought, from the first one on; see `Fleet`."""
    await _first(installations, database, bots)
    await asyncio.to_thread(importlib.import_module, "bots.telegram.fleet")
    from bots.telegram.fleet import Fleet

    await Fleet(bots, server, installations, database, connect, webhooks).run()


async def _first(installations: Installations, database: Database, bots: TelegramBots) -> None:
    """Wait for the first bot."""
    while True:
        try:
            async with database.listen("installations") as connection:
                while not await installations.all(CHANNEL):
                    bots.settled(())
                    async for _ in connection.notifies(timeout=SWEEP, stop_after=1):
                        pass
                return
        except (DatabaseUnavailable, VaultError) as error:
            _log.warning("telegram.bots_unknown", reason=type(error).__name__)
        await asyncio.sleep(PAUSE)
