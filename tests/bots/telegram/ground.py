"""What these tests stand on: recorded updates, a core that remembers, and a bot that meets the fake platform."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bots.arrivals import Intake
from bots.telegram.addressing import Me
from bots.telegram.menu import Menu
from bots.telegram.parse import Heard, parse
from bots.telegram.polling import Pauses
from bots.telegram.running import Running, Telegram, open_bot
from bots.telegram.settings import TelegramSettings
from conversation.message import Address, Message, Notice
from knowledge.db import Database
from tests.bots.loops import looping
from tests.telegram.platform import TOKEN, USERNAME, Limits, Platform, User, open_platform

UPDATES = Path(__file__).parents[2] / "telegram" / "updates"
BOT = int(TOKEN.partition(":")[0])
ME = Me(BOT, USERNAME)
NOW = datetime(2030, 1, 1, tzinfo=UTC)
PAUSES = Pauses(lease=0.05, conflict=0.05, away=0.05, fault=0.01)
QUICK = 0.4
"""Seconds after which a call counts as lost."""


def recorded(name: str) -> dict[str, Any]:
    """Give an update as Telegram sent it once."""
    return json.loads((UPDATES / f"{name}.json").read_text(encoding="utf-8"))


def read(update: object, me: Me = ME) -> Heard | None:
    """Read an update as this bot."""
    return parse(update, me, NOW)


def message_in(update: object, me: Me = ME) -> Message:
    """Read an update that is a message."""
    found = read(update, me)
    assert isinstance(found, Message)
    return found


def notice_in(update: object) -> Notice:
    """Read an update that is a notice."""
    found = read(update)
    assert isinstance(found, Notice)
    return found


@asynccontextmanager
async def meeting(**changes: Any) -> AsyncGenerator[tuple[Platform, Telegram]]:
    """Open a platform without speed limits, and the bot that meets it."""
    async with open_platform(limits=Limits(enforced=False), http_loopback=True) as platform:
        given: dict[str, Any] = {"token": platform.token, "api_base": platform.url} | changes
        settings = TelegramSettings(**given)
        async with open_bot(settings, patience=QUICK) as telegram:
            yield platform, telegram


@asynccontextmanager
async def running(
    telegram: Telegram, intake: Intake, database: Database, owner: str = "one", menus: Mapping[str, Menu] | None = None
) -> AsyncGenerator[Running]:
    """Run the bot beside the test; it ends like a process that is asked to."""
    attached = telegram.attach(intake, database, owner, menus, PAUSES)
    async with looping(attached.loops.values()):
        yield attached


def direct(person: User) -> Address:
    """Give the private chat with somebody."""
    return Address("telegram", str(BOT), str(person.id))


def group(chat_id: int, topic: int = 0) -> Address:
    """Give a group, or one of its topics."""
    place = f"{chat_id}:{topic}" if topic else str(chat_id)
    return Address("telegram", str(BOT), place, "thread" if topic else "group")
