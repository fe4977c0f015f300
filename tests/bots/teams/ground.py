"""What the tests of Teams stand on: a strict platform, the bot that meets it, and a core that keeps what it hears."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from bots.teams.parse import Heard, parse
from bots.teams.places import address_of
from bots.teams.running import Teams, open_bot
from bots.teams.settings import TeamsSettings
from bots.teams.webhook import Webhook
from conversation.message import Address, Feedback, Message, Notice
from knowledge.db import Database
from knowledge.db.errors import DatabaseUnavailable
from tests.bots.memory import Memory
from tests.serving import served
from tests.teams.platform import APP_ID, APP_PASSWORD, TENANT_ID, Limits, Platform, open_platform

Json = dict[str, Any]
NOW = datetime(2030, 1, 1, tzinfo=UTC)
QUICK = 1.0
"""Seconds after which a call counts as lost."""
SETTINGS = TeamsSettings(app_id=APP_ID, app_password=APP_PASSWORD, public_url="https://hub.example.org")


def settings_for(platform: Platform, **changes: Any) -> TeamsSettings:
    """Give the settings of a bot that this platform knows."""
    given: Json = {
        "app_id": platform.app_id,
        "app_password": platform.app_password,
        "login_base": platform.authority,
        "openid_url": platform.openid_url,
        "service_hosts": ("127.0.0.1",),
        "public_url": "https://hub.example.org",
    }
    return TeamsSettings(**(given | changes))


class NoDatabase(Database):
    """A ledger that is away."""

    def __init__(self) -> None:
        pass

    def system(self) -> Any:
        raise DatabaseUnavailable()


@dataclass(slots=True)
class Meeting:
    """A platform, the bot that meets it, and what the bot's core was told."""

    platform: Platform
    teams: Teams
    memory: Memory
    webhook: Webhook


@asynccontextmanager
async def meeting(
    *,
    limits: Limits | None = None,
    database: Database | None = None,
    reads_all: bool = False,
    behind: float = 0.0,
    **changes: Any,
) -> AsyncGenerator[Meeting]:
    """Open a platform, without speed limits unless some are given, and a bot that serves its address.

    The platform's clock is so many seconds `behind`: to us, its messages are that old from the beginning.
    """
    opened = open_platform(
        limits=limits or Limits(enforced=False), reads_all=reads_all, retries=0, now=lambda: time.time() - behind
    )
    async with opened as platform, open_bot(settings_for(platform, **changes), patience=QUICK) as teams:
        memory = Memory()
        webhook = teams.attach(memory, database or NoDatabase())
        async with serving(webhook) as url:
            platform.deliver_to(url)
            yield Meeting(platform, teams, memory, webhook)


@asynccontextmanager
async def serving(webhook: Webhook) -> AsyncGenerator[str]:
    """Serve a webhook, as the gateway does."""

    async def handle(request: web.Request) -> web.Response:
        answer = await webhook.handle(request.headers, request.content.iter_any(), request.remote or "")
        return web.Response(status=answer.status, body=answer.body, content_type=answer.media_type)

    app = web.Application(client_max_size=8 << 20)
    app.add_routes([web.post("/api/messages", handle)])
    async with served(app) as url:
        yield f"{url}/api/messages"


def activity(text: str = "hello", **changes: Any) -> Json:
    """Give an activity of a personal chat as Teams sends it."""
    given: Json = {
        "type": "message",
        "id": "1485983408511",
        "timestamp": "2026-05-01T10:00:00.000Z",
        "serviceUrl": "https://smba.trafficmanager.net/emea/",
        "channelId": "msteams",
        "from": {"id": "29:1abc", "name": "Ann", "aadObjectId": "7faf8ab2-3d56-4244-b585-20c8a42ed2b8"},
        "conversation": {"conversationType": "personal", "tenantId": TENANT_ID, "id": "a:1personal"},
        "recipient": {"id": f"28:{APP_ID}", "name": "EverMynd"},
        "textFormat": "plain",
        "text": text,
        "channelData": {"tenant": {"id": TENANT_ID}},
        "locale": "de-DE",
    }
    return given | changes


def in_group(text: str, **changes: Any) -> Json:
    """Give an activity of a group chat."""
    place = {"conversationType": "groupChat", "isGroup": True, "tenantId": TENANT_ID, "id": "19:kitchen@thread.v2"}
    return activity(text, conversation=place, **changes)


def in_channel(text: str, **changes: Any) -> Json:
    """Give an activity of a thread in a channel."""
    place = {"conversationType": "channel", "isGroup": True, "tenantId": TENANT_ID}
    place["id"] = "19:bread@thread.tacv2;messageid=1700000000001"
    return activity(text, conversation=place, **changes)


def naming(*names: tuple[str, str]) -> list[Json]:
    """Give the entities that mention these, by id and name."""
    return [
        {"type": "mention", "mentioned": {"id": each, "name": name}, "text": f"<at>{name}</at>"} for each, name in names
    ]


BOT = (f"28:{APP_ID}", "EverMynd")


def read(event: object, settings: TeamsSettings = SETTINGS) -> Heard | None:
    """Read an activity as this bot."""
    return parse(event, settings, NOW)


def message_in(event: object) -> Message:
    """Read an activity that is a message."""
    found = read(event)
    assert isinstance(found, Message), found
    return found


def notice_in(event: object) -> Notice:
    """Read an activity that is a notice."""
    found = read(event)
    assert isinstance(found, Notice), found
    return found


def feedback_in(event: object) -> Feedback:
    """Read an activity that says what somebody thinks of an answer."""
    found = read(event)
    assert isinstance(found, Feedback), found
    return found


def address_in(platform: Platform, chat: Any, root: str = "") -> Address:
    """Give the address of a chat of the platform, with the way there."""
    who = platform.person("Somebody there")
    base = platform.writer.base("message", who.account, chat, root=root)
    found = address_of(base, platform.app_id)
    assert found is not None
    return found
