"""How Markdown becomes Slack's blocks, its text for notifications and the Markdown of its streams."""

from __future__ import annotations

from typing import Any

import pytest

from bots.markup import slack_parts
from tests.bots.markup.readers import read_markdown, read_rich_text


def elements(markdown: str) -> list[dict[str, Any]]:
    """Give the elements of the only part's only block."""
    (part,) = slack_parts(markdown, base_url="https://hub.example")
    (block,) = part.blocks
    return block["elements"]


def text(words: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": words, **({"style": style} if style else {})}


def section(*inside: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": list(inside)}


def test_emphasis_is_style():
    assert elements("a **b *c*** ~~d~~ `e`") == [
        section(
            text("a "), text("b ", bold=True), text("c", bold=True, italic=True), text(" "),
            text("d", strike=True), text(" "), text("e", code=True),
        )
    ]  # fmt: skip


def test_a_link_is_a_link_and_an_address_one_to_itself():
    assert elements("[a](/b) https://c.d/e. <f@g.h> [i](javascript:j)") == [
        section(
            {"type": "link", "url": "https://hub.example/b", "text": "a"},
            text(" "),
            {"type": "link", "url": "https://c.d/e", "text": "https://c.d/e"},
            text(". "),
            {"type": "link", "url": "mailto:f@g.h", "text": "f@g.h"},
            text(" [i](javascript:j)"),
        )
    ]


def test_lists_have_indentation_and_numbers():
    bullet = {"type": "rich_text_list", "style": "bullet"}
    assert elements("- a\n  - b\n- c\n\n3. d\n4. e") == [
        {**bullet, "indent": 0, "elements": [section(text("a"))]},
        {**bullet, "indent": 1, "elements": [section(text("b"))]},
        {**bullet, "indent": 0, "elements": [section(text("c"))]},
        {"type": "rich_text_list", "style": "ordered", "indent": 0, "offset": 2,
         "elements": [section(text("d")), section(text("e"))]},
    ]  # fmt: skip


def test_a_list_goes_on_behind_code_with_its_next_number():
    first, code, second = elements("1. a\n   ```py\n   b\n   ```\n2. c")
    assert code == {"type": "rich_text_preformatted", "elements": [text("b")]}
    assert (first["style"], second["style"], second["offset"]) == ("ordered", "ordered", 1)


def test_a_further_paragraph_stays_in_its_point():
    assert elements("- a\n\n  b")[0]["elements"] == [section(text("a\n\nb"))]


def test_a_list_and_code_in_a_quote_have_its_border():
    quote, points, code = elements("> a\n> - b\n>\n> ```\n> c\n> ```")
    assert quote == {"type": "rich_text_quote", "elements": [text("a")]}
    assert (points["border"], code["border"]) == (1, 1)


def test_a_list_that_slack_has_no_sign_for_is_words():
    assert elements("1) a\n2) b") == [section(text("1) a\n2) b"))]
    assert elements("- [x] a") == [section(text("☑ a"))]


@pytest.mark.parametrize(
    "token", ["<!channel>", "<!here|here>", "<@U123>", "<#C1>", "<!date^1^x|y>", "&lt;!channel&gt;"]
)
def test_no_token_comes_from_words_or_code(token: str):
    (part,) = slack_parts(f"{token} **{token}** `{token}`\n```\n{token}\n```")
    assert "<" not in part.text
    assert "<!" not in part.markdown and "<@" not in part.markdown and "<#" not in part.markdown
    types = {inline["type"] for element in part.blocks[0]["elements"] for inline in element["elements"]}
    assert types == {"text"}


def test_a_link_of_slacks_own_kind_hides_no_address():
    (shown,) = elements("<http://x.y|z>")[0]["elements"]
    assert shown == {"type": "link", "url": "http://x.y%7Cz", "text": "http://x.y|z"}


def test_the_text_for_notifications_is_escaped():
    (part,) = slack_parts("a < b & c > d **e**")
    assert part.text == "a &lt; b &amp; c &gt; d e"


def test_markdown_for_streams_has_lists_and_escapes_everything_else():
    (part,) = slack_parts("- a_b\n  1. \\*c\\*\n  2. d\n\n\\# e\n\n> f\n\n[g](https://h.i/j_(k))")
    assert part.markdown == "- a\\_b\n  1. \\*c\\*\n  2. d\n\n\\# e\n\n> f\n\n[g](https://h.i/j_%28k%29)"


def test_numbers_go_on_in_the_next_part():
    parts = slack_parts("\n".join(f"{number}. point {number}" for number in range(1, 60)), 300)
    assert len(parts) > 2
    signs = [read_rich_text(part.blocks).signs for part in parts]
    assert [sign for part in signs for sign in part] == [(0, f"{number}.") for number in range(1, 60)]
    assert [read_markdown(part.markdown).signs for part in parts] == signs


def test_indentation_stays_in_the_next_part():
    parts = slack_parts("- a\n" + "\n".join(f"  - point {number}" for number in range(40)), 200)
    depths = [{depth for depth, _ in read_rich_text(part.blocks).signs} for part in parts]
    assert depths == [{0, 1}, *[{1}] * (len(parts) - 1)]


def test_code_and_quotes_are_opened_again_in_the_next_part():
    code = slack_parts("```py\n" + "a = 1\n" * 100 + "```", 300)
    assert len(code) > 1 and all(part.markdown.startswith("```py\n") for part in code)
    assert {part.blocks[0]["elements"][0]["type"] for part in code} == {"rich_text_preformatted"}
    quotes = slack_parts("> " + "word " * 100, 300)
    assert len(quotes) > 1 and {part.blocks[0]["elements"][0]["type"] for part in quotes} == {"rich_text_quote"}


def test_nothing_gives_no_part():
    assert slack_parts(" \n\n#\n") == ()
