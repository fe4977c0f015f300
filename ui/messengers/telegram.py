"""Telegram in the gateway: the hub's own bot, and those that creators brought."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog
from starlette.requests import Request
from starlette.routing import Route

from bots.telegram.bots import TelegramBots
from bots.telegram.keeping import keep_open
from bots.telegram.menu import Command, Menu
from bots.telegram.opening import identify, open_telegram
from bots.telegram.parse import CHANNEL
from bots.telegram.settings import WEBHOOK_PATH, TelegramServer, TelegramSettings
from bots.webhooks import Answer
from conversation import skills
from conversation.bots import BotIdentity, reclaim
from conversation.channel import Channel
from conversation.installations import Installation, Installations
from conversation.people import doors
from conversation.speech import LANGUAGES, Speech
from knowledge.db import Database
from ui.messengers.messenger import Hub, Loop, Running, route
from ui.settings import Settings

if TYPE_CHECKING:
    from bots.telegram.running import Running as RunningBot
    from bots.telegram.running import Telegram
    from bots.telegram.webhook import Webhook

_log = structlog.get_logger(__name__)


@asynccontextmanager
async def open_messenger(
    settings: Settings, installations: Installations | None
) -> AsyncGenerator[TelegramMessenger | None]:
    """Open the bot of the settings, and make room for those of creators; raises if Telegram refuses its token."""
    if settings.telegram is None and installations is None:
        yield None
        return
    async with AsyncExitStack() as stack:
        main = await stack.enter_async_context(open_telegram(settings.telegram)) if settings.telegram else None
        bots = TelegramBots(main.channel if main else None, settings.public_url or "", alone=installations is None)
        yield TelegramMessenger(main, bots, server_of(settings))


@dataclass(frozen=True, slots=True)
class TelegramMessenger:
    """All bots of the hub; see `Messenger`. `webhooks` are those of creators' bots, by account."""

    main: Telegram | None
    bots: TelegramBots
    server: TelegramServer
    webhooks: dict[str, Webhook] = field(default_factory=dict[str, "Webhook"])

    @property
    def channel(self) -> Channel:
        """The channel of all bots."""
        return self.bots

    def connect(self, hub: Hub) -> Running:
        """Fetch updates or serve the webhooks, put up the menus, and tell where a code can be opened."""
        loops: dict[str, Loop] = {}
        routes: list[Route] = []
        if self.main is not None:
            running = _main(hub, self.main)
            loops |= running.loops
            if running.webhook is not None:
                routes.append(route(WEBHOOK_PATH, _serving(running.webhook)))
        if hub.installations is not None:
            connect = partial(_own, hub)
            loops["telegram.bots"] = partial(
                keep_open, self.bots, self.server, hub.installations, hub.database, connect, self.webhooks
            )
            routes.append(route(f"{WEBHOOK_PATH}/{{account}}", self._serve))
        return Running(loops, routes)

    async def _serve(self, request: Request) -> Answer:
        """Take an update of a creator's bot; whoever names none learns nothing."""
        webhook = self.webhooks.get(request.path_params["account"])
        return await _serving(webhook)(request) if webhook else Answer(401)


def server_of(settings: Settings) -> TelegramServer:
    """Give what all bots share."""
    vault = settings.vault
    key = vault.derive("telegram webhooks") if vault else b""
    return TelegramServer(settings.telegram_api_base, settings.public_url or "", settings.upload_limit_mb, key)


def _main(hub: Hub, telegram: Telegram) -> RunningBot:
    announce = partial(_announce, hub.database, telegram, "link_{code}")
    running = _attached(hub, "telegram", telegram, menus(telegram.channel.file_limit_mb), announce)
    updates = partial(_reclaimed, hub.database, telegram.channel.account, running.loops["telegram.updates"])
    return replace(running, loops={**running.loops, "telegram.updates": updates})


async def _reclaimed(database: Database, account: str, updates: Loop) -> None:
    """Let updates in once the hub's own bot is nobody's coach: a creator may have brought it before it became ours."""
    if await reclaim(database, account):
        _log.warning("telegram.bot_reclaimed", account=account)
    await updates()


def _own(hub: Hub, telegram: Telegram) -> RunningBot:
    announce = partial(_announce, hub.database, telegram, "")
    return _attached(hub, f"telegram-{telegram.channel.account}", telegram, own_menus(), announce)


def _attached(hub: Hub, name: str, telegram: Telegram, shown: Mapping[str, Menu], announce: Loop) -> RunningBot:
    """Connect one bot with the core; one that polls leaves with Telegram what must wait."""
    door = hub.door(name, waits=telegram.uses_webhook)
    running = telegram.attach(door, hub.database, hub.owner, shown, once_met=announce)
    return replace(running, loops={**running.loops, "telegram.spool": partial(door.drain, telegram.channel)})


def _serving(webhook: Webhook) -> Callable[[Request], Coroutine[Any, Any, Answer]]:
    async def handle(request: Request) -> Answer:
        return Answer(await webhook.handle(request.headers, request.stream()))

    return handle


async def _announce(database: Database, telegram: Telegram, payload: str) -> None:
    """Tell where the bot is found, and the hub's own also where a code that links two channels can be opened."""
    channel = telegram.channel
    await doors.announce(database, channel.name, channel.account, channel.deep_link(payload))


@dataclass(frozen=True, slots=True)
class OwnBots:
    """What brings a creator's bot into the hub; see `conversation.bots.Bots`."""

    settings: Settings
    installations: Installations

    async def check(self, token: str) -> BotIdentity | None:
        """Ask Telegram whose token this is; None for nobody's. Raises a `ChannelError`."""
        name = await identify(TelegramSettings(token, api_base=self.settings.telegram_api_base))
        return BotIdentity(token.partition(":")[0], name, f"https://t.me/{name}") if name else None

    async def taken(self, account: str, user_id: UUID) -> bool:
        """Tell whether this bot is the hub's own, or was brought by somebody else than this person."""
        main = self.settings.telegram
        if main is not None and str(main.bot_id) == account:
            return True
        return await self.installations.is_anothers(CHANNEL, account, user_id)

    def sealed(self, installation: Installation) -> str:
        """Seal the secrets of an installation."""
        return self.installations.sealed(installation)


def own_bots(settings: Settings, installations: Installations | None) -> OwnBots | None:
    """Give what brings creators' bots into the hub, where their tokens can be sealed."""
    return OwnBots(settings, installations) if installations else None


def menus(file_limit_mb: int) -> dict[str, Menu]:
    """Say in every language what a bot can do, and how large the files may be that it is sent."""
    return {language: _menu(Speech(language), file_limit_mb) for language in LANGUAGES}


def own_menus() -> dict[str, Menu]:
    """Offer in every language what a creator's bot can do; it is one coach, and says of itself what they like.

    What is between a person and the hub is left out: whoever has the bot's token reads along.
    """
    offered = skills.commands(creator=False, bound=True)
    return {
        language: Menu([Command(each.name, each.described(Speech(language))) for each in offered])
        for language in LANGUAGES
    }


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
