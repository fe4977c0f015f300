"""Opening the bot without making those wait who have none: botbuilder takes a while to import."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bots.teams.settings import TeamsSettings

if TYPE_CHECKING:
    from bots.teams.running import Teams


@asynccontextmanager
async def open_teams(settings: TeamsSettings) -> AsyncGenerator[Teams]:
    """Open the bot; Microsoft is asked for nothing before the first message."""
    await asyncio.to_thread(importlib.import_module, "bots.teams.running")
    from bots.teams.running import open_bot

    async with open_bot(settings) as teams:
        yield teams
