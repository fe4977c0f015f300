"""The fake posts, edits, deletes and streams as Slack does; the client is the vendor's."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Client, refused
from .platform import Channel, Person, Platform


async def test_posts_a_message_people_read(slack: Platform, client: Client, general: Channel) -> None:
    sent = await client.chat_postMessage(channel=general.id, text="*Hello* &lt;you&gt;, `x`")
    assert slack.shown(general, sent["ts"]) == "Hello <you>, x"
    assert sent["message"]["bot_id"] == slack.workspace().bot_id
    assert (slack.violations, slack.notified) == ([], [])


async def test_notes_whom_a_text_notifies(slack: Platform, client: Client, ann: Person) -> None:
    sent = await client.chat_postMessage(channel=ann.id, text=f"<!channel> and `<!here>` and {ann.mention}")
    assert {(each.kind, each.target) for each in slack.notified} == {("channel", ""), ("here", ""), ("user", ann.id)}
    assert slack.shown(ann, sent["ts"]) == "@channel and @here and @Ann"


async def test_takes_rich_text_literally(slack: Platform, client: Client, general: Channel) -> None:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": "<!here> & *x*"}]}
    blocks = [{"type": "rich_text", "elements": [section]}]
    sent = await client.chat_postMessage(channel=general.id, text="x", blocks=blocks)
    assert slack.shown(general, sent["ts"]) == "<!here> & *x*"
    assert slack.notified == []


async def test_reads_markdown(slack: Platform, client: Client, general: Channel) -> None:
    written = (
        "# Title\n\n**bold** [site](https://example.org) `<!here>` &lt;!channel&gt;\n\n| a | b |\n|--|--|\n| 1 | 2 |"
    )
    sent = await client.chat_postMessage(channel=general.id, markdown_text=written)
    assert slack.shown(general, sent["ts"]).startswith("Title\nbold site <!here> <!channel>\na")
    assert slack.notified == []
    await client.chat_postMessage(channel=general.id, markdown_text="raw <!channel> \\<!here>")
    assert [each.kind for each in slack.notified] == ["channel", "here"]


async def test_knows_where_links_lead(slack: Platform, client: Client, general: Channel) -> None:
    link = {"type": "link", "url": "https://c.org", "text": "c"}
    rich = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [link]}]}
    await client.chat_postMessage(channel=general.id, text="<https://a.org/?x=1&amp;y=2|a>")
    await client.chat_postMessage(channel=general.id, markdown_text="[*b*](https://b.org) ![d](https://d.org/d.png)")
    await client.chat_postMessage(channel=general.id, text="c", blocks=[rich])
    assert [each.links for each in slack.messages(general)] == [
        (("a", "https://a.org/?x=1&y=2"),),
        (("b", "https://b.org"), ("d", "https://d.org/d.png")),
        (("c", "https://c.org"),),
    ]


async def test_reports_what_was_not_escaped(slack: Platform, client: Client, general: Channel) -> None:
    await client.chat_postMessage(channel=general.id, text="a <b> c")
    assert "unescaped <" in slack.violations[0]


async def test_cuts_a_long_text_and_says_so(slack: Platform, client: Client, general: Channel) -> None:
    sent = await client.chat_postMessage(channel=general.id, text="x" * 40_001)
    assert len(slack.shown(general, sent["ts"])) == 40_000
    assert slack.violations == ["a text of 40001 characters was cut at 40000"]
    assert sent["warning"] == "message_truncated"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"text": ""}, "no_text"),
        ({"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ({"text": "x", "markdown_text": "x"}, "markdown_text_conflict"),
        ({"markdown_text": "x" * 12_001}, "msg_too_long"),
        ({"text": "x", "metadata": "{"}, "invalid_metadata_format"),
        ({"text": "x", "metadata": {"event_type": "x"}}, "invalid_metadata_schema"),
        ({"text": "x", "blocks": "nonsense"}, "invalid_blocks_format"),
    ],
)
async def test_refuses(client: Client, general: Channel, arguments: dict[str, Any], error: str) -> None:
    assert (await refused(client, "chat.postMessage", **{"channel": general.id, **arguments})).error == error


async def test_refuses_where_the_app_is_not(slack: Platform, client: Client, ann: Person) -> None:
    elsewhere = slack.channel("Acme", "elsewhere", [ann], bot=False)
    private = slack.channel("Acme", "secret", [ann], kind="group", bot=False)
    closed = slack.channel("Acme", "closed", [ann])
    slack.archive(closed)
    assert (await refused(client, "chat.postMessage", channel=elsewhere.id, text="x")).error == "not_in_channel"
    assert (await refused(client, "chat.postMessage", channel=private.id, text="x")).error == "channel_not_found"
    assert (await refused(client, "chat.postMessage", channel=closed.id, text="x")).error == "is_archived"


async def test_posts_under_another_name(slack: Platform, client: Client, general: Channel) -> None:
    sent = await client.chat_postMessage(channel=general.id, text="x", username="Chef", icon_url="https://x.org/a.png")
    (message,) = slack.messages(general)
    assert (message.username, message.icon) == ("Chef", "https://x.org/a.png")
    assert (sent["message"]["subtype"], "user" in sent["message"]) == ("bot_message", False)
    slack.workspace().scopes.discard("chat:write.customize")
    refusal = await refused(client, "chat.postMessage", channel=general.id, text="x", username="Chef")
    assert (refusal.error, refusal.data["needed"]) == ("missing_scope", "chat:write.customize")


async def test_keeps_blocks_an_update_does_not_name(slack: Platform, client: Client, general: Channel) -> None:
    header = [{"type": "header", "text": {"type": "plain_text", "text": "Old"}}]
    sent = await client.chat_postMessage(channel=general.id, text="old", blocks=header)
    await client.chat_update(channel=general.id, ts=sent["ts"], text="new")
    assert slack.shown(general, sent["ts"]) == "Old"
    await client.chat_update(channel=general.id, ts=sent["ts"], text="new", blocks=[])
    assert slack.shown(general, sent["ts"]) == "new"
    refusal = await refused(client, "chat.update", channel=general.id, ts=sent["ts"], text="x" * 4001)
    assert refusal.error == "msg_too_long"


async def test_changes_and_deletes_only_its_own(slack: Platform, client: Client, ann: Person) -> None:
    said = await ann.says("hello")
    where = {"channel": said.channel, "ts": said.ts}
    assert (await refused(client, "chat.update", **where, text="x")).error == "cant_update_message"
    assert (await refused(client, "chat.delete", **where)).error == "cant_delete_message"
    sent = await client.chat_postMessage(channel=ann.id, text="x")
    await client.chat_delete(channel=sent["channel"], ts=sent["ts"])
    refusal = await refused(client, "chat.update", channel=sent["channel"], ts=sent["ts"], text="x")
    assert refusal.error == "message_not_found"


async def test_reads_back_with_metadata(client: Client, ann: Person) -> None:
    asked = await ann.says("hello")
    metadata = {"event_type": "answer", "event_payload": {"key": "1"}}
    await client.chat_postMessage(channel=ann.id, text="x", thread_ts=asked.ts, metadata=metadata)
    with_it = await client.conversations_replies(channel=asked.channel, ts=asked.ts, include_all_metadata=True)
    without = await client.conversations_replies(channel=asked.channel, ts=asked.ts)
    assert with_it["messages"][1]["metadata"] == metadata
    assert (without["messages"][0]["reply_count"], "metadata" in without["messages"][1]) == (1, False)


async def test_shows_an_ephemeral_message_to_one(
    slack: Platform, client: Client, ann: Person, general: Channel
) -> None:
    bob = slack.person("Acme", "Bob")
    refusal = await refused(client, "chat.postEphemeral", channel=general.id, user=bob.id, text="x")
    assert refusal.error == "user_not_in_channel"
    sent = await client.chat_postEphemeral(channel=general.id, user=ann.id, text="only you")
    assert [each.text for each in ann.sees(general)] == ["only you"] and bob.sees(general) == []
    refusal = await refused(client, "chat.update", channel=general.id, ts=sent["message_ts"], text="x")
    assert refusal.error == "message_not_found"


async def test_reacts_once(slack: Platform, client: Client, ann: Person) -> None:
    said = await ann.says("hello")
    await client.reactions_add(channel=said.channel, timestamp=said.ts, name="eyes")
    assert slack.message(ann, said.ts).reactions == ("eyes",)
    refusal = await refused(client, "reactions.add", channel=said.channel, timestamp=said.ts, name="eyes")
    assert refusal.error == "already_reacted"


async def test_streams_with_the_vendors_helper(slack: Platform, client: Client, ann: Person) -> None:
    asked = await ann.says("tell me")
    stream = await client.chat_stream(
        channel=asked.channel, thread_ts=asked.ts, recipient_user_id=ann.id, recipient_team_id=ann.user.team_id
    )
    await stream.append(markdown_text="**one** " * 40)
    assert slack.replies(ann)[0].streaming == "in_progress"
    button: dict[str, Any] = {"type": "button", "text": {"type": "plain_text", "text": "More"}, "action_id": "more"}
    await stream.stop(markdown_text="two", blocks=[{"type": "actions", "elements": [button]}])
    (answer,) = slack.replies(ann)
    assert (answer.streaming, answer.labels, answer.text[-7:]) == ("completed", ["More"], "one two")
    assert slack.violations == []


async def test_refuses_a_stream_without_its_thread_or_reader(client: Client, ann: Person, general: Channel) -> None:
    asked = await ann.says("tell me", channel=general)
    assert (await refused(client, "chat.startStream", channel=general.id)).error == "invalid_arguments"
    where = {"channel": general.id, "thread_ts": asked.ts}
    assert (await refused(client, "chat.startStream", **where)).error == "missing_recipient_user_id"
    refusal = await refused(client, "chat.startStream", **where, recipient_user_id=ann.id)
    assert refusal.error == "missing_recipient_team_id"


async def _started(client: Client, ann: Person) -> dict[str, str]:
    asked = await ann.says("tell me")
    started = await client.chat_startStream(channel=asked.channel, thread_ts=asked.ts, markdown_text="a")
    return {"channel": started["channel"], "ts": started["ts"]}


async def test_ends_a_stream_after_its_time(slack: Platform, client: Client, ann: Person) -> None:
    stream = await _started(client, ann)
    assert (await refused(client, "chat.update", **stream, text="x")).error == "streaming_state_conflict"
    slack.advance(301)
    assert (await refused(client, "chat.appendStream", **stream, markdown_text="b")).error == (
        "message_not_in_streaming_state"
    )
    assert (await refused(client, "chat.stopStream", **stream)).error == "message_not_in_streaming_state"
    assert slack.message(ann, stream["ts"]).streaming == "expired"
    await client.chat_update(**stream, text="whole")
    assert slack.shown(ann, stream["ts"]) == "whole"


async def test_is_stopped_by_its_reader(slack: Platform, client: Client, ann: Person) -> None:
    stream = await _started(client, ann)
    await ann.stops(stream["ts"])
    assert (await refused(client, "chat.appendStream", **stream, markdown_text="b")).error == "stopped_by_user"
    await client.chat_update(**stream, text="a")
    assert slack.message(ann, stream["ts"]).streaming == "stopped"


async def test_holds_only_so_much_in_a_stream(client: Client, ann: Person) -> None:
    stream = await _started(client, ann)
    await client.chat_appendStream(**stream, markdown_text="x" * 11_000)
    assert (await refused(client, "chat.appendStream", **stream, markdown_text="x" * 1_000)).error == "msg_too_long"
    await client.chat_stopStream(**stream)
    assert (await refused(client, "chat.appendStream", **stream, markdown_text="x")).error == (
        "message_not_in_streaming_state"
    )
