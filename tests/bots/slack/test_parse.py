"""Payloads as messages, notices and feedback."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from bots.slack.attachments import attachments_of, told_of
from bots.slack.interactions import carry
from bots.slack.posting import thread_of
from bots.slack.reading import Known, Person
from conversation.message import Address, Feedback, Message, Notice
from tests.bots.slack.ground import EVENTS, ME, TEAM, message_in, read, recorded, said

ANN, BOB = "U0ANN00001", "U0BOB00001"
WRONG: tuple[Any, ...] = (None, 7, "\ud800", [], {}, True, [None], {"x": []})
BECOMES = {
    "block_actions_feedback": Message,
    "bot_user_message": Message,
    "member_joined_channel_somebody": Notice,
    "message_changed_unfurl": Message,
    "tokens_revoked_of_a_user": Notice,
    "unknown_subtype": Message,
}
"""What some payloads are besides without the field that tells them apart, such as that a bot wrote a message."""
NOISE = (
    "app_context_changed",
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
    """Take away and replace every field in turn: what is read then is nothing, or of its kind and whole."""
    whole = json.loads(path.read_text(encoding="utf-8"))
    kinds = {type(read(whole)), type(None), BECOMES.get(path.stem, type(None))}

    def check(back: Any) -> None:
        found = read(back)
        assert type(found) in kinds
        if found is not None:
            assert found.address.channel == "slack" and found.address.account and found.dedupe_key
        if isinstance(found, Message):
            assert found.author.external_id and found.address.external_id
            assert found.text or found.action or found.attachments
        if isinstance(found, Feedback):
            assert found.native_id and isinstance(found.good, bool)

    def spoil(value: Any, back: Any) -> None:
        fields = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
        for name in list(fields):
            kept = fields.pop(name)
            check(back)
            for wrong in WRONG:
                fields[name] = wrong
                check(back)
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


@pytest.mark.parametrize("named", [f"<@{BOB}>", f"<@{BOB}|bob>", "<!subteam^S0COOKS>"])
@pytest.mark.parametrize("parent", [ME, BOB])
def test_a_reply_that_asks_somebody_else_is_not_for_us(named: str, parent: str):
    event = recorded("thread_reply")
    event["event"] |= {"text": f"hey {named} could you check the invoice?", "parent_user_id": parent}
    assert read(event) is None
    event["event"]["text"] += f" Or <@{ME}>?"
    assert message_in(event).addressed
    event["event"]["text"] = "<!here> could anybody check the invoice?"
    assert message_in(event).addressed is (parent == ME)


def test_a_thread_of_the_assistants_pane_is_a_conversation_of_its_own():
    message = message_in(recorded("assistant_message"))
    assert message.address == Address("slack", TEAM, "D0ANN00001:1732201410.001700")


def test_a_direct_message_is_one_conversation_and_each_question_is_answered_below_it():
    asked, more = message_in(recorded("message_im")), message_in(recorded("message_im_in_thread"))
    assert asked.address == more.address == Address("slack", TEAM, "D0ANN00001")
    assert thread_of(asked.address) == thread_of(more.address) == asked.native_id
    known = Known(bots={TEAM: ME})
    pressed = recorded("block_actions_button_in_thread")
    pressed["container"] |= {"channel_id": "D0ANN00001", "thread_ts": asked.native_id}
    assert message_in(pressed, known).address == asked.address
    assert thread_of(message_in(pressed, known).address) == asked.native_id
    pressed["message"]["parent_user_id"] = ME
    assert message_in(pressed, known).address.external_id == f"D0ANN00001:{asked.native_id}"


def test_whoever_opens_our_messages_is_greeted_once():
    first, again = recorded("app_home_opened_messages"), recorded("app_home_opened_messages")
    again |= {"event_id": "Ev0AGAIN"}
    message = message_in(first)
    assert (message.action, message.text, message.author.external_id) == ("/start", "", ANN)
    assert message.address == Address("slack", TEAM, "D0ANN00001") and thread_of(message.address) == ""
    assert message_in(again).dedupe_key == message.dedupe_key
    again["event"]["channel"] = "D0BOB00001"
    assert message_in(again).dedupe_key != message.dedupe_key


def test_a_forwarded_message_is_read():
    known = Known(people={(TEAM, BOB): Person("Bob Öst")})
    event, words = recorded("message_forwarded"), "Salt & fat carry flavour, says @Bob Öst."
    assert (message_in(event, known).text, message_in(event, known).quoted) == (words, "")
    event["event"]["text"] = "is that so?"
    assert (message_in(event, known).text, message_in(event, known).quoted) == ("is that so?", words)
    event["event"]["attachments"][0]["files"] = recorded("file_share")["event"]["files"]
    assert len(message_in(event).attachments) == 1


def test_what_is_forwarded_is_no_command_and_a_preview_is_no_message():
    event = recorded("message_forwarded")
    event["event"]["attachments"][0]["text"] = "/forget"
    assert message_in(event).text == "forget"
    event["event"]["attachments"][0]["is_share"] = False
    assert read(event) is None


def test_our_name_before_a_command_need_not_be_a_mention():
    event = recorded("thread_reply")
    event["event"] |= {"text": "@EverMynd /coach Ada", "parent_user_id": ME}
    assert message_in(event).text == "/coach Ada"
    event["event"]["text"] = "@EverMynd is nice"
    assert message_in(event).text == "@EverMynd is nice"


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


@pytest.mark.parametrize("name", ["file_share", "file_share_voice", "file_share_shared_channel"])
def test_what_is_remembered_of_a_file_says_all_that_is_read_of_it(name: str):
    event = recorded(name)["event"]
    (file,) = event["files"]
    stub = {"files": [{"id": file["id"], "mode": "file_access", "file_access": "check_file_info"}]}
    told = told_of(file)
    assert attachments_of(stub, TEAM, {(TEAM, file["id"]): told}) == attachments_of(event, TEAM)
    assert not told.keys() & {"permalink", "url_private", "user"}


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
