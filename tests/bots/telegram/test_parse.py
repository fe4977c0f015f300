"""Recorded updates become messages and notices; what is not for us becomes nothing, and nothing raises."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from typing import Any

import pytest

from bots.telegram.addressing import Me
from bots.telegram.parse import callback_of
from conversation.message import Address
from tests.bots.telegram.ground import BOT, ME, NOW, UPDATES, message_in, notice_in, read, recorded


def written(text: str, **fields: Any) -> dict[str, Any]:
    """Change what the recorded private message says."""
    update = recorded("private_text")
    update["message"] = {key: value for key, value in update["message"].items() if key != "entities"}
    update["message"] |= {"text": text} | fields
    return update


def in_group(text: str, *entities: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Say something else in the recorded group."""
    update = recorded("group_unaddressed")
    update["message"] |= {"text": text, "entities": list(entities)} | fields
    return update


def test_a_private_message_tells_who_where_when_and_in_which_language():
    message = message_in(recorded("private_text"))
    assert message.address == Address("telegram", str(BOT), "310000001")
    assert (message.author.external_id, message.author.name, message.author.language) == (
        "310000001",
        "Ann Sample",
        "en",
    )
    assert (message.dedupe_key, message.native_id) == ("880000101", "11")
    assert message.sent_at == datetime.fromtimestamp(1790000011, UTC)
    assert message.text.startswith("How do I rest dough overnight? 🍞")


def test_start_keeps_its_payload():
    assert message_in(recorded("start_with_payload")).text == "/start link_7Q2K9FXA"


def test_a_command_that_names_the_bot_reads_like_one_that_does_not():
    message = message_in(recorded("group_command"))
    assert (message.text, message.address.kind) == ("/coach Chef", "group")


@pytest.mark.parametrize("text", ["/coach@other_bot Chef", "just talk", "see /help", "/usr/bin is a folder"])
def test_a_group_talks_without_us(text: str):
    assert read(in_group(text)) is None


def test_a_bare_command_in_a_group_is_for_us():
    assert message_in(in_group("/help")).text == "/help"


@pytest.mark.parametrize(
    ("text", "heard"), [("/Help me", True), ("/weather", False), ("/weather@evermynd_test_bot", True)]
)
def test_a_bare_command_that_the_bot_does_not_have_is_another_bots(text: str, heard: bool):
    me = Me(BOT, ME.username, frozenset({"help"}))
    assert (read(in_group(text), me) is not None) == heard
    reply = in_group(text, reply_to_message={"message_id": 5, "from": {"id": BOT, "is_bot": True}, "text": "?"})
    assert read(reply, me) is not None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("@evermynd_test_bot how long?", "how long?"),
        ("@EverMynd_Test_Bot, how long?", "how long?"),
        ("how long, @evermynd_test_bot?", "how long?"),
        ("🍳🍳 hey @evermynd_test_bot how long", "🍳🍳 hey how long"),
        ("@evermynd_test_bot /help@evermynd_test_bot me", "/help me"),
        ("@evermynd_test_bot", ""),
    ],
)
def test_a_mention_is_heard_and_left_out(text: str, said: str):
    start = text.lower().index("@evermynd")
    offset = len(text[:start].encode("utf-16-le")) // 2
    assert message_in(in_group(text, {"type": "mention", "offset": offset, "length": 18})).text == said


def test_a_mention_without_a_user_name_is_heard():
    mention = {"type": "text_mention", "offset": 0, "length": 8, "user": {"id": BOT, "is_bot": True}}
    assert message_in(in_group("EverMynd are you there", mention)).text == "are you there"


def test_the_mention_of_somebody_else_is_not_for_us():
    assert read(in_group("@somebody hi", {"type": "mention", "offset": 0, "length": 9})) is None


def test_a_reply_to_the_bot_is_for_us_and_quotes_it():
    message = message_in(recorded("group_reply"))
    assert (message.text, message.quoted) == ("And boiled ones?", "Three weeks in the fridge.")


@pytest.mark.parametrize(("theirs", "asked"), [("What is flour?", "What is flour?"), ("/forget all", "forget all")])
def test_the_bot_called_to_somebodys_words_is_asked_them_and_never_commanded(theirs: str, asked: str):
    replied = {"message_id": 5, "from": {"id": 7, "is_bot": False}, "text": theirs}
    mention = {"type": "mention", "offset": 0, "length": 18}
    message = message_in(in_group(f"@{ME.username}"[:18], mention, reply_to_message=replied))
    assert (message.text, message.quoted) == (asked, "")


def test_the_words_behind_the_first_five_hundred_are_not_quoted():
    update = recorded("group_reply")
    update["message"]["reply_to_message"]["text"] = "x" * 900
    assert len(message_in(update).quoted) == 500


def test_a_topic_is_a_thread_of_its_own():
    message = message_in(recorded("topic_message"))
    assert (message.address.external_id, message.address.kind) == ("-1002100000001:3", "thread")
    assert message.quoted == ""


def test_every_message_of_a_topic_the_bot_opened_is_not_a_reply_to_it():
    update = recorded("topic_message")
    update["message"] |= {"text": "talk among us", "entities": []}
    update["message"]["reply_to_message"]["from"] = {"id": BOT, "is_bot": True}
    assert read(update) is None


def test_an_edit_has_the_id_of_what_it_words_anew():
    message = message_in(recorded("edited_message"))
    assert (message.edits, message.native_id, message.dedupe_key) == (True, "11", "880000120")
    assert message.sent_at == datetime.fromtimestamp(1790000060, UTC)


def test_a_shared_place_that_moves_is_no_edit():
    update = recorded("location")
    update["edited_message"] = update.pop("message")
    assert read(update) is None


@pytest.mark.parametrize(
    ("name", "place"),
    [("callback_private", "310000001"), ("callback_group", "-4100000001"), ("callback_inaccessible", "310000001")],
)
def test_a_pressed_button_is_what_it_stands_for(name: str, place: str):
    update = recorded(name)
    message = message_in(update)
    assert (message.action, message.text) == (update["callback_query"]["data"], "")
    assert (message.address.external_id, message.sent_at) == (place, NOW)
    assert callback_of(update) == update["callback_query"]["id"]


def test_a_document_is_named_and_stays_with_telegram():
    message = message_in(recorded("document_with_caption"))
    (file,) = message.attachments
    assert (file.name, file.kind, file.size, file.media_type) == ("manual.pdf", "document", 184320, "application/pdf")
    assert file.remote and file.file_id is None
    assert message.text == "teach this to Chef"


def test_the_messages_of_an_album_belong_together():
    first, second = (message_in(recorded(name)) for name in ("album_first", "album_second"))
    assert first.album == second.album == "13712345678901234"
    assert first.dedupe_key != second.dedupe_key


@pytest.mark.parametrize(
    ("name", "kind"), [("photo", "photo"), ("voice", "voice"), ("sticker", "sticker"), ("location", "other")]
)
def test_what_is_no_document_says_what_it_is(name: str, kind: str):
    (file,) = message_in(recorded(name)).attachments
    assert file.kind == kind


def test_the_largest_size_of_a_photo_is_taken():
    (file,) = message_in(recorded("photo")).attachments
    assert file.remote == f"{BOT}:AgACAgIAAxkBAAIP3Scrubbed"


def test_an_animation_is_not_its_document_as_well():
    update = written("", animation={"file_id": "A"}, document={"file_id": "A", "file_name": "a.gif"})
    (file,) = message_in(update).attachments
    assert (file.kind, file.remote) == ("video", f"{BOT}:A")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("two\nlines\x00.pdf", "twolines.pdf"),
        ("   ", "document"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_file_name_is_safe_to_show(name: str, shown: str):
    (file,) = message_in(written("", document={"file_id": "A", "file_name": name})).attachments
    assert file.name == shown


def test_the_address_behind_words_is_said_too():
    assert "a link https://example.org/a_(b) " in message_in(recorded("formatted_text")).text


def test_a_name_is_kept_as_it_is():
    assert message_in(recorded("name_with_markdown")).author.name == "*Ann* [x](tg://user?id=1) _<b>`S`</b>_"


def test_half_a_character_becomes_one_that_can_be_stored():
    assert message_in(written("broken \ud83d here")).text == "broken \ufffd here"


@pytest.mark.parametrize(
    "name",
    [
        "channel_post", "group_unaddressed", "migrate_from_chat_id", "new_chat_members", "poll",
        "unknown_content", "unknown_kind",
    ],
)  # fmt: skip
def test_what_is_not_for_us_is_nothing(name: str):
    assert read(recorded(name)) is None


def test_other_bots_and_our_own_words_are_nobody():
    assert read(written("hi", **{"from": {"id": 7, "is_bot": True, "first_name": "B"}})) is None
    assert read(written("hi", via_bot={"id": BOT, "is_bot": True})) is None


def test_an_anonymous_admin_speaks_as_the_group():
    chat = recorded("group_unaddressed")["message"]["chat"]
    bot = {"id": 1087968824, "is_bot": True, "username": "GroupAnonymousBot"}
    message = message_in(in_group("/coach Chef", sender_chat=chat, **{"from": bot}))
    assert (message.by_admin, message.author.external_id) == (True, "-4100000001")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("blocked", "blocked"),
        ("unblocked", "unblocked"),
        ("kicked_from_group", "blocked"),
        ("added_to_group", "unblocked"),
    ],
)
def test_who_may_be_written_to_is_noticed(name: str, kind: str):
    assert notice_in(recorded(name)).kind == kind


def test_a_group_that_became_a_supergroup_tells_where_it_went():
    notice = notice_in(recorded("migrate_to_chat_id"))
    assert (notice.kind, notice.moved_to) == ("moved", "-1002100000003")


def test_without_a_user_name_nobody_is_mentioned():
    assert read(recorded("group_mention"), Me(BOT)) is None


@pytest.mark.parametrize("odd", [None, [], "text", 7, {}, {"update_id": True}, {"update_id": 1, "message": []}])
def test_odd_input_is_nothing(odd: object):
    assert read(odd) is None


def test_no_damage_to_a_recorded_update_raises():
    dice = random.Random(4)  # noqa: S311
    for path in sorted(UPDATES.glob("*.json")):
        whole = json.loads(path.read_text(encoding="utf-8"))
        for _ in range(60):
            read(damaged(whole, dice), ME)


def damaged(fields: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """Put something odd in the place of one field, however deep."""
    odd: list[Any] = [None, 0, -1, 10**30, True, "", "x", "\ud800", [], {}, [None], [{"type": "mention"}], 1.5]
    name = dice.choice(list(fields))
    inner: dict[str, Any] = fields[name] if isinstance(fields[name], dict) else {}
    if inner and dice.random() < 0.75:
        return fields | {name: damaged(inner, dice)}
    return fields | {name: dice.choice(odd)}


@pytest.mark.parametrize(
    ("name", "kind", "field"),
    [
        ("private_text", "message", "from"),
        ("callback_private", "callback_query", "from"),
        ("message_reaction", "message_reaction", "user"),
    ],
)
def test_in_a_private_chat_nobody_is_heard_but_the_one_person_in_it(name: str, kind: str, field: str):
    update = recorded(name)
    place = update[kind]["message"]["chat"] if kind == "callback_query" else update[kind]["chat"]
    place |= {"id": update[kind][field]["id"], "type": "private"}
    assert read(update) is not None
    update[kind][field]["id"] += 1
    assert read(update) is None
