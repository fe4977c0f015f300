"""Replies become posts that Telegram takes, with all of their words."""

from __future__ import annotations

import pytest

from bots.markup import length
from bots.telegram.render import CAPTION_LIMIT, render, rows_of
from conversation.channel import Capabilities
from conversation.message import Attachment, Button, Progress, Reply

LIMITS = Capabilities(text_limit=4096, text_unit="utf16", buttons=100, button_value_limit=64)
FILE = Attachment(None, "export.zip", "application/zip", 10)


def test_formatting_becomes_entities_in_utf16_units():
    (part,) = render(Reply("🍞 **bold** and `code`"), LIMITS)
    assert part.text == "🍞 bold and code"
    assert [(each.kind, each.offset, each.length) for each in part.entities] == [("bold", 3, 4), ("code", 12, 4)]


def test_buttons_go_under_the_last_part():
    *others, last = render(Reply("word " * 3000, buttons=(Button("Stop", "/stop"),)), LIMITS)
    assert others and not any(part.buttons for part in others)
    assert [button.value for button in last.buttons] == ["/stop"]
    assert all(length(part.text, "utf16") <= 4096 for part in (*others, last))


def test_progress_is_drawn_below_what_happens():
    (part,) = render(Reply("**a.pdf**: reading page 12 of 30", progress=Progress("Reading", 40, 12, 30)), LIMITS)
    assert part.text == "a.pdf: reading page 12 of 30\n\n▓▓▓▓░░░░░░ 40 %"


@pytest.mark.parametrize(("percent", "bar"), [(-5, "░" * 10 + " 0 %"), (250, "▓" * 10 + " 100 %")])
def test_the_bar_stays_within_its_ends(percent: int, bar: str):
    (part,) = render(Reply("", progress=Progress("", percent)), LIMITS)
    assert part.text == bar


def test_a_short_text_goes_with_its_only_file():
    (part,) = render(Reply("Here is **yours**", files=(FILE,), buttons=(Button("Ok", "/ok"),)), LIMITS)
    assert (part.file, part.text, len(part.entities), len(part.buttons)) == (FILE, "Here is yours", 1, 1)


def test_a_text_too_long_for_a_caption_stands_before_the_file():
    text, file = render(Reply("x" * (CAPTION_LIMIT + 1), files=(FILE,)), LIMITS)
    assert (text.file, file.file, file.text) == (None, FILE, "")


def test_two_files_stand_below_their_text():
    parts = render(Reply("Both", files=(FILE, FILE), buttons=(Button("Ok", "/ok"),)), LIMITS)
    assert [(part.text, part.file is not None, len(part.buttons)) for part in parts] == [
        ("Both", False, 0), ("", True, 0), ("", True, 1),
    ]  # fmt: skip


def test_a_button_telegram_would_refuse_is_written_out():
    reply = Reply(
        "Look", buttons=(Button("Open", "", "http://localhost:8000/chat"), Button("Web", "", "https://a.org"))
    )
    (part,) = render(reply, LIMITS)
    assert part.text == "Look\n\nOpen: http://localhost:8000/chat"
    assert [button.label for button in part.buttons] == ["Web"]


def test_a_link_telegram_would_refuse_keeps_its_words():
    (part,) = render(Reply("see [here](http://localhost/x)"), LIMITS)
    assert (part.text, part.entities) == ("see here", ())


def test_a_link_within_the_hub_leads_to_its_address():
    (part,) = render(Reply("see [here](/chat)"), LIMITS, "https://hub.example.org")
    assert part.entities[0].value == "https://hub.example.org/chat"


def test_buttons_without_words_have_something_to_stand_under():
    (part,) = render(Reply("", buttons=(Button("Ok", "/ok"),)), LIMITS)
    assert part.text == "…"
    assert render(Reply(""), LIMITS) == ()


def test_buttons_share_a_row_while_their_labels_can_be_read():
    labels = ["Stop", "[1] p. 4", "[2] p. 5", "What does the manual say about bread?", "A", "B", "C", "D", "E", "F"]
    rows = [[button.label for button in row] for row in rows_of([Button(label, "/x") for label in labels])]
    assert rows == [["Stop", "[1] p. 4", "[2] p. 5"], [labels[3]], ["A", "B", "C", "D", "E"], ["F"]]
