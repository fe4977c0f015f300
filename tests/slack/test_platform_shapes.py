"""What the fake sends has the fields of the recorded payloads, and says the same kinds of things in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pytest

from .conftest import Client, Listener
from .events import NAMES, load
from .platform import Channel, Person, Platform

OPTIONAL = {"client_msg_id", "bot_profile", "blocks", "user_team", "source_team", "parent_user_id", "edited", "files"}
LESS = {"placeholder", "context", "event_ts"}
"""Fields that come and go."""
OPEN = {"blocks", "elements", "files", "previous_message", "message", "state", "user_profile", "bot_profile", "view"}
"""Content rather than shape: looked at no deeper."""


def differences(recorded: object, sent: object, path: str = "") -> list[str]:
    """Fields of one that the other does not have, and values of another type."""
    if isinstance(recorded, dict) and isinstance(sent, dict):
        ours, theirs = cast("Mapping[str, object]", sent), cast("Mapping[str, object]", recorded)
        missing = [f"{path}.{name} is not sent" for name in set(theirs) - set(ours) - OPTIONAL - LESS]
        strange = [f"{path}.{name} is not recorded" for name in set(ours) - set(theirs) - OPTIONAL - LESS]
        deeper = [differences(theirs[name], ours[name], f"{path}.{name}") for name in set(theirs) & set(ours) - OPEN]
        return [*missing, *strange, *(each for found in deeper for each in found)]
    if isinstance(recorded, list) and isinstance(sent, list) and recorded and sent:
        return differences(cast("list[object]", recorded)[0], cast("list[object]", sent)[0], f"{path}[0]")
    kinds = {_type(recorded), _type(sent)} - {"NoneType"}
    return [f"{path} is {_type(sent)}, recorded {_type(recorded)}"] if len(kinds) > 1 else []


def _type(value: Any) -> str:
    return value.__class__.__name__


@pytest.mark.parametrize("name", NAMES)
def test_has_a_team_or_a_token_in_every_payload(name: str) -> None:
    payload = load(name)
    assert payload["token"] == "fake-verification-token"
    assert payload.get("type") or payload.get("command")


async def _everything(slack: Platform, client: Client, ann: Person, general: Channel) -> None:
    said = await ann.says("hello")
    await ann.says("again", thread_ts=said.ts)
    await ann.says("hello", channel=general, mention=True)
    await ann.edits(said, "changed")
    await ann.uploads("manual.pdf", b"pdf", "teach this")
    await ann.deletes(await ann.says("wrong"))
    await ann.reacts(said, "+1")
    slack.app.pane = True
    await ann.opens_assistant(general)
    await ann.opens_home()
    await slack.bot_says("beep", general)
    await ann.adds_bot(slack.channel("Acme", "new", [ann], bot=False))
    await ann.commands("/coach", "Ada")
    await slack.verify_url()
    await _interactions(slack, client, ann)
    await ann.uninstalls_app()
    await slack.settled()


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": True}


async def _interactions(slack: Platform, client: Client, ann: Person) -> None:
    option = {"text": _plain("Ada"), "value": "ada"}
    menu = {"type": "static_select", "placeholder": _plain("Coach"), "options": [option]}
    good, bad = ({"text": _plain(word), "value": word} for word in ("Good", "Bad"))
    feedback = {"type": "feedback_buttons", "action_id": "f", "positive_button": good, "negative_button": bad}
    button = {"type": "button", "action_id": "yes", "text": _plain("Yes"), "value": "1"}
    blocks = [{"type": "actions", "elements": [button, menu]}, {"type": "context_actions", "elements": [feedback]}]
    await client.chat_postMessage(channel=ann.id, text="Which?", blocks=blocks)
    asked = slack.replies(ann)[-1]
    await ann.selects(asked, "Ada")
    await ann.presses(asked, "Bad")
    acted = await ann.presses(asked, "Yes")
    field = {"type": "input", "label": _plain("Name"), "element": {"type": "plain_text_input"}}
    modal = {"type": "modal", "title": _plain("New"), "blocks": [field], "notify_on_close": True}
    modal |= {"submit": _plain("Make"), "close": _plain("No")}
    await client.views_open(trigger_id=acted.trigger_id, view=modal)
    await ann.submits(ann.views[0], {"Name": "Ada"})
    acted = await ann.presses(asked, "Yes")
    await client.views_open(trigger_id=acted.trigger_id, view=modal)
    await ann.closes(ann.views[-1])


def _kind(body: Mapping[str, Any]) -> tuple[str, ...]:
    """What makes two payloads comparable."""
    event: Mapping[str, Any] = body.get("event") or {}
    if event:
        subtype, place = event.get("subtype", ""), event.get("channel_type", "")
        thread = "thread" if event.get("thread_ts") else ""
        ours = "bot" if event.get("bot_id") and not subtype else ""
        return (event["type"], subtype, place if event["type"] == "message" and not subtype else "", thread, ours)
    if body.get("type") == "block_actions":
        return ("block_actions", body["container"]["type"], body["actions"][0]["type"])
    return (str(body.get("type") or "command"),)


RECORDED = (
    "message_im",
    "message_im_in_thread",
    "message_channels",
    "app_mention",
    "message_changed",
    "message_deleted",
    "file_share",
    "own_message",
    "bot_message",
    "reaction_added",
    "member_joined_channel",
    "assistant_thread_started",
    "app_home_opened",
    "app_uninstalled",
    "tokens_revoked",
    "block_actions_button",
    "block_actions_select",
    "block_actions_feedback",
    "view_submission",
    "view_closed",
    "slash_command",
    "url_verification",
)


async def test_sends_what_is_recorded(
    slack: Platform, client: Client, listener: Listener, ann: Person, general: Channel
) -> None:
    await _everything(slack, client, ann, general)
    sent = {_kind(body): body for body in reversed(listener.bodies)}
    for name in RECORDED:
        recorded = load(name)
        assert _kind(recorded) in sent, f"nothing like {name} among {sorted(sent)}"
        assert differences(recorded, sent[_kind(recorded)], name) == []
