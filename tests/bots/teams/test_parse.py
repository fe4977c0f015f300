"""What activities mean: who said what where, and what is not for us."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bots.teams.attachments import DOWNLOAD
from bots.teams.cards import ACTION, CHOICE, FIELD, FORM
from bots.teams.places import conversation_of, way_to
from tests.bots.teams.ground import (
    BOT,
    NOW,
    SETTINGS,
    activity,
    feedback_in,
    in_channel,
    in_group,
    message_in,
    naming,
    notice_in,
    read,
)
from tests.teams.platform import TENANT_ID

ANN = "7faf8ab2-3d56-4244-b585-20c8a42ed2b8"
HTML = "text/html"


def page(content: str) -> list[dict[str, Any]]:
    return [{"contentType": HTML, "content": content}]


def test_a_personal_message_says_who_where_and_in_which_language():
    message = message_in(activity("Hallo"))
    assert (message.author.external_id, message.author.name, message.author.language) == (ANN, "Ann", "de-DE")
    assert (message.address.kind, message.address.account) == ("direct", TENANT_ID)
    assert message.native_id == "1485983408511"
    assert message.sent_at.isoformat() == "2026-05-01T10:00:00+00:00"


def test_the_way_back_stands_beside_the_address():
    address = message_in(in_channel("<at>EverMynd</at> hello", entities=naming(BOT))).address
    assert conversation_of(address) == "19:bread@thread.tacv2;messageid=1700000000001"
    way = way_to(address)
    assert (way.service, way.bot, way.tenant) == ("https://smba.trafficmanager.net/emea/", BOT[0], TENANT_ID)


def test_a_thread_of_a_channel_is_a_conversation_of_its_own_in_its_group():
    address = message_in(in_channel("<at>EverMynd</at> hello", entities=naming(BOT))).address
    assert address.kind == "thread"
    assert address.external_id == "19%3Abread%40thread.tacv2:1700000000001"
    assert address.group_id == "19%3Abread%40thread.tacv2"


def test_without_the_directorys_id_the_bots_own_counts_and_never_the_name():
    one = message_in(activity() | {"from": {"id": "29:1abc", "name": "Ann"}})
    other = message_in(activity() | {"from": {"id": "29:2xyz", "name": "Ann"}})
    assert (one.author.external_id, other.author.external_id) == ("29:1abc", "29:2xyz")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<at>EverMynd</at> what is flour?", "what is flour?"),
        ("<at>EverMynd</at>&nbsp;what is flour?", "what is flour?"),
        ("what is flour, <at>EverMynd</at>?", "what is flour?"),
        ("tell <at>EverMynd</at> me", "tell me"),
        ("<at>EverMynd</at> ask <at>Ben Fry</at> too", "ask Ben Fry too"),
        ("<at>EverMynd</at>\n/coaches", "/coaches"),
        ("<at>EverMynd</at>", ""),
    ],
)
def test_the_bots_name_is_cut_out_and_others_stay(text: str, said: str):
    entities = naming(BOT, ("29:ben", "Ben Fry"))
    assert message_in(in_group(text, entities=entities)).text == said


def test_in_a_group_only_what_names_the_bot_is_for_it():
    assert read(in_group("hello all")) is None
    assert read(in_group("<at>EverMynd</at> typed by hand")) is None
    assert read(in_group("<at>Ben</at> hello", entities=naming(("29:ben", "Ben")))) is None


def test_in_a_thread_other_words_are_heard_where_we_take_part():
    message = message_in(in_channel("and then?"))
    assert (message.addressed, message.text) == (False, "and then?")


@pytest.mark.parametrize("to", [("29:carol", "Carol"), ("19:bread@thread.tacv2", "Bread")])
def test_in_a_thread_words_to_somebody_else_are_not_for_us(to: tuple[str, str]):
    asked = f"<at>{to[1]}</at> can you look at the invoice?"
    assert read(in_channel(asked, entities=naming(to))) is None
    both = message_in(in_channel(f"<at>EverMynd</at> {asked}", entities=naming(BOT, to)))
    assert (both.addressed, both.text) == (True, f"{to[1]} can you look at the invoice?")


@pytest.mark.parametrize(
    ("text", "content", "said"),
    [
        ("a &lt; b &amp; c", "<p>a &lt; b &amp; c</p>", "a < b & c"),
        ("write &lt; as &amp;lt;", "<p>write &lt; as &amp;lt;</p>", "write < as &lt;"),
        ("type &lt; here", "<p>type &amp;lt; here</p>", "type &lt; here"),
        ("see this page", '<p>see <a href="https://example.org/x?a=1&amp;b=2">this</a> page</p>',
         "see this https://example.org/x?a=1&b=2 page"),
        ("https://example.org/x", '<p><a href="https://example.org/x">https://example.org/x</a></p>',
         "https://example.org/x"),
        ("click", '<a href="javascript:alert(1)">click</a>', "click"),
        ("one\r\ntwo", "<p>one</p><p>two</p>", "one\ntwo"),
    ],
)  # fmt: skip
def test_a_text_is_read_as_it_was_written(text: str, content: str, said: str):
    assert message_in(activity(text, attachments=page(content))).text == said


@pytest.mark.parametrize("mark", [" ", "\u00a0", "&nbsp;", ""])
def test_a_mention_of_nothing_is_none(mark: str):
    entities = [naming(BOT)[0] | {"text": mark}, naming(("29:ben", "Ben"))[0] | {"text": mark}]
    assert message_in(in_group("what is flour?", entities=entities)).text == "what is flour?"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a<!-- unseen --> <b>b</b><!DOCTYPE x><![endif]>", "a b"),
        ("a <![x[", "a <![x["),
        ("a <!-- open", "a <!-- open"),
        ("a <b>< c", "a < c"),
        ("1 < 2 <i>and</i> 3 > 2", "1 < 2 and 3 > 2"),
    ],
)
def test_what_is_no_markup_is_said(content: str, said: str):
    assert message_in(activity(content, textFormat="xml")).text == said


@pytest.mark.parametrize("piece", ["<a ", "<", "<!--", "<!-- a>", "<![x[", "</a ", "<?", "<a></a>", "<a x='"])
def test_a_page_that_is_no_page_is_read_in_one_pass(piece: str):
    started = time.process_time()
    read(activity("x", attachments=page(piece * (90_000 // len(piece)))))
    assert time.process_time() - started < 2  # it was minutes where the parser began again at each piece


REPLY = (
    '<blockquote itemscope itemtype="http://schema.skype.com/Reply" itemid="1700000000000">'
    '<strong itemprop="mri" itemid="{author}">{name}</strong><span itemprop="time" itemid="1700000000000"></span>'
    '<p itemprop="preview">Flour is ground &amp; sifted.</p></blockquote>'
)


def test_a_reply_to_the_bot_needs_no_name_and_carries_what_it_quotes():
    content = REPLY.format(author=BOT[0], name="EverMynd") + "<p>Which &lt;kind&gt;?</p>"
    message = message_in(in_group("EverMynd Flour is ground Which <kind>?", attachments=page(content)))
    assert (message.text, message.quoted) == ("Which <kind>?", "Flour is ground & sifted.")
    assert message.addressed


def test_somebody_elses_words_that_the_bot_is_called_to_are_the_question():
    content = REPLY.format(author="29:ben", name="Ben")
    content += '<p><span itemscope itemtype="http://schema.skype.com/Mention" itemid="0">EverMynd</span></p>'
    message = message_in(in_group("x", entities=naming(BOT), attachments=page(content)))
    assert (message.text, message.quoted) == ("Flour is ground & sifted.", "")


def test_an_edit_is_another_wording_and_each_edit_another_event():
    first = activity("after", type="messageUpdate", channelData={"eventType": "editMessage"})
    message = message_in(first)
    later = message_in(first | {"timestamp": "2026-05-01T11:00:00Z"})
    assert message.edits and message.native_id == "1485983408511"
    assert len({message.dedupe_key, later.dedupe_key, message_in(activity()).dedupe_key}) == 3


def test_edits_without_a_time_are_told_apart_by_what_they_say():
    edits = [
        activity(words, type="messageUpdate", timestamp="", channelData={"eventType": "editMessage"})
        for words in ("once", "twice", "twice")
    ]
    once, twice, again = (message_in(each).dedupe_key for each in edits)
    assert once != twice == again


def test_a_message_that_was_taken_back_and_put_back_is_said_anew():
    message = message_in(activity("again", type="messageUpdate", channelData={"eventType": "undeleteMessage"}))
    assert (message.text, message.edits) == ("again", False)


def test_a_deleted_message_is_named():
    notice = notice_in(activity("", type="messageDelete", channelData={"eventType": "softDeleteMessage"}))
    assert (notice.kind, notice.native_id) == ("deleted", "1485983408511")


def test_what_was_pressed_chosen_or_filled_in_is_an_action():
    pressed = message_in(activity("", value={ACTION: "/bread"}, replyToId="17"))
    chosen = message_in(activity("", value={ACTION: "", CHOICE: "/two"}))
    answers = {f"{FIELD}name": "Zoë", f"{FIELD}age": 7, "other": "x"}
    filled = message_in(activity("", value={ACTION: "/form", FORM: True} | answers))
    beside = message_in(activity("", value={ACTION: "/off"} | answers))
    assert (pressed.action, pressed.native_id, pressed.text) == ("/bread", "17", "")
    assert chosen.action == "/two"
    assert (filled.action, dict(filled.fields)) == ("/form", {"name": "Zoë", "age": "7"})
    assert (beside.action, dict(beside.fields)) == ("/off", {})
    assert read(activity("", value={"foreign": "card"})) is None


def test_a_press_in_a_group_needs_no_name():
    assert message_in(in_group("", value={ACTION: "/bread"})).action == "/bread"


def test_thumbs_and_reactions_say_what_somebody_thinks():
    value = {"actionName": "feedback", "actionValue": {"reaction": "dislike", "feedback": "{}"}}
    invoke = activity("", type="invoke", name="message/submitAction", value=value, replyToId="17")
    liked = activity("", type="messageReaction", reactionsAdded=[{"type": "like"}], replyToId="17")
    undone = activity("", type="messageReaction", reactionsRemoved=[{"type": "like"}], replyToId="17")
    found = [feedback_in(each) for each in (invoke, liked, undone)]
    assert [(each.native_id, each.good) for each in found] == [("17", False), ("17", True), ("17", None)]
    assert read(activity("", type="messageReaction", reactionsAdded=[{"type": "pizza"}], replyToId="17")) is None


def test_an_installation_is_greeted_and_its_end_noticed():
    hello = message_in(activity("", type="installationUpdate", action="add"))
    assert hello.action == "/start"
    assert notice_in(activity("", type="installationUpdate", action="remove")).kind == "blocked"
    assert read(activity("", type="installationUpdate", action="remove-upgrade")) is None


def test_the_bot_comes_and_goes_and_people_do_not_matter():
    bot, person = [{"id": BOT[0]}], [{"id": "29:ben"}]
    assert notice_in(activity("", type="conversationUpdate", membersAdded=[*person, *bot])).kind == "unblocked"
    assert notice_in(activity("", type="conversationUpdate", membersRemoved=bot)).kind == "blocked"
    assert read(activity("", type="conversationUpdate", membersAdded=person)) is None


def test_files_pictures_and_other_things_hang_on_a_message():
    info = {"downloadUrl": "https://x.sharepoint.com/d", "fileType": "pdf", "uniqueId": "u"}
    attachments: list[dict[str, Any]] = [
        {"contentType": DOWNLOAD, "name": "../a\u202eb.pdf", "content": info},
        {"contentType": "image/*", "contentUrl": "https://smba.trafficmanager.net/emea/v3/attachments/1/views/original"},
        {"contentType": "application/vnd.microsoft.card.adaptive", "content": {}},
        *page("<p>x</p>"),
    ]  # fmt: skip
    file, picture, other = message_in(activity("x", attachments=attachments)).attachments
    assert (file.name, file.kind, file.media_type) == ("_ab.pdf", "document", "application/pdf")
    assert file.remote == "file:https://x.sharepoint.com/d"
    assert (picture.kind, picture.remote[:8], other.kind) == ("photo", "picture:", "other")


@pytest.mark.parametrize(
    "changes",
    [
        {"from": {"id": BOT[0], "name": "EverMynd"}},
        {"from": {"id": "28:other", "name": "Other"}},
        {"from": {"id": "29:x", "role": "bot"}},
        {"type": "typing"},
        {"type": "event", "name": "application/vnd.microsoft.readReceipt"},
        {"text": " "},
        {"channelId": "emulator"},
    ],
)
def test_bots_and_noise_are_not_for_us(changes: dict[str, Any]):
    assert read(activity() | changes) is None


def test_a_bot_of_one_organisation_hears_no_other():
    own, other = (replace(SETTINGS, tenant_id=each) for each in (TENANT_ID.upper(), "0" * 8 + TENANT_ID[8:]))
    assert read(activity(), own) is not None
    assert read(activity(), other) is None


@pytest.mark.parametrize("given", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00"])
def test_a_time_that_is_none_is_now(given: str):
    assert message_in(activity(timestamp=given)).sent_at == NOW


@pytest.mark.parametrize(
    "event", [None, [], "x", {"type": "message"}, {"conversation": {"id": {"a": 1}}}, {"type": []}]
)
def test_never_raises(event: object):
    assert read(event) is None


RECORDED = Path(__file__).parents[2] / "teams" / "activities"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("personal_text", "How long does rye dough rest?"),
        ("text_with_markup", "Brot 🍞 & <b>Käse</b> 👩🏽\u200d🍳"),
        ("text_with_at_markup_of_the_person", "what is in <at>EverMynd</at>?"),
        ("group_mention", "hello there"),
        ("group_mention_at_end", "what do you say?"),
        ("group_mention_of_others", "Bob Sample what do you think?"),
        ("group_mention_of_odd_name", "Tom & <Jerry> is here"),
        ("channel_thread_reply", "and for rye?"),
        ("quoted_reply", "and with seeds?"),
        ("file_shared", "please learn this"),
        ("installed", "/start"),
        ("edited_message", "How long does wheat dough rest?"),
    ],
)
def test_recorded_messages_say_what_was_meant(name: str, said: str):
    message = message_in(recorded(name))
    assert (message.action or message.text) == said


@pytest.mark.parametrize("path", sorted(RECORDED.glob("*.json")), ids=lambda path: path.stem)
def test_every_recorded_activity_belongs_to_its_conversation(path: Path):
    given = recorded(path.stem)
    heard = read(given)
    assert heard is None or conversation_of(heard.address) == given["conversation"]["id"]
    assert heard is None or read(given) == heard


@pytest.mark.parametrize(
    "name",
    ["other_bot", "typing", "read_receipt", "group_unaddressed", "members_added_to_group", "upgraded", "unknown_type"],
)
def test_recorded_noise_is_not_for_us(name: str):
    assert read(recorded(name)) is None


def recorded(name: str) -> Any:
    """Give an activity as Teams sends it."""
    return json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))
