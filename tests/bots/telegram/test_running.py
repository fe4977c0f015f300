"""The bot starts whether Telegram is there or not, says when its token is wrong, and puts up its menu."""

from __future__ import annotations

import pytest

from bots.telegram.errors import TokenRefused
from bots.telegram.menu import Command, Menu
from bots.telegram.opening import open_telegram
from bots.telegram.running import open_bot
from bots.telegram.settings import TelegramSettings
from knowledge.db import Database
from tests.bots.memory import Memory
from tests.bots.telegram.ground import QUICK, meeting, recorded, running
from tests.bots.telegram.test_webhook import HOOKED, post
from tests.telegram.platform import open_platform
from tests.waiting import until

MENUS = {
    "en": Menu([Command("help", "What I can do")], "I am a hub.", "A hub."),
    "de": Menu([Command("help", "Was ich kann")], "Ich bin ein Knoten.", "Ein Knoten."),
}


async def test_the_bot_knows_its_name_once_it_is_open():
    async with meeting() as (platform, _):
        settings = TelegramSettings(platform.token, api_base=platform.url)
        async with open_telegram(settings) as telegram:
            assert (telegram.channel.username, telegram.channel.account) == ("evermynd_test_bot", "4242424242")


async def test_a_token_telegram_does_not_know_ends_the_start():
    async with open_platform() as platform:
        with pytest.raises(TokenRefused, match="EVERMYND_TELEGRAM_TOKEN"):
            async with open_bot(TelegramSettings("42:unknown", api_base=platform.url), QUICK):
                pytest.fail("it opened")


async def test_an_address_where_no_bot_api_server_is_ends_the_start():
    async with open_platform() as platform:
        platform.faults.gateway("getMe", 404)
        with pytest.raises(TokenRefused, match="EVERMYND_TELEGRAM_API_BASE"):
            async with open_bot(TelegramSettings(platform.token, api_base=platform.url), QUICK):
                pytest.fail("it opened")


async def test_a_telegram_that_is_away_does_not_hold_up_the_start(database: Database):
    core = Memory()
    async with open_platform() as platform:
        platform.faults.error("getMe", 500, "Internal Server Error")
        async with open_bot(TelegramSettings(platform.token, api_base=platform.url), QUICK) as telegram:
            assert telegram.channel.deep_link("x") == ""
            async with running(telegram, core, database):
                platform.say(platform.person(), "hello")
                await until(lambda: core.texts == ["hello"])


async def test_a_webhook_waits_until_the_bot_knows_whom_a_group_means(database: Database):
    core = Memory()
    async with meeting(**HOOKED) as (_, telegram):
        telegram.channel.meet("")
        attached = telegram.attach(core, database, "one")
        assert attached.webhook is not None
        assert await post(attached.webhook, recorded("group_mention")) == 503
        telegram.channel.meet("evermynd_test_bot")
        assert await post(attached.webhook, recorded("group_mention")) == 200


async def test_the_menu_is_put_up_in_each_language_and_left_when_it_stands(database: Database):
    async with meeting() as (platform, telegram):
        for _ in range(2):
            async with running(telegram, Memory(), database, menus=MENUS):
                asked = len(platform.calls("getMyShortDescription"))
                await until(lambda asked=asked: len(platform.calls("getMyShortDescription")) == asked + 2)
                await until(lambda: len(platform.calls("setMyShortDescription")) == 2)
        assert platform.commands(language="de") == [{"command": "help", "description": "Was ich kann"}]
        assert len(platform.calls("setMyCommands")) == 2
        assert not platform.violations()


async def test_a_menu_that_is_refused_leaves_the_bot_running(database: Database):
    core = Memory()
    async with meeting() as (platform, telegram):
        platform.faults.error("setMyCommands", 400, "Bad Request: BOT_COMMAND_INVALID")
        async with running(telegram, core, database, menus=MENUS):
            await until(lambda: platform.calls("setMyCommands"))
            platform.say(platform.person(), "hello")
            assert await until(lambda: core.texts) == ["hello"]
