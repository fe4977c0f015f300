"""The running app: its channel, what has to run as long as the gateway does, and what it serves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog

from bots.arrivals import Intake
from bots.fields import text
from bots.slack.api import PATIENCE, Api, open_session
from bots.slack.bolt import make_app
from bots.slack.channel import SlackChannel
from bots.slack.errors import SlackSettingsError, TokenRefused, Uninstalled
from bots.slack.installing import Announce, Installing
from bots.slack.intake import Door
from bots.slack.people import People
from bots.slack.settings import SlackSettings
from bots.slack.sockets import Sockets
from bots.slack.webhook import Webhook
from bots.slack.workspaces import Workspace, Workspaces
from conversation.errors import ChannelError, RetryLater
from conversation.installations import Installations
from knowledge.db import Database
from knowledge.db.errors import DatabaseUnavailable

FIRST_TRY = 5.0
"""Seconds the start waits for Slack; when it is away, the app goes on trying beside everything else."""
PAUSE = 3.0

Loop = Callable[[], Coroutine[Any, Any, None]]

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Running:
    """What the gateway runs and serves: loops by name, each until cancelled or done."""

    loops: Mapping[str, Loop]
    webhook: Webhook
    installing: Installing | None


class Slack:
    """An opened app; once the core stands behind its channel, `attach` lets events in."""

    def __init__(self, settings: SlackSettings, api: Api) -> None:
        self._settings = settings
        self.api = api
        self._met = asyncio.Event()
        self._address = ""
        self.channel = SlackChannel(settings, api, People(api))

    def attach(self, intake: Intake, database: Database, announce: Announce | None = None) -> Running:
        """Connect the app with the core."""
        door = Door(self.channel, intake, self.api.workspaces)
        app = make_app(self._settings, self.api, door.take)
        loops: dict[str, Loop] = {"slack.installations": partial(self._heed_installations, database)}
        if self._settings.bot_token:
            loops["slack.meeting"] = partial(self._meet_at_last, announce)
        if self._settings.uses_sockets:
            loops["slack.sockets"] = Sockets(self._settings.app_token, self.api, app).run
        installing = Installing(self._settings, self.api, database, announce) if self._settings.installs else None
        return Running(loops, Webhook(self._settings.signing_secret, app), installing)

    async def meet(self) -> None:
        """Ask Slack whose the settings' token is; raises `TokenRefused` if it knows no such token."""
        try:
            found = await self.api.ask("auth.test", {}, self._settings.bot_token)
        except Uninstalled as error:
            raise TokenRefused from error
        me, account = text(found, "user_id"), text(found, "team_id")
        self._address = f"{text(found, 'url').rstrip('/')}/team/{me}" if text(found, "url") else ""
        self.api.workspaces.meet(Workspace(account, self._settings.bot_token, me, text(found, "team")))
        self._met.set()

    async def _meet_at_last(self, announce: Announce | None) -> None:
        """Ask until Slack answers, and then tell where the app is found."""
        while not self._met.is_set():
            try:
                await self.meet()
            except (TokenRefused, ChannelError) as error:
                _log.warning("slack.not_met", says=str(error))
                await asyncio.sleep(max(error.retry_after, PAUSE) if isinstance(error, RetryLater) else PAUSE)
        own = self.api.workspaces.own
        if announce is not None and own is not None and self._address:
            await announce(own.account, self._address)

    async def _heed_installations(self, database: Database) -> None:
        """Read tokens anew whenever an installation changed, in whichever process that was."""
        while True:
            try:
                async with database.listen("installations") as connection:
                    async for _ in connection.notifies():
                        self.api.workspaces.forget()
            except DatabaseUnavailable:
                _log.warning("slack.deaf_for_installations")
            await asyncio.sleep(PAUSE)


@asynccontextmanager
async def open_app(
    settings: SlackSettings, installations: Installations | None, patience: float = PATIENCE
) -> AsyncGenerator[Slack]:
    """Open the app; raises `TokenRefused` if Slack answers that it does not know the token."""
    if settings.installs and installations is None:
        raise SlackSettingsError(
            "EVERMYND_ENCRYPTION_KEYS is missing: the tokens of the workspaces that install the app are sealed with it."
        )
    async with open_session(patience) as session:
        slack = Slack(settings, Api(settings, session, Workspaces(settings.bot_token, installations), patience))
        if settings.bot_token:
            try:
                async with asyncio.timeout(FIRST_TRY):
                    await slack.meet()
            except (ChannelError, TimeoutError) as error:
                _log.warning("slack.away_at_start", reason=type(error).__name__)
        yield slack
