"""Every sentence a person reads stands in every catalogue, complete and with the same places to fill in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from jinja2 import Environment, nodes

from conversation.speech import Speech, nearest
from tests.conversation import catalogues, sentences
from tests.conversation.catalogues import OTHERS, Message, catalogue

ROOT = Path(__file__).parents[2]
ROOMS = sentences.ROOMS
NOT_LITERAL = {
    "conversation/speech.py",  # the doors themselves
    "conversation/turn.py",
    "conversation/skills/skill.py",  # descriptions of commands, which are extracted where they are declared
    "ui/account/wording.py",  # the door of the pages
    "ui/web/pages.py",  # what the script of the chat's page says
    "ui/web/workspace.py",  # the words of the chat's page
}


@pytest.fixture(scope="module")
def said() -> set[Message]:
    """All messages of the code."""
    return catalogues.said()


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", OTHERS)
def test_no_message_is_missing_and_none_is_left_over(language: str, said: set[Message]):
    there = {
        (message.id[0], message.id[1]) if isinstance(message.id, tuple | list) else message.id
        for message in catalogue(language)
        if message.id
    }
    assert sorted(map(str, said - there)) == []
    assert sorted(map(str, there - said)) == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_is_translated_with_the_same_places(language: str):
    catalog = catalogue(language)
    for message in catalog:
        if not message.id:
            continue
        forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
        wanted = message.id[1] if isinstance(message.id, tuple | list) else message.id
        assert len(forms) == (catalog.num_plurals if message.pluralizable else 1), message.id
        assert not message.fuzzy, message.id
        for form in forms:
            assert form, message.id
            assert places(form) == places(wanted) or (message.pluralizable and places(wanted) - places(form) <= {"n"})
            assert re.findall(r"`[^`]*`", form) == re.findall(r"`[^`]*`", wanted) or "{" in wanted, message.id


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    yield path.relative_to(ROOT).as_posix(), node


def test_what_is_said_is_a_literal_so_that_it_is_found():
    wrong = [
        f"{path}:{call.lineno}"
        for path, call in _calls()
        if isinstance(call.func, ast.Attribute)
        and call.func.attr == "say"
        and not (isinstance(call.func.value, ast.Name) and call.func.value.id == "proactive")  # says a whole reply
        and path not in NOT_LITERAL
        and not path.startswith(("ui/cli", "ui/embedded"))
        and not (call.args and isinstance(call.args[0], ast.Constant))
    ]
    assert wrong == []


def test_what_a_page_says_is_a_literal_so_that_it_is_found():
    wrong = [
        f"{path.name}:{call.lineno}"
        for path in (ROOT / "ui").rglob("*.html")
        for call in Environment(autoescape=True).parse(path.read_text(encoding="utf-8")).find_all(nodes.Call)
        if isinstance(call.node, nodes.Name)
        and call.node.name in ("say", "count")
        and not (call.args and isinstance(call.args[0], nodes.Const))
    ]
    assert wrong == []


def test_a_page_holds_no_bare_words():
    wrong: list[str] = []
    for path in (ROOT / "ui").rglob("*.html"):
        drawn = re.sub(
            r"{% block width.*?endblock %}|<script>.*?</script>|{%.*?%}|{{.*?}}|EverMynd|/link",
            "",
            path.read_text(encoding="utf-8"),
            flags=re.DOTALL,
        )
        text = re.sub(r"<[^>]*>", " ", drawn)
        spoken = re.findall(r'(?:aria-label|alt|title|placeholder)="([^"]+)"', drawn)
        wrong += [f"{path.name}: {words}" for words in [text, *spoken] if re.search(r"[A-Za-z]{2,}", words)]
    assert wrong == []


def test_the_sentence_an_error_is_raised_with_is_a_literal_so_that_it_is_found():
    names = sentences.raised_with_a_sentence()
    wrong = [
        f"{path}:{call.lineno}"
        for path, call in _calls()
        if isinstance(call.func, ast.Name)
        and call.func.id in names
        and call.args
        and isinstance(call.args[0], ast.JoinedStr)
    ]
    assert wrong == []


def test_nothing_is_said_within_a_filled_string_where_it_would_not_be_found():
    wrong: list[str] = []
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for filled in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(filled, ast.JoinedStr):
                    inner = (node for node in ast.walk(filled) if isinstance(node, ast.Attribute))
                    wrong += [f"{path.name}:{filled.lineno}" for node in inner if node.attr in ("say", "count")]
    assert wrong == []


def _literal(node: ast.expr) -> str:
    """Give the letters that stand in the code itself, in a plain string or around the places of a filled one."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return "".join(part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str))


def test_no_reply_is_built_from_a_bare_literal():
    wrong = [
        f"{path}:{call.lineno}"
        for path, call in _calls()
        if isinstance(call.func, ast.Name)
        and call.func.id == "Reply"
        and call.args
        and any(letter.isalpha() for letter in _literal(call.args[0]))
    ]
    assert wrong == []


@pytest.mark.parametrize(("tag", "language"), [("de-AT", "de"), ("es_MX", "es"), ("RU", "ru"), ("fr", ""), ("", "")])
def test_the_nearest_language_is_chosen(tag: str, language: str):
    assert nearest(tag) == language


def test_an_unknown_language_speaks_english():
    assert Speech("tlh").say("Hello, {name}.", name="Ada") == "Hello, Ada."
    assert [Speech("tlh").count("{n} source", "{n} sources", n) for n in (1, 2)] == ["1 source", "2 sources"]
