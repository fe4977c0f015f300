"""Telegram in the gateway: with a bot of the hub's own, with those of creators alone, and with none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from conversation.channel import Deleting, Drafting, Editing, Fetching, Governing, SendingFiles, Typing
from conversation.installations import Installation, Installations
from conversation.intake import Intake
from conversation.speech import LANGUAGES
from knowledge.db import Database
from knowledge.vault import KEY_SIZE, Vault, new_key
from tests.conftest import coach_of, newcomer
from tests.telegram.platform import Platform, open_platform
from ui.messengers.messenger import Hub
from ui.messengers.telegram import TelegramMessenger, open_messenger, own_bots, own_menus, server_of
from ui.settings import Settings

TEA = "5151515151:AAAnotherFakeTokenOfTeaForTests_01234"


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    async with open_platform() as opened:
        opened.another(TEA, "tea_bot")
        yield opened


@pytest.fixture
def installations(database: Database) -> Installations:
    return Installations(database, Vault({"k": b"k" * KEY_SIZE}))


def of(platform: Platform, **more: str) -> Settings:
    return Settings(telegram_api_base=platform.url, **more)  # type: ignore[arg-type]


async def test_without_a_token_and_without_keys_there_is_no_telegram():
    async with open_messenger(Settings(), None) as opened:
        assert opened is None


async def test_without_a_token_creators_bots_are_opened_all_the_same(
    platform: Platform, database: Database, installations: Installations, tmp_path: Path
):
    async with open_messenger(of(platform), installations) as opened:
        assert isinstance(opened, TelegramMessenger) and opened.main is None
        assert opened.channel.name == "telegram"
        running = opened.connect(hub(of(platform), database, installations, tmp_path))
        assert list(running.loops) == ["telegram.bots"]


def hub(settings: Settings, database: Database, installations: Installations, folder: Path) -> Hub:
    return Hub(settings, cast(Intake, None), database, "one", folder, Vault({"k": b"k" * KEY_SIZE}), installations)


async def test_the_channel_has_every_ability_of_its_bots(platform: Platform, installations: Installations):
    async with open_messenger(of(platform), installations) as opened:
        assert opened is not None
        abilities = (Editing, Deleting, Drafting, Fetching, Governing, SendingFiles, Typing)
        assert [each.__name__ for each in abilities if not isinstance(opened.channel, each)] == []


async def test_a_webhook_of_a_bot_that_is_not_there_tells_nothing(
    platform: Platform, database: Database, installations: Installations, tmp_path: Path
):
    settings = of(
        platform, telegram_token=platform.token, public_url="https://hub.example", telegram_webhook_secret="s"
    )
    async with open_messenger(settings, installations) as opened:
        assert opened is not None
        app = FastAPI(routes=[*opened.connect(hub(settings, database, installations, tmp_path)).routes])
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
            paths = ("/webhooks/telegram", "/webhooks/telegram/5151515151", "/webhooks/telegram/%C3%A9")
            assert [(await client.post(path, json={})).status_code for path in paths] == [401, 401, 401]


async def test_whose_token_it_is_and_who_brought_it_is_found_out(
    platform: Platform, database: Database, installations: Installations
):
    bots = own_bots(of(platform, telegram_token=platform.token), installations)
    assert bots is not None
    found = await bots.check(TEA)
    assert found is not None
    assert (found.account, found.name, found.url) == ("5151515151", "tea_bot", "https://t.me/tea_bot")
    assert await bots.check("5151515151:AAAnUnknownTokenOfNobody_0123456789012") is None
    creator, other = await newcomer(database), await newcomer(database)
    await bring(database, installations, creator)
    assert [await bots.taken("5151515151", each) for each in (creator, other)] == [False, True]
    assert await bots.taken(platform.token.partition(":")[0], creator)


async def bring(database: Database, installations: Installations, creator: UUID) -> None:
    coach_id = await coach_of(database, creator)
    await installations.put(Installation("telegram", "5151515151", "tea_bot", {"token": TEA}, {}, creator, coach_id))


def test_a_bot_that_is_one_coach_offers_no_others_and_says_of_itself_what_its_owner_likes():
    shown = own_menus()
    assert list(shown) == list(LANGUAGES)
    for menu in shown.values():
        names = [command.name for command in menu.commands]
        assert names == ["start", "help", "new", "sources", "language", "forget"]
        assert menu.description == menu.short_description == ""


async def test_whose_a_bot_is_can_be_told_without_the_key_of_its_secrets(
    platform: Platform, database: Database, installations: Installations
):
    creator = await newcomer(database)
    await bring(database, installations, creator)
    bots = own_bots(of(platform), Installations(database, Vault({"other": b"o" * KEY_SIZE})))
    assert bots is not None
    assert [await bots.taken("5151515151", each) for each in (creator, await newcomer(database))] == [False, True]


async def test_the_hubs_own_bot_is_the_coach_of_nobody_who_brought_it_before(
    platform: Platform, database: Database, installations: Installations, tmp_path: Path
):
    await bring(database, installations, await newcomer(database))
    settings = of(platform, telegram_token=TEA)
    async with open_messenger(settings, None) as opened:
        assert opened is not None
        running = opened.connect(hub(settings, database, installations, tmp_path))
        updates = asyncio.create_task(running.loops["telegram.updates"]())
        async with asyncio.timeout(10):
            while await installations.all("telegram"):
                await asyncio.sleep(0.01)
        updates.cancel()
        await asyncio.wait([updates])


def test_the_secrets_of_webhooks_come_from_the_hubs_keys():
    keys = {f"k:{new_key()}" for _ in range(2)}
    secrets = {server_of(Settings(encryption_keys=each)).bot(TEA).webhook_secret for each in keys}
    assert len(secrets) == 2 and server_of(Settings()).key == b""
