"""The Connector: calls with time limits and the bot's bearer, in plain JSON.

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import httpx

from bots.fields import Fields, fields_of, text
from bots.teams.bearer import Bearer
from bots.teams.errors import BearerRefused
from bots.teams.faults import refusal, silence
from bots.teams.hosts import Hosts
from bots.teams.settings import TeamsSettings
from conversation.errors import Forbidden

PATIENCE = 2.8
"""Seconds a call may take; less than the outbox loop waits, so that it hears what became of the call."""
REACH = 1.5
"""Seconds to get a connection: as long as there is none, nothing can have been sent."""
MOST = 64

Json = Mapping[str, Any]


class Api:
    """One bot's access to the Connector; every call raises a `ChannelError`."""

    def __init__(self, settings: TeamsSettings, http: httpx.AsyncClient, patience: float = PATIENCE) -> None:
        self.http = http
        self.hosts = Hosts(settings)
        self.bearer = Bearer(settings, http)
        self._patience = patience

    async def send(self, service: str, conversation: str, activity: Json) -> str:
        """Post an activity and give its id; "" where the service does not tell one."""
        return text(await self._call("POST", service, f"{_at(conversation)}/activities", activity), "id")

    async def update(self, service: str, conversation: str, activity_id: str, activity: Json) -> None:
        """Put another message in the place of one of the bot's own."""
        path = f"{_at(conversation)}/activities/{quote(activity_id, safe='')}"
        await self._call("PUT", service, path, {**activity, "id": activity_id})

    async def delete(self, service: str, conversation: str, activity_id: str) -> None:
        """Take one of the bot's own messages back."""
        await self._call("DELETE", service, f"{_at(conversation)}/activities/{quote(activity_id, safe='')}")

    async def member(self, service: str, conversation: str, member_id: str) -> Fields:
        """Tell what is known of somebody in a conversation."""
        return await self._call("GET", service, f"{_at(conversation)}/members/{quote(member_id, safe='')}")

    async def _call(self, method: str, service: str, path: str, body: Json | None = None) -> Fields:
        """Make a call; a bearer that was not taken is fetched anew once."""
        if not self.hosts.serves(service):
            raise Forbidden("the service URL is not one that is called")
        url = f"{service.rstrip('/')}/v3/conversations/{path}"
        answer, token = await self._request(method, url, body)
        if answer.status_code == 401 and token:
            self.bearer.drop(token)
            answer, token = await self._request(method, url, body)
        if not answer.is_success:
            error = refusal(answer)
            if isinstance(error, BearerRefused):
                self.bearer.drop(token)
            raise error
        try:
            return fields_of(answer.json())
        except (ValueError, RecursionError):
            return {}

    async def _request(self, method: str, url: str, body: Json | None) -> tuple[httpx.Response, str]:
        token = await self.bearer.token()
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        timeout = httpx.Timeout(self._patience, connect=min(REACH, self._patience))
        try:
            answer = await self.http.request(method, url, json=body, headers=headers, timeout=timeout)
        except httpx.HTTPError as error:
            raise silence(error) from error
        return answer, token


def _at(conversation: str) -> str:
    return quote(conversation, safe="")


@asynccontextmanager
async def open_api(settings: TeamsSettings, patience: float = PATIENCE) -> AsyncGenerator[Api]:
    """Open the access; redirects are not followed, for a bearer must not travel with them."""
    limits = httpx.Limits(max_connections=MOST, max_keepalive_connections=16, keepalive_expiry=20)
    timeout = httpx.Timeout(patience, connect=min(REACH, patience))
    async with httpx.AsyncClient(timeout=timeout, limits=limits, follow_redirects=False) as http:
        yield Api(settings, http, patience)
