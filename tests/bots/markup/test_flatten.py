"""How Markdown reads where there are no lists, headings or tables, and what of it is formatted."""

import pytest

from bots.markup import Flat, flatten


def shown(flat: Flat) -> list[tuple[str, str]]:
    """Give each entity's kind and words."""
    return [(entity.kind, flat.text[entity.offset : entity.offset + entity.length]) for entity in flat.entities]


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("a\n\nb", "a\n\nb"),
        ("a\nb  \nc", "a\nb\nc"),
        ("# A\n\nb\n\n## C", "A\nb\n\nC"),
        ("- a\n- b\n  - c\n    - d", "• a\n• b\n    • c\n        • d"),
        ("- a\n\n- b", "• a\n\n• b"),
        ("- a\n\n  more\n- b", "• a\n\n    more\n\n• b"),
        ("3. a\n3. b\n\n1) c", "3. a\n4. b\n\n1) c"),
        ("0. a", "0. a"),
        ("1. a\n   - b", "1. a\n    • b"),
        ("- [ ] a\n- [x] b", "☐ a\n☑ b"),
        ("1. [ ] a", "1. ☐ a"),
        ("- - a", "• • a"),
        ("-\n- b", "•\n• b"),
        ("a\n\n---\n\nb", "a\n\n———\n\nb"),
        ("<b>a</b> &lt; &amp;", "<b>a</b> < &"),
        ("<div>\n**a**\n</div>", "<div>\na\n</div>"),
        ("https://a.b <https://c.d>", "https://a.b https://c.d"),
        ("\\*a\\*", "*a*"),
        ("a\x00b\ud83dc", "a\ufffdb\ufffdc"),
        ("", ""),
        ("#", ""),
        ("```\n```", ""),
    ],
)
def test_reads_as_plain_text(markdown: str, text: str):
    assert flatten(markdown).text == text


def test_emphasis_becomes_entities():
    flat = flatten("**a** *b* ~~c~~ `d`\n# e")
    assert shown(flat) == [("bold", "a"), ("italic", "b"), ("strikethrough", "c"), ("code", "d"), ("bold", "e")]


def test_emphasis_stops_before_code_and_goes_on_behind_it():
    assert shown(flatten("**a `b` c**")) == [("bold", "a"), ("code", "b"), ("bold", "c")]


def test_bold_within_a_heading_is_bold_once():
    assert shown(flatten("# a **b**")) == [("bold", "a b")]


def test_code_keeps_its_language_and_its_indentation():
    flat = flatten("- a\n  ```py\n    x\n  y\n  ```")
    assert flat.text == "• a\n  x\ny"
    assert shown(flat) == [("pre", "  x\ny")]
    assert flat.entities[0].value == "py"


def test_a_link_is_its_words():
    flat = flatten("[a `b`](https://c.d/e) ![picture](https://f.g)")
    assert shown(flat) == [("text_link", "a b"), ("text_link", "picture")]
    assert [entity.value for entity in flat.entities] == ["https://c.d/e", "https://f.g"]


def test_a_picture_in_a_link_is_one_link():
    assert shown(flatten("[![a](https://b.c)](https://d.e)")) == [("text_link", "a")]


def test_a_link_within_the_hub_leads_below_its_address():
    assert flatten("[a](/b)", base="https://hub.example/").entities[0].value == "https://hub.example/b"
    assert flatten("[a](/b)") == Flat("a")


def test_an_address_that_cannot_be_tapped_is_written_out():
    assert flatten("[a](mailto:b@c.d) [e](ftp://f.g) [](https://h.i)") == Flat("a (b@c.d) e (ftp://f.g) https://h.i")


def test_a_quote_within_a_quote_is_marked_by_its_lines():
    flat = flatten("> a\n>\n> > b\n> > c")
    assert flat.text == "a\n\n> b\n> c"
    assert shown(flat) == [("blockquote", "a\n\n> b\n> c")]


def test_a_quote_in_a_list_stands_on_its_own_lines():
    flat = flatten("- > a\n  > b")
    assert flat.text == "•\na\nb"
    assert shown(flat) == [("blockquote", "a\nb")]


def test_a_list_that_begins_a_quote_keeps_its_first_sign():
    flat = flatten("> 1. a\n> 2. b")
    assert flat.text == "1. a\n2. b"
    assert shown(flat) == [("blockquote", "1. a\n2. b")]


def test_a_narrow_table_is_aligned():
    flat = flatten("| Fruit | n |\n|---|--:|\n| 柿 | 1 |\n| **fig** | 10 |")
    assert flat.text == "Fruit   n\n─────  ──\n柿      1\nfig    10"
    assert shown(flat) == [("pre", flat.text)]


def test_a_wide_table_is_told_row_by_row():
    flat = flatten("| Name | What it is |\n|--|--|\n| *Fig* | a fruit that is far too long for it |\n| Ash | |")
    assert flat.text == "Name: Fig\nWhat it is: a fruit that is far too long for it\n\nName: Ash\nWhat it is: –"
    assert ("bold", "Name:") in shown(flat) and ("italic", "Fig") in shown(flat)


def test_a_table_with_links_keeps_them():
    assert ("text_link", "x") in shown(flatten("| a |\n|--|\n| [x](https://y.z) |"))


def test_what_lies_too_deep_for_the_parser_is_shown_as_it_was_written():
    assert "-5 degrees" in flatten("> " * 60 + "-5 degrees\n\nafter").text
    assert flatten("- " * 60 + "x").text.endswith("x")
