"""The sentences of the passages, each with what of the question it speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.chunks import sentences
from knowledge.models.embeddings import Embedder
from knowledge.models.offline.question import Question, Unit
from knowledge.models.port import AnswerRequest, Passage
from knowledge.terms import terms

Credits = NDArray[np.float32]

_WORD = re.compile(r"[^\W\d_]{3,}")
_CLOSED = re.compile(r"[.!?:;…。！？][\"'”’»)\]]*$")
_BULLET = re.compile(r"(?:[•‣◦▪·*–—-]|\(?(?:\d{1,3}|[a-z])[.)]|\[\d{1,3}\])\s+(?=\S)")
_NUMBERING = re.compile(r"(?<![\w.])\d+(?:\.\d+)*\.?(?!\w)")
_LONGEST_HEADING = 100
# Cosines of single words: synonyms begin at about .55 in the models we tried, unrelated words end at about .5.
_NO_SYNONYM, _SYNONYM = 0.5, 0.65
_SYNONYM_CREDIT = 0.8
_LABEL_SHARE = 0.9
_LONGEST_LABEL = 6


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, list item or heading of a passage: `text` is exactly `passage.text[start:end]`.

    `label` is the short line above that names what this one explains, as in a list of definitions. `opens` says that
    only headings are above it. An item of a list stands here without its bullet or number.
    """

    index: int
    start: int
    end: int
    text: str
    is_heading: bool
    opens: bool = False
    label: str = ""
    is_item: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage read with a question in mind; every row of credits has one number (0–1) a unit of the question.

    `lines[i]` speaks of the question as far as `credits[i]` says, the headings above as far as `headings`, all
    of it together as far as `whole`. `similarity[i]` is how close in meaning a line is to the question.
    """

    passage: Passage
    lines: tuple[Line, ...]
    credits: Credits
    headings: Credits
    whole: Credits
    similarity: NDArray[np.float32]


async def gather(request: AnswerRequest, question: Question, embedder: Embedder | None) -> tuple[Evidence, ...]:
    """Read every passage of a request."""
    lines = [_lines(passage) for passage in request.passages]
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
    return Evidence(passage, lines, credits, headings, whole, similarity)


def _without_numbering(headings: Iterable[str]) -> str:
    """Headings without "10.7.4." in front: the numbers of sections and pages are about nothing."""
    return _NUMBERING.sub(" ", "\n".join(headings))


def _line_credits(question: Question, line: Line, synonyms: dict[str, Credits]) -> Credits:
    own = _credits(question.units, line.text, synonyms)
    if not line.label:
        return own
    return np.maximum(own, _LABEL_SHARE * _credits(question.units, line.label, synonyms))


def _lines(passage: Passage) -> tuple[Line, ...]:
    lines: list[Line] = []
    spans = sentences(passage.text)
    for index, (begin, end) in enumerate(spans):
        bullet = _BULLET.match(passage.text, begin, end)
        start = bullet.end() if bullet else begin
        text = passage.text[start:end]
        above = lines[-1] if lines else None
        at_top = above is None or above.is_heading
        is_heading = at_top and not bullet and _is_heading(text, passage, last=index + 1 == len(spans))
        label = above.text if above and _is_label(above, text) else ""
        lines.append(Line(index, start, end, text, is_heading, at_top and not is_heading, label, bool(bullet)))
    return tuple(lines)


def _is_label(above: Line, text: str) -> bool:
    words = above.text.split()
    return (
        not above.is_heading
        and not above.is_item
        and above.text[0].isalnum()
        and len(words) <= _LONGEST_LABEL
        and not _CLOSED.search(above.text)
        and len(text.split()) > len(words) + _LONGEST_LABEL // 2
    )


def _is_heading(text: str, passage: Passage, *, last: bool) -> bool:
    """Headings open a passage: they stand in its place, or are short lines without a full stop."""
    if " ".join(text.split()) in passage.place:
        return True
    return not last and len(text) <= _LONGEST_HEADING and "\n" not in text and not _CLOSED.search(text)


def _credits(units: Sequence[Unit], text: str, synonyms: dict[str, Credits]) -> Credits:
    """How far a text speaks of each unit: in its words, in parts of an identifier, or in words of the same meaning."""
    have = set(terms(text))
    exact = np.asarray([_share(unit, have) for unit in units], np.float32)
    near = [synonyms[word] for word in set(_WORD.findall(text.lower())) if word in synonyms]
    return np.maximum(exact, np.max(np.stack(near), axis=0)) if near else exact


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
    return {word: row for word, row in zip(words, credits, strict=True) if row.any()}


def _all_text(passage: Passage) -> str:
    return f"{passage.title}\n{passage.place}\n{passage.text}"


async def _similarity(question: Question, texts: list[str], embedder: Embedder | None) -> NDArray[np.float32]:
    if embedder is None or not texts:
        return np.zeros(len(texts), np.float32)
    rows = await embedder.embed([question.text, *texts])
    return rows[1:] @ rows[0]
