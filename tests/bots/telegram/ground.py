"""What these tests stand on: recorded updates, a core that remembers, and a bot that meets the fake platform."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Mapping
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
from conversation.channel import Channel
from conversation.message import Address, Message, Notice
from knowledge.db import Database
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


class Memory:
    """A core that keeps what it is told once, by its key; `failures` are raised before that, one a call."""

    def __init__(self) -> None:
        self.kept: dict[str, Heard] = {}
        self.taken = 0
        self.failures: list[Exception] = []
        self.aside: list[object] = []

    async def take(self, channel: Channel, event: object, /) -> object:
        self.taken += 1
        if self.failures:
            raise self.failures.pop(0)
        found = channel.parse(event)
        if found is not None:
            self.kept.setdefault(found.dedupe_key, found)
        return None

    async def put_aside(self, event: object, /) -> None:
        self.aside.append(event)

    @property
    def texts(self) -> list[str]:
        return [each.action or each.text for each in self.kept.values() if isinstance(each, Message)]


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
    tasks = [asyncio.create_task(loop()) for loop in attached.loops.values()]
    try:
        yield attached
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def until(found: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(seconds):
        while not found():
            await asyncio.sleep(0.01)


def direct(person: User) -> Address:
    """Give the private chat with somebody."""
    return Address("telegram", str(BOT), str(person.id))


def group(chat_id: int, topic: int = 0) -> Address:
    """Give a group, or one of its topics."""
    place = f"{chat_id}:{topic}" if topic else str(chat_id)
    return Address("telegram", str(BOT), place, "thread" if topic else "group")
