"""Choosing the sentences of an answer: the most direct first, then what adds to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from knowledge.models.offline.answer_shapes import LONG_LINE, SHORT_LINE, blemishes, bonus, needs_lead
from knowledge.models.offline.coverage import pairs_in, to_the_point
from knowledge.models.offline.evidence import Credits, Evidence, Line
from knowledge.models.offline.question import Question
from knowledge.models.port import Passage
from knowledge.terms import terms

_MOST_LINES, _MOST_ITEMS, _MOST_CHARACTERS = 3, 6, 900
# What a further line must score, as a part of the best line's score: in the same passage, and in another one.
_WORTH_ADDING, _WORTH_ANOTHER_SOURCE = 0.78, 0.8
# Two lines that share more than this part of the shorter one's terms say the same.
_SAME = 0.6
# The score of a line that must be in the answer.
_CERTAIN = 9.0
# What each of these counts in a line's score, beside how far it is to the point.
_ALONE, _PAIRS, _CLOSENESS, _WHOLE, _HEADING, _FOUND_FIRST = 0.1, 0.3, 0.8, 0.6, 0.5, 0.4
_CODE = re.compile(r"[{};$=<>]|(?:^|\s)--?\w")


@dataclass(frozen=True, slots=True)
class Pick:
    """A line chosen for the answer with its score; `lead` comes before it, `items` are the list that it announces."""

    passage: Passage
    line: Line
    score: float
    lead: Line | None = None
    items: tuple[Line, ...] = ()
    is_code: bool = False

    @property
    def length(self) -> int:
        """How many characters it brings."""
        lines = (self.lead, self.line, *self.items)
        return sum(len(line.text) for line in lines if line)


def rank(question: Question, evidence: Sequence[Evidence]) -> list[Pick]:
    """Every line that could be said, best first; where things are compared, the best line about each comes first."""
    picks = _ranked(question, evidence)
    if question.wants != "comparison":
        return picks
    compared = [index for index, unit in enumerate(question.units) if not unit.is_vague]
    best = [_ranked(*_narrowed(question, evidence, index))[:1] for index in compared[:_MOST_LINES]]
    return [*(replace(pick, score=_CERTAIN) for found in best for pick in found), *picks]


def choose(ranked: Sequence[Pick], evidence: Sequence[Evidence]) -> list[Pick]:
    """One to three lines that do not repeat each other, in the order they read best."""
    chosen: list[Pick] = []
    room = _MOST_CHARACTERS
    for pick in ranked:
        if chosen and (pick.score < _bar(pick, chosen) or _repeats(pick, chosen)):
            continue
        complete = _completed(pick, evidence)
        if chosen and complete.length > room:
            continue
        chosen.append(complete)
        room -= complete.length
        if len(chosen) == _MOST_LINES:
            break
    return _in_reading_order(chosen)


def _ranked(question: Question, evidence: Sequence[Evidence]) -> list[Pick]:
    weights = np.asarray([unit.weight for unit in question.units], np.float32) / (question.total or 1)
    picks = [pick for place, item in enumerate(evidence) for pick in _scored(question, item, weights, place)]
    return sorted(picks, key=lambda pick: -pick.score)


def _scored(question: Question, item: Evidence, weights: Credits, place: int) -> Iterator[Pick]:
    helped = to_the_point(question, item, weights)
    own = item.credits @ weights
    pairs = pairs_in(question, item)
    around = (
        _WHOLE * float(item.whole @ weights) + _HEADING * float(item.headings @ weights) + _FOUND_FIRST / (place + 1)
    )
    for at, line in enumerate(item.lines):
        if not line.is_heading:
            alone = float(own[at])
            score = float(helped[at]) + _ALONE * alone + _PAIRS * pairs[at] + _CLOSENESS * float(item.similarity[at])
            shape = bonus(question, item, line, alone) - blemishes(line, item)
            yield Pick(item.passage, line, score + shape + around)


def _narrowed(question: Question, evidence: Sequence[Evidence], index: int) -> tuple[Question, list[Evidence]]:
    """The same passages read for one unit of the question alone."""
    one = slice(index, index + 1)
    narrow = [
        replace(item, credits=item.credits[:, one], headings=item.headings[one], whole=item.whole[one])
        for item in evidence
    ]
    return replace(question, units=question.units[one], wants="definition"), narrow


def _bar(pick: Pick, chosen: Sequence[Pick]) -> float:
    """What a further line must score."""
    best = max(other.score for other in chosen)
    known = any(other.passage.number == pick.passage.number for other in chosen)
    return (_WORTH_ADDING if known else _WORTH_ANOTHER_SOURCE) * best


def _repeats(pick: Pick, chosen: Sequence[Pick]) -> bool:
    mine = set(terms(pick.line.text))
    for other in chosen:
        if pick.passage.number == other.passage.number and pick.line in (other.line, other.lead, *other.items):
            return True
        theirs = set(terms(other.line.text))
        if mine and theirs and len(mine & theirs) > _SAME * min(len(mine), len(theirs)):
            return True
    return False


def _completed(pick: Pick, evidence: Sequence[Evidence]) -> Pick:
    """The pick with what it needs to be understood: the sentence before it, its list, or what announced it."""
    lines = next(item.lines for item in evidence if item.passage is pick.passage)
    at = pick.line.index
    if needs_lead(pick.line) and at and _can_lead(lines[at - 1]):
        pick = replace(pick, lead=lines[at - 1])
    if pick.line.text.endswith(":"):
        items = _items(lines[at + 1 :])
        return replace(pick, items=items, is_code=any(_CODE.search(item.text) for item in items))
    announced = _announcement(lines[:at]) if pick.line.is_item or pick.line.text[0].islower() else None
    return replace(pick, line=announced, items=(pick.line,)) if announced else pick


def _announcement(before: Sequence[Line]) -> Line | None:
    near = before[-2 * _MOST_ITEMS :]
    return next((line for line in reversed(near) if line.text.endswith(":") and len(line.text) <= LONG_LINE), None)


def _can_lead(before: Line) -> bool:
    return not before.is_heading and len(before.text.split()) >= SHORT_LINE and len(before.text) <= LONG_LINE


def _items(following: Sequence[Line]) -> tuple[Line, ...]:
    """The list after a colon: it ends where its room does, or where the lines stop looking like its first item."""
    items: list[Line] = []
    room = _MOST_CHARACTERS
    for line in following[:_MOST_ITEMS]:
        if len(line.text) > room or (items and not _alike(line, items[0])):
            break
        items.append(line)
        room -= len(line.text)
    return tuple(items)


def _alike(line: Line, first: Line) -> bool:
    if line.is_item or first.is_item:
        return line.is_item and first.is_item
    return (_is_row(line) and _is_row(first)) or _closes(line) == _closes(first)


def _is_row(line: Line) -> bool:
    return " | " in line.text


def _closes(line: Line) -> bool:
    return line.text.endswith((".", "!"))


def _in_reading_order(chosen: Sequence[Pick]) -> list[Pick]:
    """Grouped by source, sources in the order of their best line, lines in the order they stand in."""
    sources = list(dict.fromkeys(map(_source, chosen)))
    passages = list(dict.fromkeys(pick.passage.number for pick in chosen))
    ordered = sorted(
        chosen,
        key=lambda pick: (sources.index(_source(pick)), passages.index(pick.passage.number), pick.line.index),
    )
    said = [(pick.passage.number, pick.line) for pick in ordered]
    return [replace(pick, lead=None) if (pick.passage.number, pick.lead) in said else pick for pick in ordered]


def _source(pick: Pick) -> tuple[str, str]:
    return pick.passage.title, pick.passage.place
