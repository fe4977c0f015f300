"""Topics and questions that people see for a document they sent."""

from __future__ import annotations

from uuid import UUID

from knowledge.chunks import split
from knowledge.parsers.document import Block, Kind, Page, Parsed
from knowledge.reading import Reader
from knowledge.topics import questions, topics

FILLER = "Work on the farm goes on in every season and each person has a share of it. " * 3
FARM = [
    ("1. Introduction", FILLER),
    ("2. Crop rotation", "Crop rotation is the practice of growing different crops one after another. " + FILLER),
    ("3. Soil testing (optional)", "Every soil sample must contain at least ten small cores. " + FILLER),
    ("4. How to store the harvest", "Grain is kept dry. " + FILLER),
    ("Index", FILLER),
]


def parsed_of(sections: list[tuple[str, str]], title: str = "Farming") -> Parsed:
    text, blocks = "", list[Block]()
    for heading, body in sections:
        kinds: tuple[tuple[Kind, str], ...] = (("heading", heading), ("paragraph", body))
        for kind, piece in kinds:
            if piece:
                blocks.append(Block(kind, 1, len(text), len(text) + len(piece)))
                text += piece + "\n\n"
    return Parsed(title, "text/plain", (Page(1, "page 1", text),), tuple(blocks), "page")


def asked(sections: list[tuple[str, str]], title: str = "Farming") -> tuple[str, str, str]:
    parsed = parsed_of(sections, title)
    return questions(parsed, split(parsed, UUID(int=1)))


def test_topics_are_headings_without_numbers_and_usual_parts():
    assert topics(parsed_of(FARM), limit=3) == ("Crop Rotation", "Soil Testing", "How to Store the Harvest")


def test_identifiers_keep_their_spelling_in_topics():
    sections = [(f"Using {name}", FILLER) for name in ("debian/rules", "dpkg", "the FHS")]
    assert topics(parsed_of(sections), limit=3) == ("Using debian/rules", "Using Dpkg", "Using the FHS")


def test_a_text_without_headings_has_the_phrases_it_repeats():
    text = (
        "The solar panel feeds the battery bank. " * 4 + "A solar panel needs light and a battery bank needs care. " * 3
    )
    assert set(topics(parsed_of([("", text)], ""), limit=2)) == {"Solar Panel", "Battery Bank"}


def test_a_text_about_nothing_in_particular_has_no_topics():
    assert topics(parsed_of([("", "So it is.")], "")) == ()


def test_questions_come_from_definitions_rules_and_headings():
    assert set(asked(FARM)) == {
        "What is crop rotation?",
        "What must every soil sample contain?",
        "How do I store the harvest?",
    }


def test_questions_are_different():
    sections = [(f"{n}. Crop rotation", "Crop rotation is the growing of different crops. " + FILLER) for n in range(5)]
    assert len(set(asked(sections))) == 3


def test_there_are_three_questions_even_about_a_single_sentence():
    found = asked([("", "So it is.")], "")
    assert len(set(found)) == 3
    assert all(question.startswith("What ") and question.endswith("?") for question in found)


def test_what_stands_for_something_else_is_not_asked_about():
    sections = [
        ("Notes", "This is a thing. It is the best. There are the ones. The following is an example. " + FILLER)
    ]
    assert not any(word in " ".join(asked(sections)) for word in ("this", "it?", "there", "following"))


async def test_reading_finds_mentions_topics_and_questions():
    parsed = parsed_of(FARM)
    chunks = split(parsed, UUID(int=1))
    findings = await Reader()(parsed, chunks)
    assert {mention.chunk_id for mention in findings.mentions} <= {chunk.chunk_id for chunk in chunks}
    assert "how to store the harvest" in {mention.entity_key for mention in findings.mentions}
    assert len(findings.questions) == 3
    assert findings.topics
