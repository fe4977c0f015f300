"""The running bot: its channel, and the webhook that the gateway mounts."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from bots.teams.api import PATIENCE, Api, open_api
from bots.teams.channel import TeamsChannel
from bots.teams.consents import Consents
from bots.teams.keys import Keys
from bots.teams.proof import Proof
from bots.teams.settings import TeamsSettings
from bots.teams.webhook import Door, Webhook
from knowledge.db import Database


class Teams:
    """An opened bot; once the core stands behind its channel, `attach` lets activities in."""

    def __init__(self, settings: TeamsSettings, api: Api) -> None:
        self.settings = settings
        self.api = api
        self.channel = TeamsChannel(settings, api)
        self._proof = None if settings.anonymous else Proof(settings, Keys(api.http, settings.openid_url))

    def attach(self, door: Door, database: Database) -> Webhook:
        """Connect the bot with the core."""
        consents = Consents(self.settings, self.api, database)
        return Webhook(self.channel, door, self.api.hosts, consents, self._proof)


@asynccontextmanager
async def open_bot(settings: TeamsSettings, patience: float = PATIENCE) -> AsyncGenerator[Teams]:
    """Open the bot."""
    async with open_api(settings, patience) as api:
        yield Teams(settings, api)
