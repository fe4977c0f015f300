"""Slack in the gateway."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.routing import Route

from bots.slack.opening import open_slack
from bots.slack.reading import CHANNEL
from bots.slack.settings import CALLBACK_PATH, INSTALL_PATH, WEBHOOK_PATH
from bots.webhooks import Answer
from conversation.channel import Channel
from conversation.installations import Installations
from conversation.people import doors
from knowledge.db import Database
from ui.messengers.messenger import Hub, Running, route
from ui.settings import Settings

if TYPE_CHECKING:
    from bots.slack.installing import Installing
    from bots.slack.running import Slack
    from bots.slack.webhook import Webhook


@asynccontextmanager
async def open_messenger(
    settings: Settings, installations: Installations | None
) -> AsyncGenerator[SlackMessenger | None]:
    """Open the app of the settings; raises if Slack refuses its token."""
    if settings.slack is None:
        yield None
        return
    async with open_slack(settings.slack, installations) as slack:
        yield SlackMessenger(slack)


@dataclass(frozen=True, slots=True)
class SlackMessenger:
    """An opened app; see `Messenger`."""

    slack: Slack

    @property
    def channel(self) -> Channel:
        """The app's channel."""
        return self.slack.channel

    def connect(self, hub: Hub) -> Running:
        """Take what Slack tells, over HTTP or Socket Mode, and let workspaces install the app."""
        door = hub.door("slack", waits=True)
        running = self.slack.attach(door, hub.database, partial(_announce, hub.database))
        loops = {**running.loops, "slack.spool": partial(door.drain, self.slack.channel)}
        routes = [_webhook(running.webhook)]
        if running.installing is not None:
            routes += _installing(running.installing)
        return Running(loops, routes)


async def _announce(database: Database, account: str, address: str) -> None:
    """Tell where the app is found in a workspace."""
    await doors.announce(database, CHANNEL, account, address)


def _webhook(webhook: Webhook) -> Route:
    async def handle(request: Request) -> Answer:
        return await webhook.handle(request.headers, request.stream())

    return route(WEBHOOK_PATH, handle)


def _installing(installing: Installing) -> list[Route]:
    async def begin(request: Request) -> Answer:
        return await installing.begin(request.headers.get("accept-language", ""))

    async def finish(request: Request) -> Answer:
        return await installing.finish(
            request.query_params, request.cookies, request.headers.get("accept-language", "")
        )

    return [route(INSTALL_PATH, begin, "GET"), route(CALLBACK_PATH, finish, "GET")]
