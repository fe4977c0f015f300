"""How Markdown becomes what Teams reads in a message's text, and elements of its cards."""

from __future__ import annotations

from typing import Any

import pytest

from bots.markup import length, parse, slack_flat, teams_parts, to_card_table, to_card_text
from bots.markup.tree import Table
from tests.bots.markup.readers import read_markdown


def written(markdown: str) -> str:
    (part,) = teams_parts(markdown, base_url="https://hub.example")
    return part.text


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("a\nb\n\nc", "a  \nb\n\nc"),
        ("**a *b*** ~~c~~ `d`", "**a *b*** ~~c~~ `d`"),
        ("# a\n\nb", "**a**  \nb"),
        ("- a\n  - b\n\n3. c", "• a  \n&nbsp;\u00a0\u00a0\u00a0• b\n\n3\\. c"),
        ("[a](/b) https://c.d/e_f", "[a](https://hub.example/b) [https://c.d/e\\_f](https://c.d/e_f)"),
        ("> a\n> b\n\nc", "> a  \n> b\n\nc"),
        ("```py\na < b\n```", "```py\na < b\n```"),
        ("````\n```\n````", "````\n```\n````"),
        ("| a | b |\n|--|--|\n| 1 | 2 |", "```\na  b\n─  ─\n1  2\n```"),
        ("a & b &lt; c", "a &amp; b &lt; c"),
        ("`` `a ``", "`` `a ``"),
    ],
)
def test_is_the_markdown_that_teams_reads(markdown: str, text: str):
    assert written(markdown) == text


@pytest.mark.parametrize(
    "words", ["<at>Ann</at>", "<script>x</script>", "&lt;b&gt;", "[x](javascript:y)", "<http://x>"]
)
def test_no_tag_and_no_link_comes_from_words(words: str):
    shown = written("\\" + words if words[0] == "[" else words)
    reading = read_markdown(shown)
    assert {kind for _, kinds in reading.looks for kind, _ in kinds} <= {"text_link"}
    assert "javascript:" not in "".join(value for _, kinds in reading.looks for _, value in kinds)
    assert "<" not in shown


@pytest.mark.parametrize(
    "line", ["# a", "1. a", "- a", "+ a", "> a", "=== a", "    a", "| a |", "*a*", "__a__", "~~a~~"]
)
def test_words_that_look_like_markup_stay_words(line: str):
    escaped = "".join(f"&#{ord(sign)};" for sign in line)
    reading = read_markdown(written(f"before\n{escaped}\nafter"))
    assert reading.lines == ["before", line.replace(" ", ""), "after"]
    assert not any(kinds for _, kinds in reading.looks)


def test_code_is_opened_again_in_the_next_part():
    parts = teams_parts("```py\n" + "a = 1\n" * 100 + "```", 200)
    assert len(parts) > 1
    assert all(part.text.startswith("```py\n") and part.text.endswith("\n```") for part in parts)


def test_points_keep_their_numbers_and_their_indentation_in_the_next_part():
    parts = teams_parts("- a\n" + "\n".join(f"  {number}. point" for number in range(1, 40)), 200)
    assert len(parts) > 1
    assert all(part.text.startswith("&nbsp;\u00a0\u00a0\u00a0") for part in parts[1:])


def test_a_limit_counts_what_was_written_in_utf16():
    parts = teams_parts("😀*<_&" * 300, 100)
    assert all(90 > length(part.text, "utf16") - 10 > 40 for part in parts[:-1])


def test_text_on_a_card_is_runs():
    card = to_card_text(slack_flat("**a** `b` [c](https://d.e)"))
    assert card["type"] == "RichTextBlock"
    assert card["inlines"] == [
        {"type": "TextRun", "text": "a", "weight": "Bolder"},
        {"type": "TextRun", "text": " "},
        {"type": "TextRun", "text": "b", "fontType": "Monospace"},
        {"type": "TextRun", "text": " "},
        {"type": "TextRun", "text": "c", "selectAction": {"type": "Action.OpenUrl", "url": "https://d.e"}},
    ]


def test_a_table_on_a_card_has_its_columns_and_rows():
    (table,) = parse("| a | b |\n|--|--:|\n| **1** | |")
    assert isinstance(table, Table)
    card = to_card_table(table)
    assert card["type"] == "Table" and card["firstRowAsHeader"]
    assert [column["horizontalCellContentAlignment"] for column in card["columns"]] == ["left", "right"]
    assert [[words(cell) for cell in row["cells"]] for row in card["rows"]] == [["a", "b"], ["1", "–"]]


def words(cell: dict[str, Any]) -> str:
    (block,) = cell["items"]
    return "".join(run["text"] for run in block["inlines"])
