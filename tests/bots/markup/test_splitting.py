"""Where a long text is cut, and what is formatted again in the part that follows."""

import pytest

from bots.markup import Flat, cut, flatten, length, split, to_units
from conversation.channel import Entity


def texts(markdown: str, limit: int) -> list[str]:
    return [part.text for part in split(flatten(markdown), limit)]


@pytest.mark.parametrize(
    ("markdown", "limit", "parts"),
    [
        ("One two.\n\nThree four. Five.", 22, ["One two.", "Three four. Five."]),
        ("- a b. c\n- d e. f", 14, ["• a b. c", "• d e. f"]),
        ("1. a b. c\n2. d e. f", 14, ["1. a b. c", "2. d e. f"]),
        ("One two\nthree. four", 12, ["One two", "three. four"]),
        ("One two. Three four", 15, ["One two.", "Three four"]),
        ("One two three four", 15, ["One two three", "four"]),
        ("Onetwothreefour", 10, ["Onetwothre", "efour"]),
        ("一二三。四五六七", 6, ["一二三。", "四五六七"]),
        ("一二三四五六七", 6, ["一二三四五六", "七"]),
        ("10\xa0000 people live", 10, ["10\xa0000", "people", "live"]),
        ("Some words.\n\n# Title\n\nMore words here.", 19, ["Some words.", "Title\nMore words", "here."]),
        ("Some words here.\n\n# Title\n\nMore words.", 26, ["Some words here.", "Title\nMore words."]),
    ],
)
def test_is_cut_at_the_best_place(markdown: str, limit: int, parts: list[str]):
    assert texts(markdown, limit) == parts


@pytest.mark.parametrize(
    "character", ["👨‍👩‍👧‍👦", "🇩🇪", "👋🏽", "e\u0301\u0302", "क्षि", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "1️⃣", "❤️‍🔥", "\u1100\u1161\u11a8"]
)
def test_no_character_is_cut_in_two(character: str):
    limit = 2 * length(character, "utf16") + 1
    assert texts(character * 5, limit) == [character * 2, character * 2, character]


def test_one_character_that_is_too_long_is_cut_all_the_same():
    flat = Flat("e" + "\u0301" * 30)
    assert "".join(part.text for part in split(flat, 10)) == flat.text


def test_code_is_code_again_in_the_next_part():
    first, second = split(flatten("```py\nif it_rains:\n    stay_in()\n```"), 20)
    assert first == Flat("if it_rains:", (Entity("pre", 0, 12, "py"),), after="\n")
    assert second == Flat("    stay_in()", (Entity("pre", 0, 13, "py"),))


def test_a_block_of_code_is_left_whole_where_it_can_be():
    parts = split(flatten("Some words about it.\n\n```\none\ntwo\n```"), 26)
    assert [part.text for part in parts] == ["Some words about it.", "one\ntwo"]


def test_emphasis_goes_on_within_emphasis():
    first, second = split(flatten("**one *two three***"), 8)
    assert first == Flat("one two", (Entity("bold", 0, 7), Entity("italic", 4, 3)), after=" ")
    assert second == Flat("three", (Entity("bold", 0, 5), Entity("italic", 0, 5)))


def test_a_link_cut_in_two_leads_there_twice():
    assert [part.entities for part in split(flatten("[one two](https://a.b)"), 4)] == [
        (Entity("text_link", 0, 3, "https://a.b"),),
        (Entity("text_link", 0, 3, "https://a.b"),),
    ]


def test_blanks_between_parts_are_kept_beside_them():
    flat = Flat("  one\n\n\n two \u200b ")
    parts = split(flat, 6)
    assert [(part.before, part.text, part.after) for part in parts] == [
        ("  ", "one", "\n\n\n "),
        ("", "two \u200b", " "),
    ]


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b\u2060\ufe0f", "\u2800\u3164\xa0", "\x00\x01"])
def test_there_is_no_part_in_which_nothing_can_be_seen(text: str):
    assert split(Flat(text * 5000), 4096) == ()


def test_a_part_ends_before_there_is_too_much_formatting():
    parts = split(flatten("**ab** cdefgh " * 250), 4096)
    assert [len(part.entities) for part in parts] == [100, 100, 50]


def test_where_formatting_is_too_dense_links_are_kept_and_looks_are_dropped():
    flat = flatten("*a* " * 150 + "[b](https://c.d)" + " and words" * 200)
    (part,) = split(flat, 4096)
    assert part.text == flat.text
    assert len(part.entities) == 100 and part.entities[-1].kind == "text_link"


def test_the_last_part_leaves_headroom():
    text = "word " * 19 + "word"
    assert [len(part.text) for part in split(Flat(text), 100)] == [99]
    assert [len(part.text) for part in split(Flat(text), 100, headroom=40)] == [59, 39]


def test_the_first_part_can_have_a_limit_of_its_own():
    assert [part.text for part in split(Flat("one two three four"), 14, first_limit=4)] == ["one", "two three four"]


@pytest.mark.parametrize(("limit", "headroom"), [(1, 0), (10, 9), (10, -1)])
def test_a_limit_must_hold_a_character(limit: int, headroom: int):
    with pytest.raises(ValueError, match="at least one character"):
        split(Flat("a"), limit, headroom=headroom)


def test_entities_are_counted_in_the_units_of_the_platform():
    flat = flatten("😀 **😀a** b")
    assert to_units(flat, "characters") == flat.entities == (Entity("bold", 2, 2),)
    assert to_units(flat, "utf16") == (Entity("bold", 3, 3),)


@pytest.mark.parametrize("text", ["", "short", "word " * 3000, "x" * 9000, "🙂" * 5000, "line\n\n" * 2000, " " * 9000])
@pytest.mark.parametrize("unit", ["characters", "utf16"])
def test_plain_text_is_cut_without_losing_a_blank(text: str, unit: str):
    parts = cut(text, 1000, "utf16" if unit == "utf16" else "characters")
    assert "".join(parts) == text
    assert max(length(part, "utf16" if unit == "utf16" else "characters") for part in parts) <= 1000
