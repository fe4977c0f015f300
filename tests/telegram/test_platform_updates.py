"""The fake hands out updates in order and never drops one: by polling and by webhook."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from tests.serving import served

from .conftest import Client
from .platform import Limits, Platform, User, open_platform
from .platform.webhook import HEADER


@asynccontextmanager
async def _webhook(*failures: int) -> AsyncGenerator[tuple[str, list[dict[str, Any]], list[str]]]:
    """A webhook that fails with these codes first, what it took, and the secrets it was shown."""
    coming, taken, secrets = list(failures), list[dict[str, Any]](), list[str]()

    async def take(request: web.Request) -> web.Response:
        secrets.append(request.headers.get(HEADER, ""))
        if coming:
            return web.Response(status=coming.pop(0))
        taken.append(await request.json())
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", take)
    async with served(app) as url:
        yield f"{url}/hook", taken, secrets


async def test_keeps_updates_until_an_offset_confirms_them(platform: Platform, bot: Client, ann: User) -> None:
    for text in ("one", "two", "three"):
        platform.say(ann, text)
    first = await bot("getUpdates", limit=2)
    assert [each["message"]["text"] for each in first] == ["one", "two"]
    assert await bot("getUpdates", limit=2) == first
    rest = await bot("getUpdates", offset=first[-1]["update_id"] + 1)
    assert [each["message"]["text"] for each in rest] == ["three"]
    assert await bot("getUpdates", offset=-1) == rest


async def test_answers_a_long_poll_when_something_comes(platform: Platform, bot: Client, ann: User) -> None:
    polling = asyncio.create_task(bot("getUpdates", timeout=10))
    await platform.until(lambda: platform.backend.poll)
    platform.say(ann, "hello")
    assert [each["message"]["text"] for each in await polling] == ["hello"]


async def test_ends_a_poll_when_another_begins(platform: Platform, bot: Client, ann: User) -> None:
    polling = asyncio.create_task(bot.refused("getUpdates", timeout=10))
    await platform.until(lambda: platform.backend.poll)
    await bot("getUpdates")
    assert (await polling).startswith("409 Conflict: terminated by other getUpdates request")


async def test_refuses_polling_while_there_is_a_webhook(bot: Client) -> None:
    async with _webhook() as (url, _, _):
        await bot("setWebhook", url=url)
        refusal = await bot.refused("getUpdates")
        assert refusal.startswith("409 Conflict: can't use getUpdates method while webhook is active")
        await bot("deleteWebhook")
    assert await bot("getUpdates") == []


async def test_brings_updates_with_the_secret_and_again_after_a_failure(
    platform: Platform, bot: Client, ann: User
) -> None:
    async with _webhook(500, 404) as (url, taken, secrets):
        await bot("setWebhook", url=url, secret_token="s-3_cret")
        for text in ("one", "two", "three"):
            platform.say(ann, text)
        await platform.until(lambda: not platform.unconfirmed())
        assert [each["message"]["text"] for each in taken] == ["one", "two", "three"]
        assert set(secrets) == {"s-3_cret"}
        assert [each.status for each in platform.deliveries] == [500, 404, 200, 200, 200]
        assert "Wrong response from the webhook: 404" in (await bot("getWebhookInfo"))["last_error_message"]
        await bot("deleteWebhook")


async def test_loses_nothing_when_the_webhook_goes(platform: Platform, bot: Client, ann: User) -> None:
    async with _webhook(*[503] * 100) as (url, _, _):
        await bot("setWebhook", url=url)
        platform.say(ann, "hello")
        await platform.until(lambda: platform.deliveries)
        await bot("deleteWebhook")
    assert [each["message"]["text"] for each in await bot("getUpdates")] == ["hello"]
    platform.say(ann, "dropped")
    await bot("deleteWebhook", drop_pending_updates=True)
    assert await bot("getUpdates") == []


async def test_brings_an_update_twice_when_told(platform: Platform, bot: Client, ann: User) -> None:
    said = platform.say(ann, "hello")
    assert said.update_id is not None
    await bot("getUpdates", offset=said.update_id + 1)
    platform.redeliver(said.update_id)
    assert [each["update_id"] for each in await bot("getUpdates", offset=said.update_id + 1)] == [said.update_id]
    async with _webhook() as (url, taken, _):
        await bot("setWebhook", url=url)
        platform.redeliver(said.update_id)
        await platform.until(lambda: taken)
        await bot("deleteWebhook")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"url": "http://example.org/hook"}, "An HTTPS URL must be provided for webhook"),
        ({"url": "https://example.org:8080/hook"}, "Webhook can be set up only on ports 80, 88, 443 or 8443"),
        ({"url": "https://"}, "invalid webhook URL specified"),
        ({"url": "https://example.org/hook", "secret_token": "é"}, "secret token contains unallowed characters"),
        ({"url": "https://example.org/hook", "secret_token": "x" * 257}, "secret token is too long"),
    ],
)
async def test_refuses_a_webhook_it_cannot_call(bot: Client, arguments: dict[str, str], reason: str) -> None:
    assert reason in await bot.refused("setWebhook", **arguments)


async def test_calls_no_plain_http_unless_it_is_allowed(bot: Client) -> None:
    async with open_platform(limits=Limits()) as strict:
        elsewhere = Client(bot.http, f"{strict.url}/bot{strict.token}")
        assert "HTTPS" in await elsewhere.refused("setWebhook", url="http://127.0.0.1:8000/hook")
        assert "429" in await elsewhere.refused("setWebhook", url="https://example.org/hook")


async def test_sends_only_the_kinds_that_were_asked_for(platform: Platform, bot: Client, ann: User) -> None:
    said = platform.say(ann, "hello")
    assert platform.react(ann, said.message_id, "👍") is None
    await bot("getUpdates", allowed_updates=["message_reaction", "telepathy"])
    assert platform.violations() == ["allowed_updates names an unknown kind: telepathy"]
    assert platform.react(ann, said.message_id, "👍") is not None
    assert platform.say(ann, "unheard").update_id is None
