"""What each sentence of the passages has to do with the question."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from knowledge.models.embeddings import Embedder
from knowledge.models.offline.lines import Line, read_lines
from knowledge.models.offline.question import Question, Unit
from knowledge.models.port import AnswerRequest, Passage
from knowledge.terms import terms

Credits = NDArray[np.float32]

_WORD = re.compile(r"[^\W\d_]{3,}")
_NUMBERING = re.compile(r"(?<![\w.])\d+(?:\.\d+)*\.?(?!\w)")
# Cosines of single words: synonyms begin at about .55 in the models we tried, unrelated words end at about .5.
_NO_SYNONYM, _SYNONYM = 0.5, 0.65
_SYNONYM_CREDIT = 0.8
# Words of one stem: "developer" in a text is not quite "development" in a question.
_SAME_STEM_CREDIT = 0.75
_INFLECTION = re.compile(r"(?:ies|y|i?ed|ing|es|s|e)$")
_SHORTEST_INFLECTED = 3
_LABEL_SHARE = 0.9
_ENDING = re.compile(r"|e?s|e?d|d?er|e?ry|y|ing|[a-z]?ation|t?ion|ment|or|al|able|ity|ness|ive|ure|[ae]nce|ly|ful|less")
_PARTS_OF_A_HEADING = re.compile(r"\s[:–—-]\s|:\s|[()]")
_PARTS_OF_A_PLACE = re.compile(r" [›·] ")
# Headings that name the kind of text below them rather than its subject.
_GENERIC = frozenset(
    terms("purpose requirements rationale overview introduction description options specific details remarks notes")
)
# What a heading above the last one counts.
_PARENT_SHARE = 0.7


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage read with a question in mind; every row of credits has one number (0–1) a unit of the question.

    `lines[i]` speaks of the question as far as `credits[i]` says, the headings above as far as `headings`, all
    of it together as far as `whole`. `similarity[i]` is how close in meaning a line is to the question.
    `about` tells how far question and closest heading are about the same thing and nothing else (0–1).
    """

    passage: Passage
    lines: tuple[Line, ...]
    credits: Credits
    headings: Credits
    whole: Credits
    similarity: NDArray[np.float32]
    about: float = 0.0


async def gather(request: AnswerRequest, question: Question, embedder: Embedder | None) -> tuple[Evidence, ...]:
    """Read every passage of a request."""
    lines = [read_lines(passage) for passage in request.passages]
    synonyms = await _synonyms(question, request.passages, embedder)
    similarity = await _similarity(question, [line.text for row in lines for line in row], embedder)
    gathered: list[Evidence] = []
    at = 0
    for passage, row in zip(request.passages, lines, strict=True):
        gathered.append(_evidence(question, passage, row, synonyms, similarity[at : at + len(row)]))
        at += len(row)
    return tuple(gathered)


def _evidence(
    question: Question,
    passage: Passage,
    lines: tuple[Line, ...],
    synonyms: dict[str, Credits],
    similarity: NDArray[np.float32],
) -> Evidence:
    rows = [_line_credits(question, line, synonyms) for line in lines]
    above = [line.text for line in lines if line.is_heading]
    headings = _credits(question.units, _without_numbering([passage.title, passage.place, *above]), synonyms)
    whole = np.max(np.stack([*rows, headings]), axis=0)
    credits = np.stack(rows) if rows else np.zeros((0, len(question.units)), np.float32)
    return Evidence(passage, lines, credits, headings, whole, similarity, _about(question, passage.place))


def _about(question: Question, place: str) -> float:
    """How far the last heading, or the one above it, and the question are about the same and nothing else."""
    best, share = 0.0, 1.0
    for heading in reversed(_PARTS_OF_A_PLACE.split(place)[-2:]):
        if not set(terms(_NUMBERING.sub(" ", heading))) <= _GENERIC:
            best = max(best, share * same_subject(question, heading))
            share *= _PARENT_SHARE
    return best


def same_subject(question: Question, heading: str) -> float:
    """How far a heading or a label, or a part of it, and the question are about the same and nothing else."""
    plain = _NUMBERING.sub(" ", heading)
    parts = [plain, *_PARTS_OF_A_HEADING.split(plain)]
    return max(_agreement(question.units, set(terms(part))) for part in parts)


def _agreement(units: Sequence[Unit], named: set[str]) -> float:
    asked = sum(unit.weight for unit in units)
    met = [unit for unit in units if _share(unit, named) > 0]
    if not met or not named:
        return 0.0
    recall = sum(unit.weight * _share(unit, named) for unit in met) / asked
    precision = len(named & {term for unit in met for term in unit.terms}) / len(named)
    return 2 * recall * precision / (recall + precision)


def _without_numbering(headings: Iterable[str]) -> str:
    """Headings without "10.7.4." in front: the numbers of sections and pages are about nothing."""
    return _NUMBERING.sub(" ", "\n".join(headings))


def _line_credits(question: Question, line: Line, synonyms: dict[str, Credits]) -> Credits:
    own = _credits(question.units, line.text, synonyms)
    if not line.label:
        return own
    return np.maximum(own, _LABEL_SHARE * _credits(question.units, line.label, synonyms))


def _credits(units: Sequence[Unit], text: str, synonyms: dict[str, Credits]) -> Credits:
    """How far a text speaks of each unit: in its words, in parts of an identifier, or in words of the same meaning."""
    have = set(terms(text))
    words = set(_WORD.findall(text.lower()))
    forms = {_inflected(word) for word in words}
    exact = np.asarray([_share(unit, have) * _same_form(unit, forms) for unit in units], np.float32)
    near = [synonyms[word] for word in words if word in synonyms]
    return np.maximum(exact, np.max(np.stack(near), axis=0)) if near else exact


def _same_form(unit: Unit, forms: set[str]) -> float:
    """A word of the same stem that is more than an inflection ("developer", "development") speaks of it less."""
    plain = unit.surface.isalpha() and not unit.is_name
    return 1.0 if not plain or _inflected(unit.surface.lower()) in forms else _SAME_STEM_CREDIT


@lru_cache(maxsize=50_000)
def _inflected(word: str) -> str:
    """A word without the ending of a plural or a verb, so that inflections of it are equal."""
    plain = _INFLECTION.sub("", word) if len(word) > _SHORTEST_INFLECTED else word
    return plain[:-1] if len(plain) > 2 and plain[-1] == plain[-2] else plain


def _share(unit: Unit, have: set[str]) -> float:
    if unit.terms[0] in have:
        return 1.0
    parts = unit.terms[1:]
    return 0.9 * sum(part in have for part in parts) / len(parts) if parts else 0.0


async def _synonyms(question: Question, passages: Iterable[Passage], embedder: Embedder | None) -> dict[str, Credits]:
    """Words of the passages that mean about the same as a unit of the question, with their credit for each unit."""
    if embedder is None or not question.units:
        return {}
    words = sorted({word for passage in passages for word in _WORD.findall(_all_text(passage).lower())})
    rows = await embedder.embed([*(unit.surface.lower() for unit in question.units), *words])
    asked, found = rows[: len(question.units)], rows[len(question.units) :]
    closeness = (found @ asked.T - _NO_SYNONYM) / (_SYNONYM - _NO_SYNONYM)
    plain = np.asarray([unit.surface.isalpha() and not unit.is_name for unit in question.units])
    credits = _SYNONYM_CREDIT * np.clip(closeness, 0, 1) * plain
    near = {word: row for word, row in zip(words, credits, strict=True) if row.any()}
    for word, row in near.items():
        row[[_only_contains(unit.surface.lower(), word) for unit in question.units]] = 0
    return near


def _only_contains(asked: str, word: str) -> bool:
    """Whether a word is near only because it is a piece of what is asked: "system" of "systemd"."""
    return asked.startswith(word) and not _ENDING.fullmatch(asked[len(word) :])


def _all_text(passage: Passage) -> str:
    return f"{passage.title}\n{passage.place}\n{passage.text}"


async def _similarity(question: Question, texts: list[str], embedder: Embedder | None) -> NDArray[np.float32]:
    if embedder is None or not texts:
        return np.zeros(len(texts), np.float32)
    rows = await embedder.embed([question.text, *texts])
    return rows[1:] @ rows[0]
