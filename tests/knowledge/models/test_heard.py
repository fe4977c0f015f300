"""What a person says about themselves is heard; what they ask, quote or suppose is not."""

import pytest

from knowledge.models.heard import facts


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("My name is Anna and I live in Berlin.", [("is called", "Anna"), ("lives in", "Berlin")]),
        ("Hi, I'm Peter. I work as a nurse at night.", [("is called", "Peter"), ("works as", "a nurse at night")]),
        ("I am a Debian developer, and we ship weekly", [("is", "a Debian developer")]),
        (
            "I'm learning Rust these days and I prefer short answers",
            [("is learning", "Rust"), ("prefers", "short answers")],
        ),
        ("My goal is to run a marathon in under 4 hours!", [("wants to", "run a marathon in under 4 hours")]),
        ("I have two kids and a dog.", [("has", "two kids and a dog")]),
        ("I'm 34 years old and I'm from Porto.", [("is aged", "34"), ("comes from", "Porto")]),
        ("I speak German, English and some Polish.", [("speaks", "German, English and some Polish")]),
        ("I don't like long answers.", [("dislikes", "long answers")]),
        ("i live in hamburg and i like sailing", [("lives in", "hamburg"), ("likes", "sailing")]),
        ("I’m vegetarian", [("is", "vegetarian")]),
        ("Remember that I prefer metric units.", [("prefers", "metric units")]),
        ("my favourite language is Python", [("favourite language", "Python")]),
        ("I use Node.js 20 at St. Mary's.", [("uses", "Node.js 20 at St. Mary's")]),
    ],
)
def test_hears(message: str, expected: list[tuple[str, str]]) -> None:
    assert [(fact.predicate, fact.object) for fact in facts(message)] == expected


@pytest.mark.parametrize(
    "message",
    [
        "Do I live in Berlin?",
        "What is my name?",
        'He said "I live in Rome".',
        "If I live in Rome, what happens?",
        "> I live in Oslo",
        "I have a question about packages",
        "I am not sure what you mean.",
        "I want to know how to install it",
        "I'm looking for the log files",
        "Suppose I am a maintainer.",
        "",
    ],
)
def test_does_not_hear(message: str) -> None:
    assert facts(message) == []


@pytest.mark.parametrize(
    ("message", "predicate", "gone"),
    [
        ("I no longer live in Berlin.", "lives in", "Berlin"),
        ("I don't live in Paris anymore", "lives in", "Paris"),
        ("I used to work at Siemens", "works at", "Siemens"),
        ("I'm not a nurse any more", "is", "a nurse"),
    ],
)
def test_hears_what_no_longer_holds(message: str, predicate: str, gone: str) -> None:
    (fact,) = facts(message)
    assert (fact.predicate, fact.object, fact.ends) == (predicate, gone, True)


def test_spans_are_the_exact_words_and_hold_the_object() -> None:
    message = "Well — hello! I used to live in Rome, but now I live in  Lisbon these days."
    found = facts(message)
    assert [message[fact.start : fact.end] for fact in found] == ["I used to live in Rome", "I live in  Lisbon"]
    assert all(fact.object in message[fact.start : fact.end] for fact in found)


def test_a_long_message_takes_no_time() -> None:
    assert facts("I " * 50_000 + "I am a " * 20_000) is not None
