"""Two bots for the platform's own tests: one without any library, one on botbuilder as a bot of ours would be."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

import httpx
from aiohttp import web
from botbuilder.core import TurnContext
from botbuilder.core.cloud_adapter_base import CloudAdapterBase
from botbuilder.schema import Activity
from botframework.connector.auth import (
    BotFrameworkAuthenticationFactory,
    MicrosoftAppCredentials,
    ServiceClientCredentialsFactory,
)
from botframework.connector.auth.jwt_token_extractor import JwtTokenExtractor

from tests.serving import served

from .platform import Platform

Json = dict[str, Any]
OAUTH = "https://api.botframework.com"


@asynccontextmanager
async def _serve(handle: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncGenerator[str]:
    app = web.Application(client_max_size=8 << 20)
    app.add_routes([web.post("/api/messages", handle)])
    async with served(app) as url:
        yield f"{url}/api/messages"


@dataclass(slots=True)
class PlainBot:
    """Keeps what it hears, and calls as it is told."""

    teams: Platform
    http: httpx.AsyncClient
    heard: list[Json] = field(default_factory=list[Json])
    headers: list[str] = field(default_factory=list[str])
    statuses: list[int] = field(default_factory=list[int])
    """What to answer next, 200 when it is empty."""
    answer: Json | None = None
    """What to answer invokes."""
    bearer: str = ""

    async def hear(self, request: web.Request) -> web.Response:
        """Take an activity."""
        self.heard.append(json.loads(await request.read()))
        self.headers.append(request.headers.get("Authorization", ""))
        status = self.statuses.pop(0) if self.statuses else 200
        invoke = self.heard[-1].get("type") == "invoke"
        return web.json_response(self.answer, status=status) if invoke else web.Response(status=status)

    async def sign_in(self) -> None:
        """Fetch a bearer."""
        form = {"grant_type": "client_credentials", "client_id": self.teams.app_id, "scope": f"{OAUTH}/.default"}
        answer = await self.http.post(self.teams.token_url, data=form | {"client_secret": self.teams.app_password})
        self.bearer = answer.json()["access_token"]

    async def raw(self, verb: str, path: str, body: Any = None) -> httpx.Response:
        """One call of the Connector."""
        url = httpx.URL(f"{self.teams.service_url}v3/{path}")
        return await self.http.request(verb, url, json=body, headers={"Authorization": f"Bearer {self.bearer}"})

    async def send(self, conversation: str, text: str = "hello", **more: Any) -> httpx.Response:
        """Post a message."""
        return await self.raw("POST", f"conversations/{conversation}/activities", message(text, **more))

    async def stream(
        self, conversation: str, text: str, kind: str = "streaming", number: int | None = 1, own: str = "", **more: Any
    ) -> httpx.Response:
        """One request of a stream."""
        info: Json = {"type": "streaminfo", "streamType": kind}
        info |= {"streamId": own} if own else {}
        info |= {"streamSequence": number} if number is not None else {}
        body: Json = {"type": "message" if kind == "final" else "typing", "text": text, "entities": [info]}
        return await self.raw("POST", f"conversations/{conversation}/activities", body | more)


def message(text: str = "", **more: Any) -> Json:
    """A message as a bot writes it."""
    return {"type": "message", "text": text} | more


def card(*body: Json, version: str = "1.5", actions: list[Json] | None = None) -> Json:
    """The attachment of an Adaptive Card."""
    content = {"type": "AdaptiveCard", "version": version, "body": list(body), "actions": actions or []}
    return {"contentType": "application/vnd.microsoft.card.adaptive", "content": content}


@asynccontextmanager
async def open_plain_bot(teams: Platform) -> AsyncGenerator[PlainBot]:
    """A bot that is known to the platform and has a bearer."""
    async with httpx.AsyncClient(timeout=10) as http:
        bot = PlainBot(teams, http)
        async with _serve(bot.hear) as url:
            teams.deliver_to(url)
            await bot.sign_in()
            yield bot


# On botbuilder


class _Credentials(MicrosoftAppCredentials):
    """Fetches its bearer without MSAL, which takes https authorities only."""

    def __init__(self, teams: Platform) -> None:
        super().__init__(teams.app_id, teams.app_password, oauth_scope=OAUTH)
        self.teams = teams
        self.token = ""

    def get_access_token(self, force_refresh: bool = False) -> str:
        raise AssertionError("the bearer is fetched before the call")

    def signed_session(self, session: Any = None) -> Any:
        session.headers["Authorization"] = f"Bearer {self.token}"
        return session


@dataclass(slots=True)
class _Factory(ServiceClientCredentialsFactory):
    teams: Platform
    bearer: str = ""

    async def is_valid_app_id(self, app_id: str) -> bool:
        return app_id == self.teams.app_id

    async def is_authentication_disabled(self) -> bool:
        return False

    async def create_credentials(
        self, app_id: str, oauth_scope: str, login_endpoint: str, validate_authority: bool
    ) -> _Credentials:
        credentials = _Credentials(self.teams)
        form = {"grant_type": "client_credentials", "client_id": app_id, "scope": f"{oauth_scope}/.default"}
        async with httpx.AsyncClient() as http:
            url = f"{login_endpoint}/oauth2/v2.0/token"
            answer = await http.post(url, data=form | {"client_secret": self.teams.app_password})
        credentials.token = answer.json()["access_token"]
        return credentials


class _Adapter(CloudAdapterBase):
    pass


async def _fetch_keys(openid_url: str) -> None:
    """Spare the SDK its own fetching, which blocks the loop that the platform runs on."""
    metadata = cast("Any", JwtTokenExtractor).get_open_id_metadata(openid_url)
    async with httpx.AsyncClient(timeout=10) as http:
        document = (await http.get(openid_url)).json()
        metadata.keys = (await http.get(document["jwks_uri"])).json()["keys"]
    metadata.last_updated = datetime.now()  # noqa: DTZ005 - naive, as the SDK compares it


@asynccontextmanager
async def open_sdk_bot(teams: Platform, logic: Callable[[TurnContext], Awaitable[None]]) -> AsyncGenerator[None]:
    """A bot on botbuilder's CloudAdapter that does this on every turn."""
    authentication = BotFrameworkAuthenticationFactory.create(
        to_channel_from_bot_login_url=teams.login_url,
        to_channel_from_bot_oauth_scope=OAUTH,
        to_bot_from_channel_token_issuer=OAUTH,
        to_bot_from_channel_open_id_metadata_url=teams.openid_url,
        credential_factory=_Factory(teams),
    )
    await _fetch_keys(teams.openid_url)
    adapter: Any = _Adapter(authentication)

    deserialize = cast("Any", Activity).deserialize

    async def handle(request: web.Request) -> web.Response:
        activity = deserialize(await request.json())
        try:
            answer = await adapter.process_activity(request.headers.get("Authorization"), activity, logic)
        except Exception as error:
            return web.Response(status=401, text=f"{type(error).__name__}: {error}")
        return web.json_response(answer.body, status=answer.status) if answer else web.Response()

    async with _serve(handle) as url:
        teams.deliver_to(url)
        yield
