"""The inverted index of one document: which of its chunks hold a term, how often, and how long they are."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from knowledge.chunks import Chunk
from knowledge.terms import terms

_LARGEST = 32_767


@dataclass(frozen=True, slots=True)
class Posting:
    """The chunks that hold one term, by ordinal; the three lists run in parallel."""

    ordinals: list[int]
    frequencies: list[int]
    lengths: list[int]


@dataclass(frozen=True, slots=True)
class Index:
    """Postings by term, and the number of terms of each chunk in order."""

    postings: dict[str, Posting]
    lengths: list[int]


def index(title: str, chunks: Sequence[Chunk]) -> Index:
    """Count the terms of each chunk together with those of its title and headings, which count once more.

    Takes about a second for a megabyte of text: call it in a thread.
    """
    above = cache(_terms_above)
    postings: dict[str, Posting] = {}
    lengths: list[int] = []
    for chunk in chunks:
        found = [*above(title, chunk.heading_path), *terms(chunk.text)]
        length = min(len(found), _LARGEST)
        lengths.append(length)
        for term, frequency in Counter(found).items():
            posting = postings.setdefault(term, Posting([], [], []))
            posting.ordinals.append(chunk.ordinal)
            posting.frequencies.append(min(frequency, _LARGEST))
            posting.lengths.append(length)
    return Index(postings, lengths)


def _terms_above(title: str, heading_path: tuple[str, ...]) -> list[str]:
    return [term for line in (title, *heading_path) for term in terms(line)]
