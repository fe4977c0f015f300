"""Payloads as messages, notices and feedback."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from bots.slack.interactions import carry
from bots.slack.reading import Known, Person
from conversation.message import Address, Feedback, Message, Notice
from tests.bots.slack.ground import EVENTS, ME, TEAM, message_in, read, recorded, said

ANN, BOB = "U0ANN00001", "U0BOB00001"
WRONG: tuple[Any, ...] = (None, 7, "\ud800", [], {}, True, [None], {"x": []})
NOISE = (
    "app_home_opened",
    "app_rate_limited",
    "assistant_thread_context_changed",
    "bot_message",
    "bot_user_message",
    "channel_join_message",
    "member_joined_channel_somebody",
    "message_changed_assistant_thread",
    "message_changed_by_ourselves",
    "message_changed_unfurl",
    "message_channels",
    "own_message",
    "own_message_customised",
    "reaction_added",
    "reaction_removed",
    "tokens_revoked_of_a_user",
    "unknown_event",
    "unknown_interaction",
    "unknown_subtype",
    "url_verification",
    "view_closed",
)


@pytest.mark.parametrize("name", NOISE)
def test_what_is_not_for_us_is_nothing(name: str):
    assert read(recorded(name)) is None


@pytest.mark.parametrize("path", sorted(EVENTS.glob("*.json")), ids=lambda path: path.stem)
def test_no_payload_is_too_broken_to_be_read(path: Any):
    """Take away and replace every field in turn."""
    whole = json.loads(path.read_text(encoding="utf-8"))

    def spoil(value: Any, back: Any) -> None:
        fields = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
        for name in list(fields):
            kept = fields.pop(name)
            read(back)
            for wrong in WRONG:
                fields[name] = wrong
                read(back)
            fields[name] = kept
            spoil(kept, back)
        items = cast("list[Any]", value) if isinstance(value, list) else []
        for each in items:
            spoil(each, back)

    spoil(whole, whole)


def test_a_direct_message_keeps_what_was_written():
    message = message_in(recorded("message_im"))
    assert message.text == "What does chapter 3 say about salt & fat?"
    assert message.address == Address("slack", TEAM, "D0ANN00001")
    assert message.dedupe_key == f"{TEAM}:D0ANN00001:1732201200.000100"
    assert (message.native_id, message.author.external_id) == ("1732201200.000100", ANN)
    assert message.sent_at == datetime.fromtimestamp(1732201200, UTC)


def test_one_mention_that_comes_as_two_events_is_one_message():
    mention, message = message_in(recorded("app_mention")), message_in(recorded("message_channels_mention"))
    assert mention.dedupe_key == message.dedupe_key
    assert (mention.text, mention.address) == (message.text, message.address)
    assert mention.text == "how long do I boil an egg?"


def test_a_mention_in_a_channel_opens_a_thread():
    message = message_in(recorded("app_mention"))
    assert message.address == Address("slack", TEAM, "C0GENERAL1:1732201260.000200", "thread")
    assert message.addressed
    inside = message_in(recorded("app_mention_in_thread"))
    assert inside.address == message.address


def test_a_reply_in_a_thread_is_heard_without_a_mention():
    message = message_in(recorded("thread_reply"))
    assert message.address.kind == "thread"
    assert not message.addressed or recorded("thread_reply")["event"]["parent_user_id"] == ME


def test_a_reply_to_us_is_meant_for_us():
    event = recorded("thread_reply")
    event["event"]["parent_user_id"] = ME
    assert message_in(event).addressed
    event["event"]["parent_user_id"] = BOB
    assert not message_in(event).addressed


def test_a_reply_that_begins_with_somebody_else_is_not_for_us():
    event = recorded("thread_reply")
    event["event"]["text"] = f"<@{BOB}> what do you think?"
    assert read(event) is None
    event["event"]["text"] = f"<@{BOB}> and <@{ME}>, what do you think?"
    assert message_in(event).addressed


def test_a_thread_with_the_app_alone_is_a_conversation_of_its_own():
    message = message_in(recorded("assistant_message"))
    assert message.address.kind == "direct"
    assert message.address.external_id.startswith("D") and ":" in message.address.external_id
    assert message_in(recorded("message_im_in_thread")).address.kind == "direct"


def test_opening_the_assistant_greets():
    message = message_in(recorded("assistant_thread_started"))
    assert (message.action, message.text, message.address.kind) == ("/start", "", "direct")
    assert ":" in message.address.external_id and message.author.external_id == ANN


def test_slacks_own_stop_stops():
    event = {
        **recorded("message_im"),
        "event": {"type": "agent_session_stopped", "channel": "C1", "thread_ts": "1.2", "user": ANN, "event_ts": "1.3"},
    }
    message = message_in(event)
    assert (message.action, message.address.external_id, message.address.kind) == ("/stop", "C1:1.2", "thread")


def test_a_group_message_is_one_conversation():
    event = recorded("message_mpim")
    event["event"]["text"] = f"<@{ME}> hello"
    message = message_in(event)
    assert (message.address.kind, message.text) == ("group", "hello")
    del event["event"]["channel_type"]
    event["event"]["type"] = "app_mention"
    known = Known(kinds={(TEAM, event["event"]["channel"]): "talk"})
    assert message_in(event, known).address == message.address
    event = recorded("message_mpim")
    event["event"]["text"] = "not for you"
    assert read(event) is None


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("a &amp;&lt;b&gt; c", "a &<b> c"),
        ("look at <https://example.org/a?b=1&amp;c=2>", "look at https://example.org/a?b=1&c=2"),
        ("<http://example.org|example.org> says", "example.org says"),
        ("<https://example.org/x|this page> says", "this page https://example.org/x says"),
        ("<mailto:ann@example.org|ann@example.org>", "ann@example.org"),
        (f"<@{BOB}> said <#C0GENERAL1|general> to <!here>", "@Bob Öst said #general to @here"),
        ("<@U0NOBODY1|nobody> <!subteam^S1|@cooks> <!date^1^{date}|today>", "@nobody @cooks today"),
        (f"hello <@{ME}>, how are you?", "hello, how are you?"),
        (f"<@{ME}|evermynd>: /help", "/help"),
        ("half \ud800 a sign", "half \ufffd a sign"),
        ("&amp;lt;script&amp;gt;", "&lt;script&gt;"),
    ],
)
def test_slacks_notation_becomes_what_was_written(written: str, text: str):
    known = Known(people={(TEAM, BOB): Person("Bob Öst")})
    assert message_in(said(written), known).text == text


def test_names_and_languages_come_from_what_is_known():
    known = Known(people={(TEAM, ANN): Person("Ann Åberg", "de-DE")})
    author = message_in(recorded("message_im"), known).author
    assert (author.name, author.language) == ("Ann Åberg", "de-DE")


def test_a_later_wording_is_an_edit_of_the_same_message():
    message = message_in(recorded("message_changed"))
    assert message.edits and message.native_id == recorded("message_changed")["event"]["message"]["ts"]
    assert message.dedupe_key == recorded("message_changed")["event_id"]


@pytest.mark.parametrize("name", ["message_deleted", "message_changed_tombstone"])
def test_a_message_that_was_taken_back_is_named(name: str):
    notice = read(recorded(name))
    assert isinstance(notice, Notice)
    event = recorded(name)["event"]
    assert (notice.kind, notice.native_id) == ("deleted", event.get("deleted_ts") or event["message"]["ts"])


@pytest.mark.parametrize("name", ["app_uninstalled", "tokens_revoked"])
def test_an_uninstallation_is_one_of_the_whole_workspace(name: str):
    notice = read(recorded(name))
    assert isinstance(notice, Notice)
    assert (notice.kind, notice.address.account) == ("uninstalled", TEAM)


def test_being_taken_out_of_a_channel_blocks_it_until_we_are_back():
    out, back = read(recorded("channel_left")), read(recorded("member_joined_channel"))
    assert isinstance(out, Notice) and isinstance(back, Notice)
    assert (out.kind, back.kind, out.address.kind) == ("blocked", "unblocked", "group")


def test_files_stay_with_slack():
    (file,) = message_in(recorded("file_share")).attachments
    assert file.remote.startswith(f"{TEAM}:F") and file.size > 0 and file.name
    assert message_in(recorded("file_share_without_text")).text == ""
    (voice,) = message_in(recorded("file_share_voice")).attachments
    assert voice.kind == "voice"
    assert message_in(recorded("file_share_in_thread")).address.kind in ("thread", "direct")


def test_in_a_shared_channel_the_account_is_our_own_workspace():
    message = message_in(recorded("shared_channel_app_mention"))
    event = recorded("shared_channel_app_mention")
    assert message.address.account == event["authorizations"][0]["team_id"]
    assert message.author.external_id == event["event"]["user"]
    pressed = message_in(recorded("block_actions_shared_channel"))
    assert pressed.address.account == message.address.account


def test_a_pressed_button_is_what_it_stands_for():
    message = message_in(recorded("block_actions_button"))
    assert (message.action, message.text) == ("yes", "")
    assert message.dedupe_key == recorded("block_actions_button")["trigger_id"]
    assert message.address == Address("slack", TEAM, "D0ANN00001")
    assert message_in(recorded("block_actions_button_in_thread")).address.kind in ("thread", "direct")
    assert message_in(recorded("block_actions_select")).action


def test_feedback_names_the_message():
    judged = read(recorded("block_actions_feedback"))
    assert isinstance(judged, Feedback)
    payload = recorded("block_actions_feedback")
    assert judged.native_id == payload["container"]["message_ts"]
    assert judged.good is (payload["actions"][0]["value"] == "good")


@pytest.mark.parametrize(
    ("command", "text", "said"),
    [
        ("/coach", "Ada", "/coach Ada"),
        ("/evermynd", "me", "/me"),
        ("/evermynd", "/coach Ada &amp; Bob", "/coach Ada & Bob"),
        ("/evermynd", "", "/help"),
        ("/sources", "", "/sources"),
    ],
)
def test_slash_commands_are_our_commands(command: str, text: str, said: str):
    message = message_in(recorded("slash_command") | {"command": command, "text": text})
    assert message.text == said
    assert message.address == Address("slack", TEAM, "D0ANN00001")


def test_a_command_in_a_direct_message_of_others_is_answered_to_its_giver_alone():
    known = Known(kinds={(TEAM, "D0ANN00001"): "foreign"})
    message = message_in(recorded("slash_command"), known)
    assert message.address.external_id == f"D0ANN00001:{ANN}"
    assert message.address.via.startswith("https://")
    assert message_in(recorded("slash_command_in_channel")).address.kind == "group"


def test_the_answers_of_a_form_come_back_to_where_it_was_opened():
    payload = recorded("view_submission")
    payload["view"]["private_metadata"] = json.dumps({"slack": [TEAM, "C1:1.2", "thread", "/creator"]})
    message = message_in(payload)
    assert (message.action, message.address.external_id) == ("/creator", "C1:1.2")
    assert message.fields["name"] == "Chef & <Co>"
    assert isinstance(message, Message) and set(message.fields) == {"name", "language"}


@pytest.mark.parametrize("carried", ["", "x", "[]", '{"slack": 1}', '{"slack": ["T"]}', '{"slack": [1, 2, 3, 4]}'])
def test_a_view_that_is_not_ours_is_nothing(carried: str):
    payload = recorded("view_submission")
    payload["view"]["private_metadata"] = carried
    assert read(payload) is None


@pytest.mark.parametrize("event", [None, [], "x", 7, {}, {"type": "event_callback"}, {"command": 1}, {"event": []}])
def test_rubbish_is_nothing(event: object):
    assert read(event) is None


def test_what_is_pressed_where_we_are_no_member_is_answered_there():
    event = recorded("block_actions_ephemeral")
    event["container"]["channel_id"] = "C0QUIET001"
    pressed = message_in(event)
    assert pressed.address.via == event["response_url"]
    foreign = Known(kinds={(TEAM, "D0OTHERS01"): "foreign"})
    event["container"]["channel_id"] = "D0OTHERS01"
    pressed = message_in(event, foreign)
    assert pressed.address.external_id == f"D0OTHERS01:{pressed.author.external_id}"
    filled = recorded("view_submission")
    filled["view"]["private_metadata"] = carry(pressed.address, "/creator")
    assert message_in(filled).address.via == event["response_url"]
