"""The messengers of the settings: what `evermynd doctor` says of them, and the menus they show."""

from __future__ import annotations

import pytest

from bots.telegram.settings import WEBHOOK_PATH
from conversation.speech import LANGUAGES
from tests.telegram.platform import Platform, open_platform
from ui.doctor import messengers as doctor
from ui.messengers.telegram import menus
from ui.settings import Settings


@pytest.fixture
async def telegram():
    async with open_platform() as platform:
        yield platform


def of(platform: Platform, **more: str) -> Settings:
    return Settings(telegram_token=platform.token, telegram_api_base=platform.url, **more)  # type: ignore[arg-type]


async def test_without_a_token_there_is_no_bot_and_nothing_wrong():
    finding = await doctor.telegram(Settings())
    assert finding.ok and "EVERMYND_TELEGRAM_TOKEN" in finding.said


async def test_a_bot_that_polls_is_named(telegram: Platform):
    finding = await doctor.telegram(of(telegram))
    assert finding.ok and "@evermynd_test_bot, polling" in finding.said


async def test_a_token_telegram_does_not_know_is_told(telegram: Platform):
    finding = await doctor.telegram(Settings(telegram_token="7:" + "x" * 35, telegram_api_base=telegram.url))
    assert not finding.ok and "does not know the token" in finding.said
    assert "@BotFather" in finding.mend and "EVERMYND_TELEGRAM_API_BASE" in finding.mend


async def test_a_webhook_that_is_not_set_is_told(telegram: Platform):
    finding = await doctor.telegram(of(telegram, public_url="https://hub.example.org", telegram_webhook_secret="s"))
    assert not finding.ok and "webhook is not ours" in finding.said
    assert WEBHOOK_PATH == "/webhooks/telegram"


async def test_a_telegram_that_is_away_is_told():
    finding = await doctor.telegram(Settings(telegram_token="7:" + "x" * 35, telegram_api_base="http://127.0.0.1:9"))
    assert not finding.ok and "no answer" in finding.said


def test_every_language_has_a_menu_within_the_platforms_limits():
    shown = menus(20)
    assert list(shown) == list(LANGUAGES)
    for menu in shown.values():
        assert [command.name for command in menu.commands][:2] == ["start", "help"]
        assert all(0 < len(command.description) <= 256 for command in menu.commands)
        assert "20 " in menu.description and len(menu.description) <= 512 and len(menu.short_description) <= 120
