"""Chunks: exact spans, whole coverage, sections kept apart, and calm under edits."""

import random
from collections import Counter
from uuid import UUID

import pytest

from knowledge.chunks import Chunk, sentences, split
from knowledge.chunks.splitting import LONGEST
from knowledge.parsers.document import Block, Kind, Page, Parsed

DOCUMENT = UUID(int=7)
WORDS = ("package", "the", "a", "policy", "of", "must", "archive", "binary", "is", "Debian", "version", "when", "it")

Piece = tuple[Kind, int, str]


def parsed_of(pieces: list[Piece]) -> Parsed:
    text, blocks = "", list[Block]()
    for kind, level, words in pieces:
        blocks.append(Block(kind, level, len(text), len(text) + len(words)))
        text += words + "\n\n"
    half = text.find("\n", len(text) // 2 - 100) + 1
    pages = (Page(1, "page 1", text[:half]), Page(2, "page 2", text[half:]))
    return Parsed("A manual", "text/plain", pages, tuple(blocks), "page")


def generator(seed: int | str) -> random.Random:
    return random.Random(seed)  # noqa: S311


def sentence(rng: random.Random) -> str:
    words = [rng.choice(WORDS) + str(rng.randrange(1000)) for _ in range(rng.randint(3, 25))]
    return " ".join(words).capitalize() + "."


def paragraph(rng: random.Random) -> str:
    return " ".join(sentence(rng) for _ in range(rng.choice([1, 1, 2, 3, 5, 9, 15])))


def manual(seed: int) -> list[Piece]:
    rng = generator(seed)
    pieces: list[Piece] = []
    for _ in range(rng.randint(1, 60)):
        if rng.random() < 0.25:
            pieces.append(("heading", rng.randint(1, 4), sentence(rng)[:60]))
        else:
            pieces.append((rng.choice(["paragraph", "paragraph", "list_item", "code"]), 1, paragraph(rng)))
    return pieces


def edited(pieces: list[Piece], rng: random.Random) -> list[Piece]:
    """The pieces with a few words of one paragraph changed, added or removed, its first sentence kept."""
    at = rng.choice([i for i, piece in enumerate(pieces) if piece[0] != "heading"])
    kind, level, words = pieces[at]
    first, *rest = words.split(". ")
    change = rng.choice(["add", "remove", "replace"])
    if change == "add" or not rest:
        rest = [*rest, sentence(rng)[:119].rstrip(".") + "."]
    elif change == "remove" and len(rest[-1]) < 120:
        rest = rest[:-1]
    else:
        rest[-1] = rest[-1].replace("a", "o")
    return [*pieces[:at], (kind, level, ". ".join([first, *rest]).rstrip(".") + "."), *pieces[at + 1 :]]


def new_hashes(before: list[Chunk], after: list[Chunk]) -> set[str]:
    return {chunk.content_hash for chunk in after} - {chunk.content_hash for chunk in before}


@pytest.mark.parametrize("seed", range(150))
def test_every_chunk_is_its_span_of_the_document(seed: int):
    parsed = parsed_of(manual(seed))
    chunks = split(parsed, DOCUMENT)
    assert all(chunk.text == parsed.text[chunk.start : chunk.end] for chunk in chunks)
    assert [chunk.ordinal for chunk in chunks] == list(range(len(chunks)))
    assert all(0 < len(chunk.text) <= LONGEST for chunk in chunks)
    assert len({chunk.chunk_id for chunk in chunks}) == len(chunks)


@pytest.mark.parametrize("seed", range(150))
def test_chunks_hold_all_text_in_order(seed: int):
    parsed = parsed_of(manual(seed))
    at = 0
    for chunk in split(parsed, DOCUMENT):
        assert parsed.text[at : chunk.start].strip() == ""
        at = chunk.end
    assert parsed.text[at:].strip() == ""


def test_editing_a_paragraph_changes_at_most_two_chunks():
    counts = Counter[int]()
    for seed in range(200):
        pieces: list[Piece] = [*manual(seed), ("paragraph", 1, "Some text. And more of it.")]
        before = split(parsed_of(pieces), DOCUMENT)
        for turn in range(10):
            after = split(parsed_of(edited(pieces, generator(f"{seed} {turn}"))), DOCUMENT)
            counts[len(new_hashes(before, after))] += 1
    assert counts[0] + counts[1] + counts[2] >= 0.995 * counts.total()
    assert max(counts) <= 3


def test_a_paragraph_inserted_into_a_long_text_disturbs_only_its_neighbourhood():
    rng = generator(1)
    pieces: list[Piece] = [("paragraph", 1, paragraph(rng)) for _ in range(400)]
    before = split(parsed_of(pieces), DOCUMENT)
    counts: list[int] = []
    for _ in range(60):
        at = rng.randrange(400)
        after = split(parsed_of([*pieces[:at], ("paragraph", 1, paragraph(rng)), *pieces[at:]]), DOCUMENT)
        counts.append(len(new_hashes(before, after)))
    assert sorted(counts)[30] <= 8
    assert max(counts) < len(before) / 4


def test_a_heading_opens_its_chunk_and_names_its_path():
    body = "Binary packages declare what they need. " * 12
    parsed = parsed_of(
        [("heading", 1, "7. Relationships"), ("heading", 2, "7.2. Depends"), ("paragraph", 1, body.strip())]
    )
    (chunk,) = split(parsed, DOCUMENT)
    assert chunk.heading_path == ("7. Relationships", "7.2. Depends")
    assert chunk.text.startswith("7. Relationships\n\n7.2. Depends\n\nBinary")


def test_sections_of_ordinary_size_are_kept_apart():
    body = ("A rule with some reason given for it. " * 12).strip()
    pieces: list[Piece] = []
    for number in range(5):
        pieces.append(("heading", 1, f"Rule {number}"))
        pieces.append(("paragraph", 1, f"{number} {body}"))
    paths = [chunk.heading_path for chunk in split(parsed_of(pieces), DOCUMENT)]
    assert paths == [(f"Rule {number}",) for number in range(5)]


def test_tiny_sections_share_a_chunk():
    pieces: list[Piece] = [("heading", 1, "Terms")]
    for number in range(4):
        pieces.append(("heading", 2, f"Term {number}"))
        pieces.append(("paragraph", 1, "A short explanation."))
    (chunk,) = split(parsed_of(pieces), DOCUMENT)
    assert chunk.heading_path == ("Terms",)


def test_a_chunk_knows_the_page_it_starts_on():
    pieces: list[Piece] = [("paragraph", 1, "First words. " * 80), ("paragraph", 1, "Other words. " * 70)]
    assert [chunk.page for chunk in split(parsed_of(pieces), DOCUMENT)] == [1, 2]


def test_text_between_blocks_is_not_lost():
    page = Page(1, "", "before\nHEAD\nafter\n")
    parsed = Parsed("x", "text/plain", (page,), (Block("heading", 1, 7, 11),), "")
    assert [chunk.text for chunk in split(parsed, DOCUMENT)] == ["before\nHEAD\nafter"]


def test_repeated_text_gets_an_id_for_each_occurrence():
    body = ("The same words again. " * 30).strip()
    pieces: list[Piece] = [("heading", 1, "A"), ("paragraph", 1, body)] * 3
    chunks = split(parsed_of(pieces), DOCUMENT)
    assert len({chunk.content_hash for chunk in chunks}) == 1
    assert len({chunk.chunk_id for chunk in chunks}) == 3


def test_a_word_without_end_is_still_cut():
    chunks = split(parsed_of([("paragraph", 1, "x" * 10_000)]), DOCUMENT)
    assert "".join(chunk.text for chunk in chunks) == "x" * 10_000


@pytest.mark.parametrize(
    "expected",
    [
        ["This is one.", "Here is two!", "Is this three?", "Yes."],
        ["It is provided by dpkg-dev.", "The tools, e.g. Debian's, are in version 5.1.2 of it."],
        ["See sec. 7.2 and Fig. 3 by J. R. Hartley.", "Then go on."],
        ["Packages declare them (i.e. Depends).", "“Really?”", "Yes."],
        ["He waited...", "Then he left."],
    ],
)
def test_sentences_end_where_a_reader_ends_them(expected: list[str]):
    text = " ".join(expected)
    assert [text[start:end] for start, end in sentences(text)] == expected


def test_headings_and_list_items_are_sentences_of_their_own():
    expected = ["7.2. Binary Dependencies", "• First item", "• Second item.", "1. Warm the pot.", "2. Pour"]
    text = "\n".join(expected)
    assert [text[start:end] for start, end in sentences(text)] == expected


def test_sentences_of_scripts_without_blanks_end_too():
    assert sentences("これは文です。次の文です。") == [(0, 7), (7, 13)]


def test_a_wrapped_line_does_not_end_a_sentence():
    text = "Every package must have a name that is unique within the\narchive of the distribution. It has\n\na title"
    assert [text[start:end].count("\n") for start, end in sentences(text)] == [1, 0, 0]


@pytest.mark.parametrize("seed", range(20))
def test_sentences_cover_all_text(seed: int):
    rng = generator(seed)
    text = "".join(rng.choice(' \n.!?ab1é。"(-•') for _ in range(400))
    at = 0
    for start, end in sentences(text):
        assert not text[at:start].strip()
        assert text[start:end] == text[start:end].strip() != ""
        at = end
    assert not text[at:].strip()


def test_a_text_of_dots_takes_no_time():
    assert len(sentences("." * 200_000 + "a")) == 1
