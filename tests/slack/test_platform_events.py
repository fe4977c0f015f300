"""The fake tells the app what happens as Slack does: signed, twice for a mention, again after a failure."""

from __future__ import annotations

import time

import pytest
from aiohttp import web

from .conftest import Client, Listener, refused
from .platform import Channel, Lifetimes, Person, Platform, open_platform


async def test_says_a_direct_message_once(listener: Listener, ann: Person) -> None:
    said = await ann.says("a & b <c> https://example.org/?a=1&b=2")
    (body,) = listener.bodies
    event = body["event"]
    assert (event["type"], event["channel_type"], event["ts"]) == ("message", "im", said.ts)
    assert event["text"] == "a &amp; b &lt;c&gt; <https://example.org/?a=1&amp;b=2>"
    assert event["blocks"][0]["elements"][0]["elements"][0]["text"].startswith("a & b <c>")
    assert body["authorizations"][0]["user_id"] == ann.workspace.bot_user_id


async def test_says_a_mention_twice_under_one_ts(listener: Listener, ann: Person, general: Channel) -> None:
    await ann.says("hello", channel=general, mention=True)
    first, second = listener.bodies
    assert (first["event"]["type"], second["event"]["type"]) == ("message", "app_mention")
    assert first["event"]["ts"] == second["event"]["ts"] and first["event_id"] != second["event_id"]
    assert first["event"]["channel_type"] == "channel" and "channel_type" not in second["event"]
    assert second["event"]["text"] == f"<@{ann.workspace.bot_user_id}> hello"


async def test_promises_no_order_of_the_two(slack: Platform, listener: Listener, ann: Person, general: Channel) -> None:
    slack.backend.mention_first = True
    await ann.says("hello", channel=general, mention=True)
    assert [each["type"] for each in listener.events] == ["app_mention", "message"]


async def test_echoes_what_the_app_says(slack: Platform, listener: Listener, client: Client, ann: Person) -> None:
    sent = await client.chat_postMessage(channel=ann.id, text="one")
    await client.chat_postMessage(channel=ann.id, text="two", username="Chef")
    await client.chat_update(channel=sent["channel"], ts=sent["ts"], text="three")
    await slack.settled()
    (plain,), (named,) = listener.of("message"), listener.of("message", "bot_message")
    assert plain["bot_id"] == named["bot_id"] == ann.workspace.bot_id
    assert "user" not in named
    assert listener.of("message", "message_changed")[0]["message"]["text"] == "three"


async def test_tells_edits_previews_and_deletions(listener: Listener, ann: Person) -> None:
    said = await ann.says("see https://example.org")
    await ann.unfurls(said)
    await ann.edits(said, "new")
    await ann.deletes(said)
    preview, edit = listener.of("message", "message_changed")
    assert "edited" not in preview["message"] and preview["message"]["text"] == preview["previous_message"]["text"]
    assert (edit["message"]["text"], edit["message"]["ts"]) == ("new", said.ts) and "edited" in edit["message"]
    assert listener.of("message", "message_deleted")[0]["deleted_ts"] == said.ts


async def test_leaves_a_tombstone_where_replies_were(slack: Platform, listener: Listener, ann: Person) -> None:
    said = await ann.says("question")
    reply = await ann.says("more", thread_ts=said.ts)
    await ann.deletes(said)
    assert listener.of("message")[1]["thread_ts"] == said.ts and reply.thread_ts == said.ts
    assert listener.of("message", "message_changed")[0]["message"]["subtype"] == "tombstone"


async def test_tries_again_and_says_why(listener: Listener, slack: Platform, ann: Person) -> None:
    listener.answers = [web.Response(status=500), web.Response(status=500)]
    await ann.says("hello")
    await slack.settled()
    numbers = [each.get("X-Slack-Retry-Num") for each in listener.headers]
    assert numbers == [None, "1", "2"]
    assert listener.headers[1]["X-Slack-Retry-Reason"] == "http_error"
    assert len({body["event_id"] for body in listener.bodies}) == 1


async def test_obeys_no_retry(listener: Listener, slack: Platform, ann: Person) -> None:
    listener.answers = [web.Response(status=500, headers={"X-Slack-No-Retry": "1"})]
    await ann.says("hello")
    await slack.settled()
    assert len(listener.bodies) == 1


async def test_waits_no_longer_than_its_patience() -> None:
    async def sleepy(_: web.Request) -> web.Response:
        await slack.until(lambda: len(slack.deliveries) == 4)
        return web.Response()

    async with open_platform(lifetimes=Lifetimes(patience=0.05), retry_scale=0) as slack:
        runner = web.AppRunner(app := web.Application(), shutdown_timeout=0.1, access_log=None)
        app.add_routes([web.post("/", sleepy)])
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        slack.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/")
        await slack.person().says("hello")
        await slack.settled()
        assert {each.reason for each in slack.deliveries} == {"http_timeout"} and len(slack.lost) == 1
        await runner.cleanup()


async def test_asks_the_request_url_for_its_challenge(slack: Platform, listener: Listener) -> None:
    await slack.verify_url()
    assert listener.bodies[0]["type"] == "url_verification" and listener.bodies[0]["challenge"]


async def test_names_both_teams_in_a_shared_channel(slack: Platform, listener: Listener, ann: Person) -> None:
    slack.workspace("Globex", installed=False)
    eve = slack.person("Globex", "Eve")
    shared = slack.channel("Acme", "shared", [ann, eve], shared_with=["Globex"])
    await eve.says("hello", channel=shared)
    (body,) = listener.bodies
    assert (body["team_id"], body["is_ext_shared_channel"]) == (ann.user.team_id, True)
    assert body["event"]["user_team"] == body["event"]["source_team"] == eve.user.team_id


async def test_gives_only_a_stub_of_a_file_from_elsewhere(
    slack: Platform, listener: Listener, client: Client, ann: Person
) -> None:
    slack.workspace("Globex", installed=False)
    eve = slack.person("Globex", "Eve")
    shared = slack.channel("Acme", "shared", [ann, eve], shared_with=["Globex"])
    sent = await eve.uploads("a.txt", b"text", "look", channel=shared)
    (file,) = listener.of("message", "file_share")[0]["files"]
    assert file["file_access"] == "check_file_info" and "url_private" not in file
    whole = await client.files_info(file=sent.files[0])
    assert whole["file"]["name"] == "a.txt"


async def test_hears_nothing_where_the_app_is_not(slack: Platform, listener: Listener, ann: Person) -> None:
    elsewhere = slack.channel("Acme", "elsewhere", [ann], bot=False)
    await ann.says("hello", channel=elsewhere)
    assert listener.bodies == []
    await ann.adds_bot(elsewhere)
    await ann.says("hello", channel=elsewhere)
    assert [each["type"] for each in listener.events] == ["member_joined_channel", "message"]


async def test_sends_no_event_without_its_scope(slack: Platform, listener: Listener, ann: Person) -> None:
    slack.workspace().scopes.discard("im:history")
    await ann.says("hello")
    assert listener.bodies == []


async def test_another_bot_speaks(slack: Platform, listener: Listener, general: Channel) -> None:
    await slack.bot_says("beep", general)
    (event,) = listener.of("message", "bot_message")
    assert (event["username"], event["text"]) == ("Other bot", "beep") and "user" not in event


async def test_opens_the_assistant_pane(
    slack: Platform, listener: Listener, client: Client, ann: Person, general: Channel
) -> None:
    slack.app.pane = True
    root = await ann.opens_assistant(general)
    (event,) = listener.of("assistant_thread_started")
    assert event["assistant_thread"]["thread_ts"] == root.ts
    assert event["assistant_thread"]["context"]["channel_id"] == general.id
    where = {"channel_id": root.channel, "thread_ts": root.ts}
    await client.assistant_threads_setStatus(**where, status="is thinking…")
    await client.assistant_threads_setTitle(**where, title="Pasta")
    await client.assistant_threads_setSuggestedPrompts(**where, prompts=[{"title": "Hi", "message": "Hello"}])
    await ann.says("hello", thread_ts=root.ts)
    await slack.settled()
    assert listener.of("message")[0]["thread_ts"] == root.ts
    assert listener.of("message", "message_changed")[0]["message"]["subtype"] == "assistant_app_thread"
    assert (slack.thread(ann, root.ts).title, slack.statuses[0].text) == ("Pasta", "is thinking…")


async def test_suggests_prompts_for_all_of_a_direct_message(slack: Platform, client: Client, ann: Person) -> None:
    prompts = [{"title": "Hi", "message": "Hello"}]
    await client.api_call(
        "assistant.threads.setSuggestedPrompts", json={"channel_id": ann.direct.id, "prompts": prompts}
    )
    assert slack.suggested(ann) == prompts


@pytest.mark.parametrize(
    "prompts",
    [
        [],
        [{"title": "Hi"}],
        [{"title": "", "message": "Hello"}],
        [{"title": "Hi", "message": "Hello", "value": "x"}],
        [{"title": "Hi", "message": 7}],
        [{"title": f"{number}", "message": "Hello"} for number in range(5)],
    ],
)
async def test_suggests_four_whole_prompts_at_most(
    slack: Platform, client: Client, ann: Person, prompts: list[dict[str, object]]
) -> None:
    slack.app.pane = True
    root = await ann.opens_assistant()
    where = {"channel_id": root.channel, "thread_ts": root.ts, "prompts": prompts}
    assert (await refused(client, "assistant.threads.setSuggestedPrompts", **where)).error == "invalid_arguments"
    assert slack.suggested(ann, root.ts) == []


async def test_removes_the_app(slack: Platform, listener: Listener, ann: Person) -> None:
    await ann.uninstalls_app()
    assert [each["type"] for each in listener.events] == ["tokens_revoked", "app_uninstalled"]
    assert slack.workspace().installed is False
    await ann.says("anybody?")
    assert len(listener.bodies) == 2


async def test_sends_what_a_test_wants_to_spoil(slack: Platform, ann: Person, listener: Listener) -> None:
    await ann.says("hello")
    again = await slack.redeliver(slack.deliveries[0])
    assert again.ok and listener.headers[1]["X-Slack-Retry-Num"] == "1"
    assert abs(int(listener.headers[1]["X-Slack-Request-Timestamp"]) - time.time()) < 5
