"""The fake's people press, choose, fill in and command as people in Slack do."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from aiohttp import web

from .conftest import Client, Listener, refused
from .platform import Channel, Person, Platform, Shown

FEEDBACK: dict[str, Any] = {
    "type": "feedback_buttons",
    "action_id": "feedback",
    "positive_button": {"text": {"type": "plain_text", "text": "Good"}, "value": "good"},
    "negative_button": {"text": {"type": "plain_text", "text": "Bad"}, "value": "bad"},
}


def _text(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def _blocks() -> list[dict[str, Any]]:
    options = [{"text": _text(name), "value": name.lower()} for name in ("Ada", "Bo")]
    menu = {"type": "static_select", "action_id": "coach", "placeholder": _text("Coach"), "options": options}
    button = {"type": "button", "action_id": "yes", "text": _text("Yes"), "value": "1"}
    return [
        {"type": "actions", "block_id": "a", "elements": [button, menu]},
        {"type": "context_actions", "elements": [FEEDBACK]},
    ]


@pytest.fixture
async def asked(slack: Platform, client: Client, ann: Person) -> Shown:
    await client.chat_postMessage(channel=ann.id, text="Which?", blocks=_blocks())
    return slack.messages(ann)[-1]


async def test_presses_a_button(listener: Listener, ann: Person, asked: Shown) -> None:
    acted = await ann.presses(asked, "Yes")
    body = next(each for each in listener.bodies if each["type"] == "block_actions")
    assert body["actions"][0] | {"action_ts": ""} == {
        "type": "button",
        "action_id": "yes",
        "block_id": "a",
        "text": {"type": "plain_text", "text": "Yes", "emoji": True},
        "value": "1",
        "action_ts": "",
    }
    assert (body["trigger_id"], body["response_url"]) == (acted.trigger_id, acted.response_url)
    assert body["container"]["message_ts"] == body["message"]["ts"] == asked.ts


async def test_chooses_and_gives_feedback(listener: Listener, ann: Person, asked: Shown) -> None:
    await ann.selects(asked, "Bo")
    await ann.presses(asked, "Bad")
    choice, feedback = [each["actions"][0] for each in listener.bodies if each["type"] == "block_actions"]
    assert choice["selected_option"]["value"] == "bo"
    assert (feedback["type"], feedback["action_id"], feedback["value"]) == ("feedback_buttons", "feedback", "bad")


async def test_presses_a_button_that_has_changed(
    slack: Platform, client: Client, listener: Listener, ann: Person, asked: Shown
) -> None:
    await client.chat_update(channel=asked.channel, ts=asked.ts, text="Done", blocks=[])
    with pytest.raises(LookupError, match="no button"):
        await ann.presses(asked, "Yes")
    assert (await ann.presses(asked, "Yes", stale=True)).ok


async def test_answers_over_the_response_address(
    slack: Platform, listener: Listener, ann: Person, asked: Shown
) -> None:
    acted = await ann.presses(asked, "Yes")
    async with httpx.AsyncClient() as web_client:
        await web_client.post(acted.response_url, json={"replace_original": True, "text": "Chosen"})
        assert slack.shown(ann, asked.ts) == "Chosen"
        for _ in range(4):
            await web_client.post(acted.response_url, json={"text": "only you"})
        assert (await web_client.post(acted.response_url, json={"text": "x"})).text == "used_url"
        again = await ann.presses(asked, "Yes", stale=True)
        slack.advance(1801)
        assert (await web_client.post(again.response_url, json={"text": "x"})).text == "expired_url"
    assert slack.messages(ann)[-1].only_for == ann.id


async def test_gives_a_command(slack: Platform, listener: Listener, ann: Person, general: Channel) -> None:
    listener.answers = [web.json_response({"response_type": "in_channel", "text": "Ada it is"})]
    acted = await ann.commands("/coach", "Ada", channel=general)
    body = listener.bodies[0]
    assert (body["command"], body["text"], body["channel_id"]) == ("/coach", "Ada", general.id)
    assert acted.ok and slack.messages(general)[-1].text == "Ada it is"


def _modal(**more: Any) -> dict[str, Any]:
    field: dict[str, Any] = {"type": "plain_text_input", "action_id": "name", "max_length": 20}
    blocks = [{"type": "input", "block_id": "n", "label": _text("Name"), "element": field}]
    return {"type": "modal", "title": _text("New coach"), "submit": _text("Make"), "blocks": blocks, **more}


async def test_fills_in_a_modal(slack: Platform, client: Client, listener: Listener, ann: Person, asked: Shown) -> None:
    acted = await ann.presses(asked, "Yes")
    await client.views_open(trigger_id=acted.trigger_id, view=_modal(callback_id="coach", private_metadata="7"))
    (view,) = ann.views
    with pytest.raises(ValueError, match="has to fill in"):
        await ann.submits(view, {})
    listener.answers = [web.json_response({"response_action": "errors", "errors": {"n": "Taken"}})]
    assert (await ann.submits(view, {"Name": "Ada"})).errors == {"n": "Taken"}
    assert (await ann.submits(view, {"Name": "Bo"})).ok and ann.views == []
    sent = listener.bodies[-1]["view"]
    assert sent["state"]["values"] == {"n": {"name": {"type": "plain_text_input", "value": "Bo"}}}
    assert (sent["callback_id"], sent["private_metadata"]) == ("coach", "7")


async def test_follows_a_modal_to_the_next(client: Client, listener: Listener, ann: Person, asked: Shown) -> None:
    acted = await ann.presses(asked, "Yes")
    await client.views_open(trigger_id=acted.trigger_id, view=_modal(notify_on_close=True))
    listener.answers = [web.json_response({"response_action": "push", "view": _modal(title=_text("Sure?"))})]
    await ann.submits(ann.views[0], {"n": "Ada"})
    assert [view.title for view in ann.views] == ["New coach", "Sure?"]
    await ann.closes(ann.views[0])
    assert listener.bodies[-1]["type"] == "view_closed"


async def test_uses_a_trigger_once_and_soon(
    slack: Platform, client: Client, listener: Listener, ann: Person, asked: Shown
) -> None:
    first, second = await ann.presses(asked, "Yes"), await ann.presses(asked, "Yes")
    await client.views_open(trigger_id=first.trigger_id, view=_modal())
    view = json.loads(json.dumps(_modal()))
    assert (await refused(client, "views.open", trigger_id=first.trigger_id, view=view)).error == "exchanged_trigger_id"
    slack.advance(3.1)
    assert (await refused(client, "views.open", trigger_id=second.trigger_id, view=view)).error == "expired_trigger_id"
    assert (await refused(client, "views.open", trigger_id="1.2.x", view=view)).error == "invalid_trigger_id"


async def test_looks_at_the_home_tab(client: Client, listener: Listener, ann: Person) -> None:
    await ann.opens_home()
    await client.views_publish(user_id=ann.id, view={"type": "home", "blocks": [{"type": "divider"}]})
    assert listener.events[0]["tab"] == "home" and ann.home is not None


async def test_refuses_a_modal_beyond_its_limits(client: Client, ann: Person) -> None:
    view = _modal(title=_text("x" * 25), private_metadata="x" * 3001)
    refusal = await refused(client, "views.open", trigger_id="1.2.x", view=view)
    assert refusal.error == "invalid_arguments"
    assert "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]" in refusal.messages
    assert "[ERROR] must be less than 3001 characters [json-pointer:/view/private_metadata]" in refusal.messages
