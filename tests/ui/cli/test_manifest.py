"""What `evermynd manifest` prints before there is any token, as somebody new runs it."""

import json
from pathlib import Path

import pytest

from tests.ui.cli.test_commands import evermynd


@pytest.mark.parametrize("env", [{}, {"EVERMYND_PUBLIC_URL": "http://127.0.0.1:8000"}])
def test_without_a_public_address_the_slack_app_listens_in_socket_mode(tmp_path: Path, env: dict[str, str]):
    told = evermynd("manifest", "slack", folder=tmp_path, **env)
    assert told.returncode == 0 and "Socket Mode" in told.stderr
    assert json.loads(told.stdout)["settings"]["socket_mode_enabled"] is True
    assert "http" not in told.stdout


def test_with_a_public_address_slack_calls_it(tmp_path: Path):
    told = evermynd("manifest", "slack", folder=tmp_path, EVERMYND_PUBLIC_URL="https://hub.example.org")
    settings = json.loads(told.stdout)["settings"]
    assert (told.returncode, told.stderr, settings["socket_mode_enabled"]) == (0, "", False)
    assert settings["event_subscriptions"]["request_url"] == "https://hub.example.org/webhooks/slack"


@pytest.mark.parametrize(
    ("address", "webhook"),
    [
        ("https://hub.example.org", "https://hub.example.org/webhooks/telegram"),
        ("http://127.0.0.1:8000", "none: the bot is polled"),
    ],
)
def test_telegram_calls_a_secure_address_alone(tmp_path: Path, address: str, webhook: str):
    told = evermynd("manifest", "telegram", folder=tmp_path, EVERMYND_PUBLIC_URL=address)
    assert f"webhook            {webhook}\n" in told.stdout
