"""The fake speaks Socket Mode with the vendor's own client."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from .conftest import client_of
from .platform import Lifetimes, Limits, Person, Platform, open_platform

Answer = Callable[[SocketModeRequest], dict[str, Any] | None]


@asynccontextmanager
async def connected(slack: Platform, answer: Answer = lambda _: None) -> AsyncGenerator[list[Any]]:
    """An app that listens and acknowledges at once."""
    heard: list[Any] = []
    app = SocketModeClient(app_token=slack.app_token, web_client=client_of(slack))

    async def listen(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        heard.append(request)
        await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, answer(request)))

    app.socket_mode_request_listeners.append(listen)
    before = slack.sockets
    await app.connect()
    await slack.until(lambda: slack.sockets > before)
    try:
        yield heard
    finally:
        await app.close()
        await app.aiohttp_client_session.close()


async def test_hands_events_to_a_connection(slack: Platform, ann: Person) -> None:
    async with connected(slack) as heard:
        await ann.says("hello")
    assert [(each.type, each.payload["event"]["text"]) for each in heard] == [("events_api", "hello")]
    assert slack.deliveries[0].ok and slack.deliveries[0].via == "socket"


async def test_takes_an_answer_with_the_acknowledgement(slack: Platform, ann: Person) -> None:
    async with connected(slack, lambda _: {"text": "at once"}) as heard:
        await ann.commands("/coach", "Ada")
    assert heard[0].type == "slash_commands" and heard[0].accepts_response_payload
    assert slack.messages(ann)[-1].text == "at once"


async def test_gives_an_envelope_again_that_nobody_acknowledged() -> None:
    async with open_platform(limits=Limits(enforced=False), lifetimes=Lifetimes(patience=0.2), retry_scale=0) as slack:
        ann = slack.person()
        async with connected(slack) as one, connected(slack) as two:
            slack.backend.sockets.deaf = True
            await ann.says("hello")
            slack.backend.sockets.deaf = False
            await slack.settled()
            both = [*one, *two]
        assert len(one) == len(two) == 1
        assert sorted((each.retry_attempt, each.retry_reason) for each in both) == [(0, ""), (1, "timeout")]
        assert len({each.payload["event_id"] for each in both}) == 1 and len({each.envelope_id for each in both}) == 2


async def test_moves_to_another_connection_on_a_refresh(slack: Platform, ann: Person) -> None:
    async with connected(slack) as heard:
        await slack.refresh_sockets()
        await slack.until(lambda: slack.backend.sockets.open)
        await ann.says("still there?")
        assert [each.payload["event"]["text"] for each in heard] == ["still there?"]


async def test_lets_nobody_in_without_the_apps_token(slack: Platform) -> None:
    client = client_of(slack)
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        await client.apps_connections_open(app_token=slack.workspace().bot_token)
    with pytest.raises(SlackApiError, match="invalid_auth"):
        await client.apps_connections_open(app_token="xapp-none")
