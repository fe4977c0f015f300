"""What cannot run is said at start, by the name of the variable to mend."""

from __future__ import annotations

from typing import Any

import pytest

from bots.teams.errors import TeamsSettingsError
from bots.teams.settings import TeamsSettings
from tests.teams.platform import APP_ID, TENANT_ID

GOOD: dict[str, Any] = {"app_id": APP_ID, "app_password": "secret"}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"app_id": ""}, "EVERMYND_TEAMS_APP_ID"),
        ({"app_id": "my bot"}, "EVERMYND_TEAMS_APP_ID"),
        ({"app_password": ""}, "EVERMYND_TEAMS_APP_PASSWORD"),
        ({"tenant_id": "contoso"}, "EVERMYND_TEAMS_TENANT_ID"),
        ({"allow_anonymous": True}, "EVERMYND_TEAMS_ALLOW_ANONYMOUS"),
        ({"app_id": "", "allow_anonymous": True, "public_url": "https://hub.example.org"}, "EVERMYND_PUBLIC_URL"),
    ],
)
def test_a_wrong_setting_is_named(changes: dict[str, Any], named: str):
    with pytest.raises(TeamsSettingsError, match=named):
        TeamsSettings(**(GOOD | changes))


def test_the_secret_is_not_shown():
    assert "secret" not in repr(TeamsSettings(**GOOD))


def test_a_bot_of_one_organisation_asks_that_organisation():
    assert f"/{TENANT_ID}/" in TeamsSettings(**GOOD, tenant_id=TENANT_ID).token_url
    assert "/botframework.com/" in TeamsSettings(**GOOD).token_url


def test_anonymous_is_for_trying_out():
    settings = TeamsSettings(allow_anonymous=True, public_url="http://127.0.0.1:8000")
    assert settings.anonymous and settings.account == "anonymous"


def test_a_code_is_ready_to_be_sent_in_the_chat_with_the_bot():
    link = TeamsSettings(**GOOD).deep_link
    assert link == f"https://teams.microsoft.com/l/chat/0/0?users=28:{APP_ID}&message=/link%20{{code}}"
