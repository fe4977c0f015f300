"""The fake keeps tokens, scopes, pace, files and installations as Slack does, and fails as it is told."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import httpx
import pytest
from slack_sdk.errors import SlackApiError

from .conftest import Client, Listener, client_of, refused
from .platform import Channel, Limits, Person, Platform


async def test_knows_whose_token_it_is(slack: Platform, client: Client) -> None:
    answer = await client.auth_test()
    team = slack.workspace()
    assert (answer["team_id"], answer["user_id"], answer["bot_id"]) == (team.team_id, team.bot_user_id, team.bot_id)


async def test_refuses_tokens_that_do_not_work(slack: Platform, client: Client, ann: Person) -> None:
    nobody = client_of(slack)
    stranger = client_of(slack, "xoxb-none")
    assert (await refused(nobody, "auth.test")).error == "not_authed"
    assert (await refused(stranger, "auth.test")).error == "invalid_auth"
    await client.auth_revoke()
    assert (await refused(client, "auth.test")).error == "token_revoked"
    slack.backend.world.install(ann.workspace)
    fresh = client_of(slack, ann.workspace.bot_token)
    await ann.uninstalls_app()
    assert (await refused(fresh, "auth.test")).error == "account_inactive"


async def test_names_the_scope_that_is_missing(slack: Platform, client: Client, general: Channel) -> None:
    slack.workspace().scopes.discard("chat:write")
    refusal = await refused(client, "chat.postMessage", channel=general.id, text="x")
    assert (refusal.error, refusal.data["needed"]) == ("missing_scope", "chat:write")


async def test_reads_forms_queries_and_json(slack: Platform, ann: Person) -> None:
    headers = {"Authorization": f"Bearer {ann.workspace.bot_token}"}
    async with httpx.AsyncClient(headers=headers) as web_client:
        formed = await web_client.post(f"{slack.api_url}chat.postMessage", data={"channel": ann.id, "text": "x"})
        asked = await web_client.get(f"{slack.api_url}users.info", params={"user": ann.id, "include_locale": "true"})
        ignored = await web_client.post(f"{slack.api_url}users.info", json={"user": ann.id})
    assert formed.json()["ok"] and asked.json()["user"]["locale"] == "en-US"
    assert ignored.json()["error"] == "invalid_arguments"
    assert slack.violations == ["users.info does not read JSON"]


async def test_slows_down_who_posts_too_fast(slack: Platform, client: Client, general: Channel) -> None:
    slack.limit(Limits(channel_burst=2))
    for _ in range(2):
        await client.chat_postMessage(channel=general.id, text="x")
    refusal = await refused(client, "chat.postMessage", channel=general.id, text="x")
    assert (refusal.error, refusal.status) == ("ratelimited", 429)
    slack.advance(1)
    await client.chat_postMessage(channel=general.id, text="x")


async def test_counts_calls_by_their_tier(slack: Platform, client: Client, general: Channel) -> None:
    slack.limit(Limits())
    for _ in range(50):
        await client.conversations_info(channel=general.id)
    with pytest.raises(SlackApiError, match="ratelimited"):
        await client.conversations_info(channel=general.id)
    assert slack.backend.pace.refused == ["conversations.info"]


async def test_counts_messages_of_a_workspace_over_all_its_channels(
    slack: Platform, client: Client, ann: Person
) -> None:
    slack.limit(Limits(channel_burst=1000, tier_factor=0.02))
    for name in "abcdef":
        await client.chat_postMessage(channel=slack.channel("Acme", name, [ann]).id, text="x")
    assert (await refused(client, "chat.postMessage", channel=ann.id, text="x")).status == 429
    slack.advance(60)
    await client.chat_postMessage(channel=ann.id, text="x")


async def test_fails_as_it_is_told(slack: Platform, client: Client, general: Channel) -> None:
    slack.fail("chat.postMessage", "flood", retry_after=7)
    slack.fail("chat.postMessage", "error", error="fatal_error")
    slack.fail("chat.postMessage", "drop", accepted=True)
    refusal = await refused(client, "chat.postMessage", channel=general.id, text="x")
    assert (refusal.error, refusal.status) == ("ratelimited", 429)
    assert (await refused(client, "chat.postMessage", channel=general.id, text="x")).error == "fatal_error"
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=general.id, text="sent all the same")
    assert [each.text for each in slack.messages(general)] == ["sent all the same"]
    assert [call.error for call in slack.called("chat.postMessage")] == ["ratelimited", "fatal_error", "drop"]


async def test_uploads_a_file(slack: Platform, client: Client, ann: Person) -> None:
    asked = await ann.says("a file, please")
    await client.files_upload_v2(
        channel=asked.channel, thread_ts=asked.ts, filename="a.png", content=b"png", initial_comment="here"
    )
    answer = slack.replies(ann)[0]
    assert (answer.text, answer.thread_ts) == ("here", asked.ts)
    assert slack.file(answer.files[0]).content == b"png"
    await client.files_delete(file=answer.files[0])
    assert slack.message(ann, answer.ts).files == ()


async def test_gives_a_file_only_for_the_token(slack: Platform, client: Client, ann: Person) -> None:
    sent = await ann.uploads("notes.txt", b"text", "look")
    described = await client.files_info(file=sent.files[0])
    url: str = described["file"]["url_private_download"]
    async with httpx.AsyncClient() as web_client:
        page = await web_client.get(url)
        assert (page.status_code, page.headers["Content-Type"][:9]) == (200, "text/html")
        whole = await web_client.get(url, headers={"Authorization": f"Bearer {ann.workspace.bot_token}"})
    assert (whole.content, whole.headers["Content-Type"]) == (b"text", "text/plain")


async def test_installs_the_app_elsewhere(slack: Platform) -> None:
    globex = slack.workspace("Globex", installed=False)
    admin = slack.person(globex, "Gus")
    secrets = {"client_id": slack.client_id, "client_secret": slack.client_secret}
    client = client_of(slack)
    async with httpx.AsyncClient(base_url=slack.url) as browser:
        query = {"client_id": slack.client_id, "redirect_uri": "http://hub/back", "state": "s", "team": globex.team_id}
        answer = await browser.get("/oauth/v2/authorize", params=query)
        returned = httpx.URL(answer.headers["Location"]).params
        where = {"code": returned["code"], "redirect_uri": "http://hub/back"}
        granted = await browser.post("/api/oauth.v2.access", data=where, auth=(slack.client_id, slack.client_secret))
    assert (returned["state"], granted.json()["team"]["id"]) == ("s", globex.team_id)
    assert globex.bot_token == granted.json()["access_token"]
    with pytest.raises(SlackApiError, match="code_already_used"):
        await client.api_call("oauth.v2.access", params={**secrets, **where})
    where["code"] = admin.installs_app("http://other/back")
    with pytest.raises(SlackApiError, match="bad_redirect_uri"):
        await client.api_call("oauth.v2.access", params={**secrets, **where})


async def test_keeps_workspaces_apart(slack: Platform, client: Client, ann: Person) -> None:
    eve = slack.person(slack.workspace("Globex"), "Eve")
    await eve.says("hello")
    refusal = await refused(client, "chat.postMessage", channel=eve.direct.id, text="x")
    assert refusal.error == "channel_not_found"
    with pytest.raises(SlackApiError, match="user_not_found"):
        await client.users_info(user=eve.id)


async def test_opens_a_direct_message(client: Client, ann: Person) -> None:
    opened: Any = await client.conversations_open(users=ann.id)
    again: Any = await client.conversations_open(users=[ann.id])
    assert opened["channel"]["id"] == again["channel"]["id"] == ann.direct.id and again["already_open"]
    assert (await refused(client, "conversations.open", users="U0NOBODY")).error == "user_not_found"


async def test_reports_what_no_method_takes(slack: Platform, client: Client, general: Channel) -> None:
    await client.api_call("chat.postMessage", json={"channel": general.id, "text": "x", "colour": "red"})
    assert (await refused(client, "chat.sing")).error == "unknown_method"
    assert slack.violations == ["chat.postMessage does not take an argument colour", "unknown method: chat.sing"]


async def test_uninstalls_by_call(slack: Platform, client: Client, listener: Listener) -> None:
    await client.apps_uninstall(client_id=slack.client_id, client_secret=slack.client_secret)
    await slack.settled()
    await asyncio.sleep(0)
    assert {each["type"] for each in listener.events} == {"tokens_revoked", "app_uninstalled"}
