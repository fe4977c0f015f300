"""The fake treats an app that is an agent, what it is registered as, and what it may read, as Slack does."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Client, Listener, refused
from .platform import Channel, Limits, Person, Platform
from .platform.errors import SlackError


def manifest(**features: Any) -> dict[str, Any]:
    """The least of which Slack makes an agent."""
    return {
        "display_information": {"name": "Coach"},
        "features": {"agent_view": {"agent_description": "Coaches"}} | features,
        "oauth_config": {"scopes": {"bot": ["assistant:write", "im:history"]}},
        "settings": {"event_subscriptions": {"bot_events": ["app_home_opened", "message.im"]}},
    }


@pytest.mark.parametrize(
    ("features", "says"),
    [
        ({"assistant_view": {"assistant_description": "Coaches"}}, "Remove assistant_view feature"),
        ({"agent_view": {"agent_description": "x" * 301}}, "must be less than 301 characters"),
        ({"agent_view": {}}, "missing required field: agent_description"),
        ({"pane": True}, "invalid additional property: pane"),
        ({"slash_commands": [{"command": "/coach"}]}, "missing required field: description"),
    ],
)
def test_makes_no_app_of_a_wrong_manifest(slack: Platform, features: dict[str, Any], says: str) -> None:
    with pytest.raises(SlackError, match=says):
        slack.register(manifest(**features))


@pytest.mark.parametrize("missing", ["app_home_opened", "message.im"])
def test_makes_no_agent_that_is_not_told_who_comes(slack: Platform, missing: str) -> None:
    made = manifest()
    made["settings"]["event_subscriptions"]["bot_events"].remove(missing)
    with pytest.raises(SlackError, match=missing):
        slack.register(made)


def test_wants_the_feature_for_the_scope(slack: Platform) -> None:
    made = manifest()
    del made["features"]["agent_view"]
    with pytest.raises(SlackError, match="agent_view"):
        slack.register(made)


async def test_tells_an_app_what_it_is_subscribed_to(
    slack: Platform, listener: Listener, ann: Person, general: Channel
) -> None:
    slack.register(manifest())
    await ann.opens_home("messages")
    await ann.says("hello")
    await ann.says("hello", channel=general, mention=True)
    assert [each["type"] for each in listener.events] == ["app_home_opened", "message"]
    assert (listener.events[0]["tab"], listener.events[0]["channel"]) == ("messages", ann.direct.id)
    with pytest.raises(LookupError):
        await ann.opens_assistant()


async def test_shows_an_agents_prompts_above_its_messages_alone(slack: Platform, client: Client, ann: Person) -> None:
    prompts, said = [{"title": "Hi", "message": "Hello"}], await ann.says("hello")
    where = {"channel_id": said.channel, "prompts": prompts}
    await client.api_call("assistant.threads.setSuggestedPrompts", json=where)
    assert slack.thread(ann, "").prompts == prompts
    await client.api_call("assistant.threads.setSuggestedPrompts", json=where | {"thread_ts": said.ts})
    assert slack.violations == ["prompts of a thread are never shown by an agent"]


async def test_takes_the_end_of_a_stream_for_that_of_the_work(slack: Platform, client: Client, ann: Person) -> None:
    asked = await ann.says("hello")
    where = {"channel_id": asked.channel, "thread_ts": asked.ts, "status": "processing"}
    await client.api_call("agents.sessions.setStatus", json=where)
    begun = await client.chat_startStream(channel=asked.channel, thread_ts=asked.ts, markdown_text="Hello")
    await client.chat_stopStream(channel=asked.channel, ts=begun["ts"])
    assert slack.backend.sessions[asked.channel, asked.ts] == "active"


async def test_lets_an_app_that_nobody_reviewed_read_little(slack: Platform, client: Client, ann: Person) -> None:
    slack.app.reviewed = False
    slack.limit(Limits())
    for number in range(20):
        await ann.says(f"{number}")
    page = await client.conversations_history(channel=ann.direct.id, limit=200)
    assert len(page["messages"]) == 15 and page["response_metadata"]["next_cursor"]
    assert (await refused(client, "conversations.history", channel=ann.direct.id)).status == 429
    slack.advance(60)
    await client.conversations_history(channel=ann.direct.id)


async def test_brings_what_is_forwarded_in_an_attachment(listener: Listener, ann: Person, general: Channel) -> None:
    said = await ann.says("salt & fat", channel=general)
    await ann.forwards(said)
    await ann.forwards(await ann.uploads("a.txt", b"x", "look"), "what is that?")
    bare, commented = listener.of("message")[-2], listener.of("message")[-1]
    assert (bare["text"], bare["attachments"][0]["text"]) == ("", "salt &amp; fat")
    assert commented["text"] == "what is that?" and commented["attachments"][0]["files"][0]["name"] == "a.txt"
    assert all(each["attachments"][0]["is_share"] for each in (bare, commented))
