"""The running bot: its channel, and the webhook that the gateway mounts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from bots.arrivals import Intake
from bots.teams.api import PATIENCE, Api, open_api
from bots.teams.channel import TeamsChannel
from bots.teams.consents import Consents
from bots.teams.keys import Keys
from bots.teams.proof import Proof
from bots.teams.settings import TeamsSettings
from bots.teams.webhook import Webhook
from knowledge.db import Database


class Teams:
    """An opened bot; once the core stands behind its channel, `attach` lets activities in."""

    def __init__(self, settings: TeamsSettings, api: Api) -> None:
        self.settings = settings
        self.api = api
        self.channel = TeamsChannel(settings, api)
        self._webhooks: list[Webhook] = []
        self._proof = None if settings.anonymous else Proof(settings, Keys(api.http, settings.openid_url))

    def attach(self, intake: Intake, database: Database) -> Webhook:
        """Connect the bot with the core."""
        consents = Consents(self.settings, self.api, database)
        webhook = Webhook(self.channel, intake, self.api.hosts, consents, self._proof)
        self._webhooks.append(webhook)
        return webhook

    async def close(self) -> None:
        """End what is still being done for activities that were answered."""
        await asyncio.gather(*(each.close() for each in self._webhooks))


@asynccontextmanager
async def open_bot(settings: TeamsSettings, patience: float = PATIENCE) -> AsyncGenerator[Teams]:
    """Open the bot."""
    async with open_api(settings, patience) as api:
        teams = Teams(settings, api)
        try:
            yield teams
        finally:
            await teams.close()
