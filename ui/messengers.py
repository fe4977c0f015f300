"""The messengers the settings ask for: opened with the gateway, connected with the core, reached under `/webhooks`."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bots.telegram.menu import Command, Menu
from bots.telegram.opening import open_telegram
from bots.telegram.settings import WEBHOOK_PATH
from conversation import skills
from conversation.channel import Channel
from conversation.errors import SpoolFull
from conversation.intake import Intake
from conversation.people import doors
from conversation.speech import LANGUAGES, Speech
from conversation.spool import Spool
from knowledge.db import Database
from knowledge.db.errors import DatabaseUnavailable
from ui.settings import Settings

if TYPE_CHECKING:
    from bots.telegram.running import Telegram
    from bots.telegram.webhook import Webhook

Loop = Callable[[], Coroutine[Any, Any, None]]


@dataclass(slots=True)
class Messengers:
    """The opened messengers; what `connect` fills in is run and mounted by the gateway."""

    telegram: Telegram | None = None
    loops: dict[str, Loop] = field(default_factory=dict[str, Loop])
    webhooks: dict[str, Webhook] = field(default_factory=dict[str, "Webhook"])

    @property
    def channels(self) -> dict[str, Channel]:
        """The channels by name."""
        return {self.telegram.channel.name: self.telegram.channel} if self.telegram else {}

    def connect(self, intake: Intake, database: Database, owner: str, folder: Path) -> None:
        """Let in what the messengers tell; `folder` keeps it while the ledger is away."""
        if self.telegram is None:
            return
        spool = Spool(folder / "telegram")
        waits = self.telegram.uses_webhook  # a bot that polls leaves what it cannot commit with Telegram
        announce = partial(_announce, database, self.telegram)
        door = Door(intake, spool, waits=waits)
        running = self.telegram.attach(
            door, database, owner, menus(self.telegram.channel.file_limit_mb), once_met=announce
        )
        self.loops |= running.loops
        self.loops["telegram.spool"] = partial(spool.drain, partial(intake.take, self.telegram.channel))
        if running.webhook is not None:
            self.webhooks[WEBHOOK_PATH] = running.webhook


async def _announce(database: Database, telegram: Telegram) -> None:
    """Tell where a code that links two channels can be opened in the bot."""
    channel = telegram.channel
    await doors.announce(database, channel.name, channel.account, channel.deep_link("link_{code}"))


class Door:
    """An intake with a disk behind it: what cannot be taken is put aside, and, where it `waits`, what cannot be
    committed now is kept until it can."""

    def __init__(self, intake: Intake, spool: Spool, *, waits: bool) -> None:
        self._intake = intake
        self._spool = spool
        self._waits = waits

    async def take(self, channel: Channel, event: object, /) -> None:
        """Commit an event or keep it; raises `DatabaseUnavailable` when neither is possible."""
        if not self._waits:
            await self._intake.take(channel, event)
            return
        try:
            await self._spool.take(partial(self._intake.take, channel), event)
        except SpoolFull as error:
            raise DatabaseUnavailable from error

    async def put_aside(self, event: object, /) -> None:
        """Keep an event that cannot be taken for a person to look at."""
        await self._spool.put_aside(event)


@asynccontextmanager
async def open_messengers(settings: Settings) -> AsyncGenerator[Messengers]:
    """Open the messengers that have a token; raises when one of them refuses its own."""
    async with AsyncExitStack() as stack:
        telegram = settings.telegram
        yield Messengers(await stack.enter_async_context(open_telegram(telegram)) if telegram else None)


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


def mount(app: FastAPI, messengers: Messengers) -> None:
    """Add the addresses that platforms call."""
    for path, webhook in messengers.webhooks.items():
        app.add_route(path, partial(_answer, webhook), methods=["POST"])


async def _answer(webhook: Webhook, request: Request) -> Response:
    status = await webhook.handle(request.headers, request.stream())
    return PlainTextResponse("", status)
