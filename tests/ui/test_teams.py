"""Teams in the gateway: what `evermynd doctor` says of it, and what is refused at start."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest

from bots.teams.settings import TeamsSettings
from conversation.channel import Channel
from conversation.people import doors
from conversation.spool import Spool
from knowledge.db import Database
from knowledge.db.errors import DatabaseUnavailable
from knowledge.vault import KEY_SIZE, Vault
from tests.bots.teams.ground import NoDatabase, meeting, serving
from tests.teams.platform import APP_ID, Platform, open_platform
from ui.doctor import teams as doctor
from ui.errors import SettingsError
from ui.messengers.messenger import Door
from ui.settings import Settings, load


@pytest.fixture(name="platform")
async def _platform() -> AsyncIterator[Platform]:
    async with open_platform() as opened:
        yield opened


def of(platform: Platform, **changes: str) -> Settings:
    given = {
        "teams_app_id": platform.app_id,
        "teams_app_password": platform.app_password,
        "teams_login_base": platform.authority,
        "teams_openid_url": platform.openid_url,
    }
    return Settings(**(given | changes))  # type: ignore[arg-type]


async def test_without_an_app_id_there_is_no_bot_and_nothing_wrong():
    finding = await doctor.teams(Settings())
    assert finding.ok and "EVERMYND_TEAMS_APP_ID" in finding.said


async def test_a_bot_that_microsoft_knows_is_told_where_it_is_called(platform: Platform):
    finding = await doctor.teams(of(platform, public_url="https://hub.example.org"))
    assert finding.ok and "https://hub.example.org/api/messages" in finding.said


async def test_a_wrong_secret_is_told(platform: Platform):
    finding = await doctor.teams(of(platform, teams_app_password="wrong"))
    assert not finding.ok and "EVERMYND_TEAMS_APP_PASSWORD" in finding.mend


@pytest.mark.parametrize("base", ["http://127.0.0.1:9", "http://127.0.0.1:x"])
async def test_a_login_that_is_away_is_told(platform: Platform, base: str):
    finding = await doctor.teams(of(platform, teams_login_base=base))
    assert not finding.ok and "no answer" in finding.said


async def test_an_anonymous_bot_is_for_this_machine():
    finding = await doctor.teams(Settings(teams_allow_anonymous=True))  # type: ignore[call-arg]
    assert finding.ok and "this machine alone" in finding.said


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"teams_app_password": "secret"}, "EVERMYND_TEAMS_APP_ID"),
        ({"teams_app_id": APP_ID}, "EVERMYND_TEAMS_APP_PASSWORD"),
        ({"teams_app_id": "x", "teams_app_password": "secret"}, "EVERMYND_TEAMS_APP_ID"),
    ],
)
def test_what_cannot_run_is_said_at_start(given: dict[str, str], named: str, tmp_path: Path):
    with pytest.raises(SettingsError, match=named):
        load(tmp_path / "no.env", **given)


async def test_the_way_to_the_bot_is_known_with_a_code_and_without(database: Database):
    settings = TeamsSettings(APP_ID, "secret")
    await doors.announce(database, "teams", settings.account, settings.deep_link)
    async with database.system() as connection:
        address = await doors.address(connection, "teams")
        with_code = await doors.with_code(connection, "teams", "K3X9")
    assert address == f"https://teams.microsoft.com/l/chat/0/0?users=28:{APP_ID}"
    assert with_code == f"{address}&message=/link%20K3X9"


class Away:
    """A core whose ledger is away."""

    async def take(self, channel: Channel, event: object) -> object:
        raise DatabaseUnavailable


async def test_what_cannot_be_committed_now_waits_on_the_disk_and_a_full_one_is_said(tmp_path: Path):
    async with meeting() as met:
        ann = met.platform.person("Ann")
        for limit, status, waiting in ((1 << 20, 200, 1), (0, 503, 0)):
            spool = Spool(tmp_path / str(limit), Vault({"k": b"k" * KEY_SIZE}), limit)
            webhook = met.teams.attach(Door(cast(Any, Away()), spool, waits=True), NoDatabase())
            async with serving(webhook) as url:
                met.platform.deliver_to(url)
                assert ((await ann.says("later")).status, spool.waiting) == (status, waiting)
