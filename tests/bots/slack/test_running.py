"""The app as it runs: its start, Socket Mode, installations and their end."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from html import escape
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bots.slack.errors import SlackSettingsError, TokenRefused, Uninstalled
from bots.slack.installing import COOKIE
from bots.slack.intake import Door
from bots.slack.manifest import manifest
from bots.slack.running import Running, Slack, open_app
from bots.slack.settings import SlackSettings
from bots.slack.workspaces import SINCE, Workspace
from bots.webhooks import Answer
from conversation.errors import ChannelError
from conversation.installations import Installation, Installations
from conversation.message import Address, Notice, Reply
from knowledge.db import Database
from knowledge.db.errors import DatabaseUnavailable
from knowledge.vault import Vault, to_keys
from tests.bots.memory import Memory
from tests.bots.slack.ground import direct, meeting, recorded, running, serving, until
from tests.slack.platform import Platform, open_platform
from tests.slack.platform.errors import SlackError
from ui import logs

KEYS = "one:" + "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="


def installations_in(database: Database) -> Installations:
    return Installations(database, Vault(to_keys(KEYS)))


async def test_a_token_slack_does_not_know_is_said_by_name():
    async with open_platform() as platform:
        settings = SlackSettings(bot_token="xoxb-wrong", signing_secret="x", api_base=platform.api_url)
        with pytest.raises(TokenRefused, match="EVERMYND_SLACK_BOT_TOKEN"):
            async with open_app(settings, None):
                pass


async def test_when_slack_is_away_at_the_start_the_app_goes_on_trying(database: Database):
    async with open_platform() as platform:
        platform.fail("auth.test", "drop", times=2)
        token = platform.workspace().bot_token
        settings = SlackSettings(bot_token=token, signing_secret="x", api_base=platform.api_url)
        async with open_app(settings, None) as slack, running(slack, Memory(), database):
            assert slack.api.workspaces.own is None
            await until(lambda: slack.api.workspaces.own)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"bot_token": "xoxb-1"}, "EVERMYND_SLACK_SIGNING_SECRET"),
        ({"bot_token": "xoxp-1", "signing_secret": "x"}, "EVERMYND_SLACK_BOT_TOKEN"),
        ({"signing_secret": "x"}, "EVERMYND_SLACK_BOT_TOKEN"),
        ({"bot_token": "xoxb-1", "app_token": "xoxb-1"}, "EVERMYND_SLACK_APP_TOKEN"),
        ({"signing_secret": "x", "client_id": "1"}, "EVERMYND_SLACK_CLIENT_SECRET"),
        ({"signing_secret": "x", "client_secret": "1"}, "EVERMYND_SLACK_CLIENT_ID"),
    ],
)
def test_a_setting_that_is_missing_is_said_by_name(given: dict[str, Any], named: str):
    with pytest.raises(SlackSettingsError, match=named):
        SlackSettings(**given)


async def test_installing_needs_keys():
    settings = SlackSettings(signing_secret="x", client_id="1", client_secret="2")
    with pytest.raises(SlackSettingsError, match="EVERMYND_ENCRYPTION_KEYS"):
        async with open_app(settings, None):
            pass


async def test_events_come_over_a_socket_and_are_acknowledged_after_the_commit(database: Database):
    core = Memory()
    async with open_platform() as platform:
        settings = SlackSettings(
            bot_token=platform.workspace().bot_token, app_token=platform.app_token, api_base=platform.api_url
        )
        async with open_app(settings, None) as slack, running(slack, core, database):
            await platform.until(lambda: platform.sockets)
            ann = platform.person("Acme", "Ann")
            core.failures = [DatabaseUnavailable()]
            await ann.says("hello")
            await platform.until(lambda: core.texts == ["hello"])
            assert (await ann.commands("/evermynd", "me")).ok
            await platform.cut_sockets()
            await platform.until(lambda: platform.sockets, 30)
            await ann.says("and again")
            await platform.until(lambda: "and again" in core.texts)
            assert core.texts == ["hello", "/me", "and again"] and platform.violations == []


@dataclass
class Ground:
    """An app that workspaces install."""

    platform: Platform
    slack: Slack
    attached: Running
    core: Memory
    installations: Installations

    async def begin(self) -> tuple[str, str]:
        """Begin an installation: the state, and the browser's cookie."""
        assert self.attached.installing is not None
        answer = await self.attached.installing.begin()
        asked = parse_qs(urlsplit(answer.headers["Location"]).query)
        assert "chat:write.customize" in asked["scope"][0]
        assert asked["redirect_uri"] == ["https://hub.example.org/oauth/slack/callback"]
        cookie = SimpleCookie(answer.headers["Set-Cookie"])[COOKIE]
        assert cookie["httponly"] and cookie["secure"]
        return asked["state"][0], cookie.value

    async def finish(self, query: dict[str, str], cookie: str, languages: str = "") -> Answer:
        assert self.attached.installing is not None
        return await self.attached.installing.finish(query, {COOKIE: cookie}, languages)

    async def install(self, name: str) -> str:
        """Let somebody install the app in a workspace, and give its account."""
        person = self.platform.person(self.platform.workspace(name, installed=False), "Zoë")
        code = person.installs_app("https://hub.example.org/oauth/slack/callback")
        state, cookie = await self.begin()
        answer = await self.finish({"state": state, "code": code}, cookie)
        assert answer.status == 200 and escape(name).encode() in answer.body
        return person.workspace.team_id


@pytest.fixture
async def ground(database: Database) -> AsyncIterator[Ground]:
    installations, core = installations_in(database), Memory()
    given: dict[str, Any] = {"public_url": "https://hub.example.org", "bot_token": ""}
    async with open_platform() as platform:
        given |= {"client_id": platform.client_id, "client_secret": platform.client_secret}
        given |= {"signing_secret": platform.signing_secret, "api_base": platform.api_url}
        async with (
            open_app(SlackSettings(**given), installations) as slack,
            running(slack, core, database) as attached,
            serving(attached, platform),
        ):
            yield Ground(platform, slack, attached, core, installations)


async def test_workspaces_install_the_app_and_are_kept_apart(ground: Ground):
    acme, other = await ground.install("Acme Ünited"), await ground.install("Other & Sons")
    anns = [ground.platform.person(name, "Ann") for name in ("Acme Ünited", "Other & Sons")]
    for ann in anns:
        await ann.says(f"hello from {ann.workspace.team_id}")
    assert [each.address.account for each in ground.core.messages] == [acme, other]
    channel = ground.slack.channel
    for ann in anns:
        (part,) = channel.render(Reply(f"for {ann.workspace.team_id}"), channel.capabilities(direct(ann)))
        await channel.send(direct(ann), part, f"key:{ann.id}")
        assert [each.text for each in ground.platform.replies(ann)] == [f"for {ann.workspace.team_id}"]
    kept = await ground.installations.find("slack", acme)
    assert kept is not None and kept.secrets["bot_token"].startswith("xoxb-")


async def test_a_workspace_that_took_the_app_out_is_forgotten(ground: Ground):
    account = await ground.install("Acme")
    ann = ground.platform.person("Acme", "Ann")
    (part,) = ground.slack.channel.render(Reply("x"), ground.slack.channel.capabilities(direct(ann)))
    await ground.slack.channel.send(direct(ann), part, "one")
    await ann.uninstalls_app()
    kinds = [each.kind for each in ground.core.kept.values() if isinstance(each, Notice)]
    assert kinds and set(kinds) == {"uninstalled"}
    with pytest.raises(Uninstalled):
        await ground.slack.channel.send(direct(ann), part, "two")
    assert await ground.installations.find("slack", account) is None


async def test_a_token_that_was_revoked_is_forgotten_without_an_event(ground: Ground):
    account = await ground.install("Acme")
    ann = ground.platform.person("Acme", "Ann")
    ground.platform.backend.world.uninstall(ann.workspace, "token_revoked")
    (part,) = ground.slack.channel.render(Reply("x"), ground.slack.channel.capabilities(direct(ann)))
    with pytest.raises(Uninstalled):
        await ground.slack.channel.send(direct(ann), part, "one")
    assert await ground.installations.find("slack", account) is None


async def test_a_state_counts_once_and_in_one_browser(ground: Ground):
    state, cookie = await ground.begin()
    assert (await ground.finish({"state": state, "code": "x"}, "another browser")).status == 400
    assert (await ground.finish({"state": "é", "code": "x"}, "é")).status == 400
    assert (await ground.finish({"code": "x"}, "")).status == 400
    assert (await ground.finish({"state": state, "code": "invented"}, cookie)).status == 502
    assert (await ground.finish({"state": state, "code": "x"}, cookie)).status == 400


async def test_who_refuses_is_told_so_in_their_language(ground: Ground):
    state, cookie = await ground.begin()
    answer = await ground.finish({"state": state, "error": "access_denied"}, cookie, "de-AT,en;q=0.5")
    assert answer.status == 403 and b'lang="de"' in answer.body
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


async def test_two_tokens_of_one_app_work_side_by_side(database: Database):
    """The settings name one workspace, another one installs the app."""
    installations = installations_in(database)
    async with meeting(installations, client_id="1001.2002", client_secret="x") as (platform, slack):
        other = platform.workspace("Other Corp")
        await slack.api.workspaces.add(_workspace(other.team_id, other.bot_token), "chat:write")
        for name in ("Acme", "Other Corp"):
            ann = platform.person(name, "Ann")
            where = Address("slack", ann.workspace.team_id, ann.direct.id)
            (part,) = slack.channel.render(Reply("hi"), slack.channel.capabilities(where))
            assert await slack.channel.send(where, part, name)


def _workspace(account: str, token: str) -> Any:
    from bots.slack.workspaces import Workspace

    return Workspace(account, token, "U1", "Other")


def test_the_manifest_names_what_is_registered():
    commands = [("coach", "Choose a coach"), ("me", "What I know of you"), ("help", "Help"), ("coaches", "All coaches")]
    made = manifest("https://hub.example.org/", False, commands)
    names = [each["command"] for each in made["features"]["slash_commands"]]
    assert names == ["/evermynd", "/coach", "/coaches"]
    assert made["settings"]["event_subscriptions"]["request_url"] == "https://hub.example.org/webhooks/slack"
    assert made["oauth_config"]["redirect_urls"] == ["https://hub.example.org/oauth/slack/callback"]
    assert len(made["display_information"]["description"]) <= 140
    assert len(made["features"]["agent_view"]["agent_description"]) <= 300
    assert 175 <= len(made["display_information"]["long_description"]) <= 4000
    sockets = manifest("http://127.0.0.1:8000", True, commands)
    assert "request_url" not in json.dumps(sockets) and sockets["settings"]["socket_mode_enabled"]
    assert "redirect_urls" not in sockets["oauth_config"]


async def test_slack_makes_an_app_of_the_manifest_and_none_of_an_assistants():
    made = manifest("https://hub.example.org/", False, [("coach", "Choose a coach")])
    async with open_platform() as platform:
        platform.register(made)
        ann = platform.person("Acme", "Ann")
        with pytest.raises(LookupError):
            await ann.opens_assistant()
        made["features"]["assistant_view"] = {"assistant_description": "Coaches"}
        with pytest.raises(SlackError, match="invalid_manifest"):
            platform.register(made)


async def test_a_newer_installation_outlives_the_end_of_an_older_one(database: Database):
    installations = installations_in(database)
    async with meeting(installations) as (platform, slack):
        globex = platform.workspace("Globex")
        workspaces = slack.api.workspaces
        await workspaces.add(Workspace(globex.team_id, "xoxb-old"), "")
        await workspaces.find(globex.team_id)
        await Installations(database, Vault(to_keys(KEYS))).put(
            Installation("slack", globex.team_id, secrets={"bot_token": "xoxb-new"}, details={SINCE: 2_000_000_000})
        )
        platform.fail("users.info", "error", error="token_revoked")
        with pytest.raises(Uninstalled):
            await slack.api.call(globex.team_id, "users.info", {"user": "U1"})
        assert (await workspaces.find(globex.team_id)).token == "xoxb-new"
        core, event = Memory(), recorded("app_uninstalled")
        event |= {"team_id": globex.team_id, "context_team_id": globex.team_id, "authorizations": []}
        door = Door(slack.channel, core, workspaces)
        assert await door.take(event | {"event_time": 1_999_999_999}) and not core.kept
        assert await door.take(event | {"event_time": 2_000_000_001}) and core.kept


async def test_what_passes_between_us_and_slack_is_in_no_log(database: Database):
    output = io.StringIO()
    logs.configure("debug", stream=output, as_json=True)
    try:
        async with meeting() as (platform, slack), running(slack, Memory(), database) as attached:
            with pytest.raises(ChannelError):
                await slack.api.ask("oauth.v2.access", {"client_id": "1", "client_secret": "hunter2", "code": "c"})
            async with serving(attached, platform):
                await platform.person("Acme", "Ann").says("swordfish")
    finally:
        logs.configure("warning", as_json=True)
    told = output.getvalue()
    assert not [secret for secret in ("hunter2", "swordfish", "xoxb-") if secret in told]
