"""Telegram in the gateway."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from starlette.requests import Request

from bots.telegram.menu import Command, Menu
from bots.telegram.opening import open_telegram
from bots.telegram.settings import WEBHOOK_PATH
from bots.webhooks import Answer
from conversation import skills
from conversation.channel import Channel
from conversation.installations import Installations
from conversation.people import doors
from conversation.speech import LANGUAGES, Speech
from knowledge.db import Database
from ui.messengers.messenger import Hub, Running, route
from ui.settings import Settings

if TYPE_CHECKING:
    from bots.telegram.running import Telegram


@asynccontextmanager
async def open_messenger(
    settings: Settings, installations: Installations | None
) -> AsyncGenerator[TelegramMessenger | None]:
    """Open the bot of the settings; raises if Telegram refuses its token."""
    if settings.telegram is None:
        yield None
        return
    async with open_telegram(settings.telegram) as telegram:
        yield TelegramMessenger(telegram)


@dataclass(frozen=True, slots=True)
class TelegramMessenger:
    """An opened bot; see `Messenger`."""

    telegram: Telegram

    @property
    def channel(self) -> Channel:
        """The bot's channel."""
        return self.telegram.channel

    def connect(self, hub: Hub) -> Running:
        """Fetch updates or serve the webhook, put up the menus, and tell where a code can be opened."""
        telegram = self.telegram
        door = hub.door("telegram", waits=telegram.uses_webhook)  # one that polls leaves with Telegram what must wait
        announce = partial(_announce, hub.database, telegram)
        running = telegram.attach(
            door, hub.database, hub.owner, menus(telegram.channel.file_limit_mb), once_met=announce
        )
        loops = {**running.loops, "telegram.spool": partial(door.drain, telegram.channel)}
        webhook = running.webhook
        if webhook is None:
            return Running(loops)

        async def handle(request: Request) -> Answer:
            return Answer(await webhook.handle(request.headers, request.stream()))

        return Running(loops, [route(WEBHOOK_PATH, handle)])


async def _announce(database: Database, telegram: Telegram) -> None:
    """Tell where a code that links two channels can be opened in the bot."""
    channel = telegram.channel
    await doors.announce(database, channel.name, channel.account, channel.deep_link("link_{code}"))


def menus(file_limit_mb: int) -> dict[str, Menu]:
    """Say in every language what a bot can do, and how large the files may be that it is sent."""
    return {language: _menu(Speech(language), file_limit_mb) for language in LANGUAGES}


def _menu(speech: Speech, file_limit_mb: int) -> Menu:
    offered = [Command(each.name, each.described(speech)) for each in skills.commands(creator=False)]
    return Menu(
        offered,
        speech.say(
            "I bring you together with coaches: AI personas that people taught with books, manuals and notes. "
            "They answer from these sources and show you the exact passage. To make your own, send me a file of up to "
            "{megabytes} MB.",
            megabytes=file_limit_mb,
        ),
        speech.say("Coaches that answer from what they were taught, and show you where it stands."),
    )
