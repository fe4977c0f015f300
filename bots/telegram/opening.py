"""Opening bots without making those wait who have none: aiogram takes seconds to import."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bots.telegram.settings import TelegramSettings

if TYPE_CHECKING:
    from bots.telegram.running import Telegram


@asynccontextmanager
async def open_telegram(settings: TelegramSettings) -> AsyncGenerator[Telegram]:
    """Open the bot; raises `TokenRefused` if Telegram does not know its token, and goes on if Telegram is away."""
    await asyncio.to_thread(importlib.import_module, "bots.telegram.running")
    from bots.telegram.running import open_bot

    async with open_bot(settings) as telegram:
        yield telegram


async def identify(settings: TelegramSettings) -> str | None:
    """Tell the user name of the bot with this token; None if Telegram knows no such bot. Raises a `ChannelError`."""
    await asyncio.to_thread(importlib.import_module, "bots.telegram.running")
    from bots.telegram.running import who_is

    return await who_is(settings)
