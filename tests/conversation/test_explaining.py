"""What went wrong is said in the person's language: every error knows its message and what fills it."""

from __future__ import annotations

import ast
import inspect
from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from conversation.errors import TooLong
from conversation.speech import LANGUAGES, Speech
from knowledge.errors import HubError
from knowledge.parsers.errors import NoText
from knowledge.phrases import Phrase
from tests.conversation import sentences

SAMPLES: dict[object, object] = {str: "{tea}.txt", int: 7, float: 90.0, datetime: datetime(2030, 1, 1, tzinfo=UTC)}


def made(kind: type[HubError]) -> HubError:
    """An error of this kind, as the house would raise it."""
    if kind.__init__ is HubError.__init__:
        return kind("There is no {thing} left.", thing="{tea}")
    parameters = inspect.signature(kind, eval_str=True).parameters.values()
    wanted = [each for each in parameters if each.default is each.empty or each.annotation is str]
    given: list[Any] = [
        get_args(each.annotation)[0] if get_args(each.annotation) else SAMPLES[each.annotation] for each in wanted
    ]
    return kind(*given)


@pytest.mark.parametrize("kind", sentences.kinds(), ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_an_error_is_its_message_with_the_places_filled(kind: type[HubError]):
    error = made(kind)
    filled = error.message.format(**error.values) if error.values else error.message
    assert error.message
    assert str(error) == filled
    assert Speech().explain(error) == Speech("tlh").explain(error) == filled


@pytest.mark.parametrize("kind", sentences.for_people(), ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_an_error_for_people_holds_literals_that_can_be_found(kind: type[HubError]):
    handed_on = ("message", "sentence")  # to a class above, or from the class itself
    for node in sentences.written_in(kind):
        named = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        assert isinstance(node, ast.Constant) or named in handed_on


def test_an_error_reads_as_before():
    assert str(TooLong(12_345, 4_096)) == (
        "This message has 12,345 characters; I can take 4,096 at once. "
        "Send it as a text file instead, and I will read all of it."
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_that_no_catalogue_has_is_said_in_english(language: str):
    error = HubError("No catalogue has {what}.", what="this")
    assert Speech(language).explain(error) == str(error) == "No catalogue has this."


def test_what_fills_a_place_is_said_too():
    inner = HubError("The {part} is cold.", part=Phrase("pot of {n}", n=2))
    assert Speech("de").explain(HubError("No tea: {reason}", reason=inner)) == "No tea: The pot of 2 is cold."


@pytest.mark.parametrize("error", [ValueError("secret"), HubError(), TimeoutError()])
def test_what_was_not_foreseen_is_told_in_general_words(error: Exception):
    assert Speech().explain(error) == "Something went wrong on my side. Please try again in a moment."


def test_a_phrase_is_its_english_text_and_any_other_text_stays():
    phrase = Phrase("it holds {n} files", n="1,000")
    assert (phrase, phrase.message) == ("it holds 1,000 files", "it holds {n} files")
    assert [Speech("ru").restate(text) for text in ("{tea}", Phrase("{tea}"), Phrase(""))] == ["{tea}", "{tea}", ""]


def test_braces_in_a_name_are_not_places():
    assert str(NoText("{0}.pdf", Phrase("the page is empty."))) == "I found no text in “{0}.pdf”: the page is empty."
