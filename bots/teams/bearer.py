"""The bot's own proof towards the Connector: a bearer for its id and secret, kept until shortly before it ends.

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication. The vendor's way
(MSAL) blocks, sets no time limit and takes https alone; the request is one form.
"""

from __future__ import annotations

import asyncio
import time

import httpx
import structlog

from bots.fields import fields_of, text, whole
from bots.teams.errors import BearerRefused
from bots.teams.settings import TeamsSettings
from conversation.errors import RetryLater

SCOPE = "https://api.botframework.com/.default"
EARLY = 300.0
"""Seconds before its end at which a bearer is fetched anew."""
PAUSE = 2.0
LONG_PAUSE = 30.0
"""Seconds until the next try when somebody has to mend the settings first."""
PATIENCE = 2.0

_log = structlog.get_logger(__name__)


class Bearer:
    """Gives the bearer; several calls that wait for it fetch it once. There is none without an app id."""

    def __init__(self, settings: TeamsSettings, http: httpx.AsyncClient) -> None:
        self._settings = settings
        self._http = http
        self._token = ""
        self._ends = 0.0
        self._fetching = asyncio.Lock()

    async def token(self) -> str:
        """Give a bearer that is good now; raises `BearerRefused`, or `RetryLater` if nobody answers."""
        if self._settings.anonymous:
            return ""
        async with self._fetching:
            if time.monotonic() >= self._ends:
                await self._fetch()
            return self._token

    def drop(self, token: str) -> None:
        """Forget a bearer that was not taken."""
        if token == self._token:
            self._ends = 0.0

    async def _fetch(self) -> None:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._settings.app_id,
            "client_secret": self._settings.app_password,
            "scope": SCOPE,
        }
        try:
            answer = await self._http.post(self._settings.token_url, data=form, timeout=PATIENCE)
            told = fields_of(answer.json())
        except (httpx.HTTPError, ValueError) as error:
            _log.warning("teams.login_away", reason=type(error).__name__)
            raise RetryLater(PAUSE) from error
        token = text(told, "access_token")
        if answer.status_code != 200 or not token:
            if answer.status_code in (400, 401, 403):
                _log.error("teams.bearer_refused", error=text(told, "error"))
                raise BearerRefused(LONG_PAUSE)
            raise RetryLater(PAUSE)
        lasts = float(whole(told, "expires_in") or 0)
        self._token, self._ends = token, time.monotonic() + max(lasts - EARLY, lasts / 2)
