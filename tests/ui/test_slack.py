"""Slack in the gateway: its settings, its check, and the disk behind its door."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bots.slack.intake import Door as SlackDoor
from conversation.channel import Channel
from conversation.spool import Spool
from knowledge.db.errors import DatabaseUnavailable
from knowledge.vault import KEY_SIZE, Vault
from tests.bots.memory import Memory
from tests.bots.slack.ground import meeting, recorded
from tests.slack.platform import open_platform
from ui import doctor
from ui.errors import SettingsError
from ui.messengers.messenger import Door
from ui.settings import Settings, load


async def find(settings: Settings) -> doctor.Finding:
    check = next(check for check in doctor.built_in() if check.name == "Slack")
    [(_, finding)] = await doctor.examine(settings, [check])
    return finding


def test_without_any_variable_there_is_no_slack(tmp_path: Path):
    assert load(tmp_path / "no.env").slack is None


def test_a_setting_that_is_missing_ends_the_start_by_name(tmp_path: Path):
    with pytest.raises(SettingsError, match="EVERMYND_SLACK_SIGNING_SECRET"):
        load(tmp_path / "no.env", slack_bot_token="xoxb-1")


async def test_the_doctor_tells_how_events_come(tmp_path: Path):
    async with open_platform() as platform:
        given = {"slack_bot_token": platform.workspace("Acme").bot_token, "slack_api_base": platform.api_url}
        secret = {"slack_signing_secret": "x"}
        env = tmp_path / "no.env"
        assert (await find(load(env))).ok
        lame = await find(load(env, **given, **secret))
        assert not lame.ok and "EVERMYND_PUBLIC_URL" in lame.mend
        well = await find(load(env, **given, **secret, public_url="https://hub.example.org"))
        assert well.ok and "https://hub.example.org/webhooks/slack" in well.said
        socket = await find(load(env, **given, slack_app_token=platform.app_token))
        assert socket.ok and "Socket Mode" in socket.said
        refused = await find(load(env, **given, slack_app_token="xapp-wrong"))
        assert not refused.ok and "EVERMYND_SLACK_APP_TOKEN" in refused.mend
        given["slack_bot_token"] = "xoxb-wrong"
        assert "EVERMYND_SLACK_BOT_TOKEN" in (await find(load(env, **given, **secret))).mend
        given["slack_api_base"] = "http://127.0.0.1:1/api"
        assert "EVERMYND_SLACK_API_BASE" in (await find(load(env, **given, **secret))).mend


class Away(Memory):
    """A core whose ledger is away until it is told to come back."""

    away = True

    async def take(self, channel: Channel, event: object, /) -> object:
        if self.away:
            raise DatabaseUnavailable
        return await super().take(channel, event)


async def test_while_the_ledger_is_away_events_wait_on_the_disk_until_it_is_full(tmp_path: Path):
    core = Away()
    async with meeting() as (_, slack):
        door = Door(core, Spool(tmp_path, Vault({"k": b"k" * KEY_SIZE}), limit=4000), waits=True)  # pyright: ignore[reportArgumentType]
        slack_door = SlackDoor(slack.channel, door, slack.api.workspaces)
        assert await slack_door.take(recorded("message_im"))
        taken = [await slack_door.take(recorded("app_mention")) for _ in range(4)]
        assert taken[-1] is False
        core.away = False
        draining = asyncio.create_task(door.drain(slack.channel))
        async with asyncio.timeout(10):
            while len(core.texts) < 2:
                await asyncio.sleep(0.01)
        draining.cancel()
        await asyncio.wait([draining])
        assert core.texts[0].startswith("What does chapter 3 say")
