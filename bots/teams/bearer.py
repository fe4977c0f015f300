"""The bot's own proof towards the Connector: a bearer for its id and secret, kept until shortly before it ends.

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication. The vendor's way
(MSAL) blocks, sets no time limit and takes https alone; the request is one form.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

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
    """Gives the bearer; several calls that wait for it fetch it once. There is none without an app id.

    Those who wait while nobody answers are told so together: one after the other they would outlast the outbox, which
    then could not know that nothing was sent.
    """

    def __init__(
        self, settings: TeamsSettings, http: httpx.AsyncClient, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings = settings
        self._http = http
        self._clock = clock
        self._token = ""
        self._ends = float("-inf")
        self._again = float("-inf")
        self._failure: type[RetryLater] = RetryLater
        self._fetching = asyncio.Lock()

    async def token(self) -> str:
        """Give a bearer that is good now; raises `BearerRefused`, or `RetryLater` if nobody answers."""
        if self._settings.anonymous:
            return ""
        async with self._fetching:
            if self._clock() >= self._ends:
                await self._renew()
            return self._token

    def drop(self, token: str) -> None:
        """Forget a bearer that was not taken."""
        if token == self._token:
            self._ends = float("-inf")

    async def _renew(self) -> None:
        """Fetch a bearer, unless that failed a moment ago."""
        wait = self._again - self._clock()
        if wait > 0:
            raise self._failure(wait)
        try:
            await self._fetch()
        except RetryLater as error:
            self._again, self._failure = self._clock() + error.retry_after, type(error)
            raise

    async def _fetch(self) -> None:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._settings.app_id,
            "client_secret": self._settings.app_password,
            "scope": SCOPE,
        }
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await self._http.post(self._settings.token_url, data=form)
            told = fields_of(answer.json())
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, TimeoutError, RecursionError) as error:
            _log.warning("teams.login_away", reason=type(error).__name__)
            raise RetryLater(PAUSE) from error
        token = text(told, "access_token")
        if answer.status_code != 200 or not token:
            if answer.status_code in (400, 401, 403):
                _log.error("teams.bearer_refused", error=text(told, "error"))
                raise BearerRefused(LONG_PAUSE)
            raise RetryLater(PAUSE)
        lasts = float(whole(told, "expires_in") or 0)
        self._token, self._ends = token, self._clock() + max(lasts - EARLY, lasts / 2)
