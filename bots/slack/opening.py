"""Opening the app without making those wait who have none: Bolt takes a while to import."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bots.slack.settings import SlackSettings
from conversation.installations import Installations

if TYPE_CHECKING:
    from bots.slack.running import Slack


@asynccontextmanager
async def open_slack(settings: SlackSettings, installations: Installations | None = None) -> AsyncGenerator[Slack]:
    """Open the app; raises `TokenRefused` if Slack does not know its token, and goes on if Slack is away."""
    await asyncio.to_thread(importlib.import_module, "bots.slack.running")
    from bots.slack.running import open_app

    async with open_app(settings, installations) as slack:
        yield slack
