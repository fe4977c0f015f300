"""The bot's settings fail at start and by name, and cost nothing to those who have no bot."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bots.telegram.errors import TelegramSettingsError
from bots.telegram.settings import TelegramServer, TelegramSettings

TOKEN = "42:abc"


@pytest.mark.parametrize("token", ["", "abc", "42", ":abc", "42:", "42:a b", "42:ä"])
def test_a_token_that_is_none_is_named(token: str):
    with pytest.raises(TelegramSettingsError, match="EVERMYND_TELEGRAM_TOKEN"):
        TelegramSettings(token)


def test_an_https_address_demands_a_secret():
    with pytest.raises(TelegramSettingsError, match="EVERMYND_TELEGRAM_WEBHOOK_SECRET is missing"):
        TelegramSettings(TOKEN, public_url="https://hub.example.org")


@pytest.mark.parametrize("port", [":9443", ":8000", ":99999", ":x"])
def test_an_address_on_a_port_that_telegram_does_not_call_is_named(port: str):
    address = f"https://hub.example.org{port}/"
    with pytest.raises(TelegramSettingsError, match="EVERMYND_PUBLIC_URL has a port"):
        TelegramSettings(TOKEN, "s", public_url=address)
    assert TelegramSettings(TOKEN, "s", "http://127.0.0.1:8081", address).uses_webhook  # one's own server takes any


@pytest.mark.parametrize("port", ["", ":443", ":80", ":88", ":8443"])
def test_an_address_on_a_port_that_telegram_calls_means_a_webhook(port: str):
    assert TelegramSettings(TOKEN, "s", public_url=f"https://hub.example.org{port}").uses_webhook


@pytest.mark.parametrize("secret", ["é", "a b", "x" * 257])
def test_a_secret_that_fits_no_header_is_named(secret: str):
    with pytest.raises(TelegramSettingsError, match="EVERMYND_TELEGRAM_WEBHOOK_SECRET"):
        TelegramSettings(TOKEN, webhook_secret=secret)


def test_only_an_https_address_means_a_webhook():
    assert not TelegramSettings(TOKEN, public_url="http://127.0.0.1:8000").uses_webhook
    settings = TelegramSettings(TOKEN, webhook_secret="s", public_url="https://hub.example.org/")
    assert settings.uses_webhook
    assert settings.webhook_url == "https://hub.example.org/webhooks/telegram"


def test_settings_do_not_show_their_secrets():
    assert "abc" not in repr(TelegramSettings(TOKEN, webhook_secret="hush"))
    assert "hush" not in repr(TelegramSettings(TOKEN, webhook_secret="hush"))


def test_nobody_waits_for_aiogram_before_the_bot_opens():
    script = "import sys, bots.telegram, bots.telegram.parse, bots.telegram.render; print('aiogram' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "False"


def test_the_secret_of_a_creators_bot_takes_what_only_the_hub_has():
    secrets = {TelegramServer(key=key).bot(TOKEN).webhook_secret for key in (b"one hub", b"another hub")}
    assert len(secrets) == 2
    assert TelegramServer(key=b"one hub").bot(TOKEN).webhook_secret in secrets
    assert "one hub" not in repr(TelegramServer(key=b"one hub"))


def test_without_the_hubs_key_there_are_no_creators_bots():
    with pytest.raises(TelegramSettingsError, match="EVERMYND_ENCRYPTION_KEYS"):
        TelegramServer(public_url="https://hub.example.org").bot(TOKEN)
