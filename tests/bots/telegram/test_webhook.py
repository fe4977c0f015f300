"""The webhook lets in Telegram alone, and answers 200 only for what is committed."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bots.telegram.webhook import HEADER, LIMIT, Webhook
from knowledge.db import Database
from knowledge.db.errors import DatabaseUnavailable
from tests.bots.memory import Memory
from tests.bots.telegram.ground import meeting, recorded, running
from tests.serving import served
from tests.telegram.platform import Platform
from tests.waiting import until

SECRET = "s3cret_-"
HOOKED = {"public_url": "https://hub.example.org", "webhook_secret": SECRET}


async def body(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def post(webhook: Webhook, update: object, secret: str = SECRET) -> int:
    return await webhook.handle({HEADER: secret}, body(json.dumps(update).encode()))


@asynccontextmanager
async def hooked(database: Database, core: Memory) -> AsyncGenerator[tuple[Platform, Webhook]]:
    async with meeting(**HOOKED) as (platform, telegram), running(telegram, core, database) as attached:
        assert attached.webhook is not None
        yield platform, attached.webhook


@pytest.mark.parametrize(
    "headers", [{}, {HEADER: ""}, {HEADER: "wrong"}, {HEADER: "é"}, {HEADER: SECRET + "é"}, {"Authorization": SECRET}]
)
async def test_without_the_secret_nothing_is_read(database: Database, headers: dict[str, str]):
    core = Memory()
    async with hooked(database, core) as (_, webhook):
        assert await webhook.handle(headers, body(json.dumps(recorded("private_text")).encode())) == 401
        assert core.taken == 0


async def test_the_name_of_the_header_may_be_written_large(database: Database):
    async with hooked(database, Memory()) as (_, webhook):
        assert webhook.is_from_telegram({"X-Telegram-Bot-Api-Secret-Token": SECRET})


async def test_an_update_that_comes_twice_is_one(database: Database):
    core = Memory()
    async with hooked(database, core) as (_, webhook):
        assert [await post(webhook, recorded("start")) for _ in range(2)] == [200, 200]
        assert core.texts == ["/start"]


@pytest.mark.parametrize("name", ["unknown_kind", "unknown_content", "channel_post"])
async def test_what_is_not_for_us_is_acknowledged(database: Database, name: str):
    core = Memory()
    async with hooked(database, core) as (_, webhook):
        assert await post(webhook, recorded(name)) == 200
        assert core.texts == []


@pytest.mark.parametrize("text", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
async def test_what_is_no_json_is_refused(database: Database, text: bytes):
    async with hooked(database, Memory()) as (_, webhook):
        assert await webhook.handle({HEADER: SECRET}, body(text)) == 400


async def test_an_update_of_a_megabyte_is_taken_and_one_without_end_is_not(database: Database):
    core, update = Memory(), recorded("private_text")
    update["message"] |= {"text": "x" * (1 << 20), "entities": []}
    async with hooked(database, core) as (_, webhook):
        assert await post(webhook, update) == 200
        assert await webhook.handle({HEADER: SECRET}, body(*[b"x" * (1 << 20)] * (LIMIT >> 19))) == 413


async def test_what_could_not_be_committed_is_brought_again(database: Database):
    core = Memory()
    core.failures = [DatabaseUnavailable(), ValueError("our fault")]
    async with hooked(database, core) as (_, webhook):
        assert [await post(webhook, recorded("start")) for _ in range(3)] == [503, 503, 200]
        assert core.texts == ["/start"]


async def test_an_update_that_fails_three_times_is_brought_no_more(database: Database):
    core = Memory()
    core.failures = [ValueError("our fault")] * 3
    async with hooked(database, core) as (_, webhook):
        assert [await post(webhook, recorded("start")) for _ in range(3)] == [503, 503, 200]
        assert core.texts == []


async def test_telegram_is_told_where_to_bring_updates_and_drops_none(database: Database):
    async with hooked(database, Memory()) as (platform, _):
        await until(lambda: platform.calls("setWebhook"))
        told = platform.calls("setWebhook")[0].arguments
        assert told["url"] == "https://hub.example.org/webhooks/telegram"
        assert (told["secret_token"], told.get("drop_pending_updates", "false")) == (SECRET, "false")
        assert not platform.violations()


async def test_a_webhook_that_telegram_cannot_take_for_now_is_set_later(database: Database):
    async with meeting(**HOOKED) as (platform, telegram):
        platform.faults.flood("setWebhook", 1)
        async with running(telegram, Memory(), database):
            await until(lambda: len(platform.calls("setWebhook")) > 1)
            assert [call.status for call in platform.calls("setWebhook")] == [429, 200]


async def test_updates_that_waited_for_polling_come_through_the_webhook(database: Database):
    core = Memory()
    async with hooked(database, core) as (platform, webhook):
        platform.say(platform.person(), "before the switch")

        async def receive(request: web.Request) -> web.Response:
            return web.Response(status=await webhook.handle(dict(request.headers), request.content.iter_any()))

        async with listening(receive) as url:
            await until(lambda: platform.calls("setWebhook"))
            await platform.backend.postman.start(type(platform.backend.postman.webhook)(url, SECRET))
            assert await until(lambda: core.texts) == ["before the switch"]
            await until(lambda: not platform.unconfirmed())


@asynccontextmanager
async def listening(receive: object) -> AsyncGenerator[str]:
    """Serve one address over HTTP."""
    app = web.Application()
    app.router.add_post("/", receive)  # type: ignore[arg-type]
    async with served(app) as url:
        yield f"{url}/"
