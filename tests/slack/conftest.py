"""A platform with a person and a channel, the vendor's own client, and an app that takes what it is sent."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import parse_qs

import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from .platform import Channel, Limits, Person, Platform, open_platform

Client = Any
"""The vendor's client, whose types are not complete."""


def client_at(url: str, token: str = "") -> Client:
    """The vendor's client as an app uses it: it does not try again by itself."""
    return AsyncWebClient(token=token or None, base_url=url, retry_handlers=[])


def client_of(slack: Platform, token: str = "") -> Client:
    """A client of this platform."""
    return client_at(slack.api_url, token)


@dataclass
class Listener:
    """An app's request URL: keeps what comes, and answers as a test wants."""

    url: str = ""
    secret: str = ""
    headers: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    bodies: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    answers: list[web.Response] = field(default_factory=list[web.Response])
    """What to answer next, in turn; afterwards an empty 200."""

    async def take(self, request: web.Request) -> web.Response:
        body = await request.text()
        assert SignatureVerifier(self.secret).is_valid_request(body, dict(request.headers))
        self.headers.append(dict(request.headers))
        self.bodies.append(_read(body, request.content_type))
        return self.answers.pop(0) if self.answers else web.Response()

    @property
    def events(self) -> list[dict[str, Any]]:
        """The inner events."""
        return [body["event"] for body in self.bodies if "event" in body]

    def of(self, kind: str, subtype: str = "") -> list[dict[str, Any]]:
        """The events of a kind."""
        return [each for each in self.events if each["type"] == kind and each.get("subtype", "") == subtype]


def _read(body: str, content_type: str) -> dict[str, Any]:
    if content_type == "application/json":
        return json.loads(body)
    fields = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
    return json.loads(fields["payload"]) if "payload" in fields else fields


@dataclass(frozen=True, slots=True)
class Refusal:
    """How a call was refused."""

    error: str
    messages: tuple[str, ...]
    status: int
    data: dict[str, Any]


async def refused(client: Client, method: str, **arguments: Any) -> Refusal:
    """The refusal of a call."""
    with pytest.raises(SlackApiError) as caught:
        await client.api_call(method, json=arguments)
    response = cast("Any", caught.value).response
    messages = tuple(response.data.get("response_metadata", {}).get("messages", ()))
    return Refusal(response.data["error"], messages, response.status_code, response.data)


@pytest.fixture
async def slack() -> AsyncIterator[Platform]:
    async with open_platform(limits=Limits(enforced=False)) as opened:
        opened.workspace("Acme")
        yield opened


@pytest.fixture
def ann(slack: Platform) -> Person:
    return slack.person("Acme", "Ann")


@pytest.fixture
def general(slack: Platform, ann: Person) -> Channel:
    return slack.channel("Acme", "general", [ann])


@pytest.fixture
def client(slack: Platform) -> Client:
    return client_of(slack, slack.workspace().bot_token)


@pytest.fixture
async def listener(slack: Platform) -> AsyncIterator[Listener]:
    listening = Listener(secret=slack.signing_secret)
    app = web.Application()
    app.add_routes([web.post("/webhooks/slack", listening.take)])
    runner = web.AppRunner(app, shutdown_timeout=1.0, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        listening.url = f"http://127.0.0.1:{runner.addresses[0][1]}/webhooks/slack"
        slack.deliver_to(listening.url)
        yield listening
    finally:
        await runner.cleanup()
