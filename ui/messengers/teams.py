"""Teams in the gateway."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from starlette.requests import Request

from bots.teams.opening import open_teams
from bots.teams.settings import MESSAGES_PATH
from bots.webhooks import Answer
from conversation.channel import Channel
from conversation.installations import Installations
from conversation.people import doors
from knowledge.db import Database
from ui.messengers.messenger import Hub, Running, route
from ui.settings import Settings

if TYPE_CHECKING:
    from bots.teams.running import Teams


@asynccontextmanager
async def open_messenger(
    settings: Settings, installations: Installations | None
) -> AsyncGenerator[TeamsMessenger | None]:
    """Open the bot of the settings."""
    if settings.teams is None:
        yield None
        return
    async with open_teams(settings.teams) as teams:
        yield TeamsMessenger(teams)


@dataclass(frozen=True, slots=True)
class TeamsMessenger:
    """An opened bot; see `Messenger`."""

    teams: Teams

    @property
    def channel(self) -> Channel:
        """The bot's channel."""
        return self.teams.channel

    def connect(self, hub: Hub) -> Running:
        """Serve the address that Teams calls, and tell where a code can be opened."""
        door = hub.door("teams", waits=True)
        webhook = self.teams.attach(door, hub.database)
        loops = {
            "teams.spool": partial(door.drain, self.teams.channel),
            "teams.met": partial(_announce, hub.database, self.teams),
        }

        async def handle(request: Request) -> Answer:
            client = request.client.host if request.client else ""
            return await webhook.handle(request.headers, request.stream(), client)

        return Running(loops, [route(MESSAGES_PATH, handle)])


async def _announce(database: Database, teams: Teams) -> None:
    """Tell where a code that links two channels can be opened in the bot."""
    settings = teams.settings
    if not settings.anonymous:
        await doors.announce(database, teams.channel.name, settings.account, settings.deep_link)
