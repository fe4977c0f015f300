"""Replies as messages: what is shown, what is pressed, who speaks, and how far a growing text stands."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from bots.markup import slack_parts
from bots.slack.avatars import shortcode
from bots.slack.elements import controls
from bots.slack.modals import modal
from bots.slack.posting import FALLBACK, to_post, to_update
from bots.slack.render import render
from bots.slack.unwritten import settled
from conversation.channel import Capabilities, Part
from conversation.coaches.cards import AVATARS
from conversation.message import Address, Attachment, Button, Field, Form, Progress, Reply
from tests.slack.platform.blocks import inspect

HERE = Capabilities(text_limit=3000, buttons=75, button_value_limit=150)
GROWING = {
    "prose": "Flour is ground grain. " * 12
    + "It has **gluten** and *starch* [1], which matter [2]. See `flour.md`. " * 4,
    "list": "Steps:\n\n1. Mix **flour** and water.\n2. Rest *90 minutes* [1].\n   - `code`\n   - more\n3. Bake.\n\n"
    * 2,
    "code": "Use:\n\n```python\nprint('x')\nfor x in y:\n    pass\n```\n\nA [link](https://example.org/a_b) & 1 < 2.",
    "heading": "# Title\n\nSome text\n\n## Second\n\n> a quote\n> going on\n\nEnd, 5 * 3 = 15 and snake_case_name.",
}


def one(reply: Reply) -> Part:
    (part,) = render(reply, HERE)
    return part


def test_a_reply_is_blocks_for_the_eye_and_words_for_notifications():
    part = one(Reply("**Hello** <!channel> & you", progress=Progress("Reading", 40)))
    assert part.text.startswith("Hello &lt;!channel&gt; &amp; you")
    assert "40 %" in part.text and part.native["blocks"][0]["type"] == "rich_text"
    assert inspect(part.native["blocks"]).problems == []


def test_nothing_to_see_is_no_message():
    assert render(Reply(""), HERE) == ()


def test_buttons_without_words_get_a_message():
    assert one(Reply("", buttons=(Button("Yes", "/yes"),))).text == "…"


def test_only_the_last_part_has_buttons_and_every_part_its_speaker():
    parts = render(Reply("word " * 2000, buttons=(Button("Yes", "/yes"),), coach_name="Ada", avatar="🦉"), HERE)
    assert len(parts) > 2
    assert [bool(part.buttons) for part in parts] == [False] * (len(parts) - 1) + [True]
    assert all(part.native["username"] == "Ada" and part.native["icon_emoji"] == ":owl:" for part in parts)


def test_files_are_messages_of_their_own():
    file = Attachment(None, "export.zip", "application/zip", 9)
    text, sent = render(Reply("Here", files=(file,)), HERE)
    assert (text.text, text.file, sent.text, sent.file) == ("Here", None, "", file)


@pytest.mark.parametrize("avatar", AVATARS)
def test_every_avatar_of_ours_has_a_name_in_slack(avatar: str):
    assert shortcode(avatar).strip(":").isascii() and shortcode(avatar) != "::"


@pytest.mark.parametrize("number", [0, 1, 10, 11, 25, 26, 60, 75])
@pytest.mark.parametrize("length", [1, 75, 200])
def test_any_number_of_buttons_is_one_slack_takes(number: int, length: int):
    buttons = [Button("L" * length, f"/do {n}") for n in range(number)]
    buttons += [Button("Look", "", "https://example.org"), Button("Nowhere", "", "javascript:x"), Button(" ", "/x")]
    blocks = controls(buttons, feedback=True)
    assert inspect(blocks).problems == []
    assert json.dumps(blocks).count("/do ") == number and "javascript" not in json.dumps(blocks)


def test_long_values_stay_buttons():
    blocks = controls([Button(f"B{n}", "v" * 200 + str(n)) for n in range(20)])
    assert {element["type"] for block in blocks for element in block["elements"]} == {"button"}


def test_a_form_of_any_size_is_one_slack_takes():
    fields = tuple(
        Field(f"f{n}", "L" * 3000, "v" * 9000, "h" * 500, limit=limit, long=bool(n % 2), required=bool(n % 3))
        for n, limit in enumerate((0, 1, 200, 10**9))
    )
    menu = Field("m", "Menu", "b", options=tuple(Button("L" * 100, value) for value in "abc"))
    view = modal(Form("T" * 99, "/creator", (*fields, menu), "Open", "S" * 99), Address("slack", "T1", "D1"))
    assert inspect(view["blocks"], "modal").problems == []
    assert len(view["title"]["text"]) <= 24 and len(view["submit"]["text"]) <= 24


@pytest.mark.parametrize("name", GROWING)
@pytest.mark.parametrize("seed", range(5))
def test_what_was_streamed_stays_the_beginning_of_what_is_said(name: str, seed: int):
    """A text that grows by pieces of any size never leaves what was streamed for more than two looks."""
    text, sizes, said, odd, at = GROWING[name], random.Random(seed), "", 0, 0  # noqa: S311
    while at < len(text):
        at += sizes.randint(3, 40)
        shown: Any = slack_parts(text[:at].rstrip(), 3000)[0].markdown
        stands = settled(shown)
        odd = 0 if stands.startswith(said) or said.startswith(stands) else odd + 1
        assert odd < 3
        said = said if odd or said.startswith(stands) else stands
    assert len(said) > 0.8 * len(text)


def test_the_text_beside_the_blocks_is_cut_where_nothing_is_in_two():
    blocks = {"blocks": [{"type": "section"}]}
    for end in ("<https://a.org/x|a page>", "&amp;", "words"):
        text = "x" * (FALLBACK - 4) + end + "y" * 100
        cut = to_update(Address("slack", "T1", "C1", "group"), "1.2", Part(text, native=blocks))["text"]
        assert len(cut) <= FALLBACK and cut.startswith("x" * (FALLBACK - 4)) and cut.endswith("…")
        assert "<" not in cut and "&" not in cut
        assert to_post(Address("slack", "T1", "C1", "group"), Part(text), "k")["text"] == text
