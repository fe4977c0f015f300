"""What the rules find in a passage, and what they leave alone."""

from __future__ import annotations

from time import process_time

import pytest

from knowledge.graph.entities import MOST, RuleEntities, Text, extract, is_boilerplate, key_of, plain_heading


def keys(text: str, *headings: str) -> set[str]:
    return {entity.key for entity in extract(text, headings)}


@pytest.mark.parametrize(
    "term",
    [
        "dpkg-source",
        "debian/control",
        "Build-Depends",
        "CONFIG_X",
        "/usr/share/doc",
        "update-rc.d",
        "--strip-unneeded",
        "ld.so.conf",
        "man(7)",
        "PostgreSQL",
    ],
)
def test_finds_identifiers(term: str):
    assert keys(f"This is where {term} comes in.") == {term.casefold()}


def test_leaves_hyphenated_english_and_alternatives_alone():
    assert keys("A well-known, third-party and/or user-defined thing is up-to-date, he/she said.") == set()


def test_finds_names_of_several_words_without_their_article():
    assert keys("It was written by the Debian Technical Committee in May.") == {"debian technical committee"}


def test_a_word_that_only_opens_sentences_is_no_name():
    assert keys("Packages are built. Systems are booted. Nobody knows Lisbon.") == {"lisbon"}


def test_a_name_that_opens_a_sentence_counts_when_it_stands_inside_of_another():
    assert [entity.key for entity in extract("We like Lisbon. Lisbon is warm.")] == ["lisbon"]


def test_finds_acronyms_beside_what_they_stand_for():
    assert keys("It follows the Filesystem Hierarchy Standard (FHS).") == {"filesystem hierarchy standard", "fhs"}


def test_emphasis_is_no_acronym():
    assert keys("You MUST NOT do this. THE SOFTWARE IS PROVIDED AS IT IS. See part IV.") == set()


def test_finds_quoted_terms():
    assert keys("This is called a “dot file” here.") == {"dot file"}


def test_headings_count_without_numbers_and_without_boilerplate():
    assert keys("Nothing here.", "1. Introduction", "7.2. Virtual packages") == {"virtual package"}


def test_dates_are_no_names():
    assert keys("It was released on Monday, in August.") == set()


@pytest.mark.parametrize(
    ("one", "other"),
    [("Binary packages", "binary package"), ("Dependencies", "dependency"), ("Patch series", "patch series")],
)
def test_case_and_plural_do_not_make_another_entity(one: str, other: str):
    assert key_of(one) == key_of(other)


@pytest.mark.parametrize(
    ("heading", "plain"),
    [
        ("3.2. The version", "The version"),
        ("Chapter 2. Menu Structure", "Menu Structure"),
        ("A vendor", "A vendor"),
        ("IV. Rules", "Rules"),
    ],
)
def test_headings_lose_their_numbering(heading: str, plain: str):
    assert plain_heading(heading) == plain


def test_knows_usual_parts_of_documents():
    assert is_boilerplate("Table of Contents")
    assert not is_boilerplate("Control files")


def test_gives_at_most_so_many_and_always_the_same():
    text = " ".join(f"tool-x{n}" for n in range(50))
    assert len(extract(text)) == MOST
    assert extract(text) == extract(text)


@pytest.mark.parametrize(
    "text", ["", "\n\n", "🙂🙂", "\x00", "مرحبا بالعالم", "(((“", "A" * 20_000, "a-" * 20_000, "/" * 9_000]
)
def test_takes_any_text_quickly(text: str):
    start = process_time()
    extract(text, (text,))
    assert process_time() - start < 2


async def test_the_extractor_keeps_the_order_of_passages():
    found = await RuleEntities().extract([Text("See dpkg-deb."), Text("Nothing."), Text("See apt-get.")])
    assert [[entity.key for entity in each] for each in found] == [["dpkg-deb"], [], ["apt-get"]]
