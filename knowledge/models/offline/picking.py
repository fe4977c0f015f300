"""Choosing the sentences of an answer: the most direct first, then what adds to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from knowledge.models.offline.answer_shapes import LONG_LINE, SHORT_LINE, blemishes, bonus, is_record, needs_lead
from knowledge.models.offline.coverage import pairs_in, to_the_point
from knowledge.models.offline.evidence import Credits, Evidence, same_subject
from knowledge.models.offline.lines import Line
from knowledge.models.offline.question import Question
from knowledge.models.port import Passage
from knowledge.terms import terms

_MOST_LINES, _MOST_ITEMS, _MOST_CHARACTERS = 3, 6, 900
# How far behind the best line a further one may be: in its section, and in another one.
_WORTH_ADDING, _WORTH_ANOTHER_SOURCE = 0.5, 0.35
# Two lines that share more than this part of the shorter one's terms say the same.
_SAME = 0.6
# The score of a line that must be in the answer.
_CERTAIN = 9.0
# What each of these counts in a line's score, beside how far it is to the point.
_ALONE, _PAIRS, _CLOSENESS, _WHOLE, _HEADING, _FOUND_FIRST = 0.25, 0.2, 0.8, 0.6, 0.3, 0.45
# What it counts to stand under a heading about the very subject: the first line below it, and the others.
_OPENS_SUBJECT, _IN_SUBJECT = 0.75, 0.4
_RECORD_LOSS = 0.4
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
        if chosen and (pick.score < _bar(pick, chosen) or _is_before(pick, chosen[0]) or _repeats(pick, chosen)):
            continue
        complete = _completed(pick, evidence)
        if chosen and complete.length > room:
            continue
        chosen = _with(chosen, complete)
        room -= complete.length
        if len(chosen) == _MOST_LINES:
            break
    return _in_reading_order(chosen)


def _is_before(pick: Pick, best: Pick) -> bool:
    """Whether a line stands before the best one in its passage, which is to open the answer."""
    return pick.passage is best.passage and pick.line.index < best.line.index and best.score < _CERTAIN


def _with(chosen: list[Pick], new: Pick) -> list[Pick]:
    """The chosen lines and a new one; an item joins others of its list under the same announcement."""
    for at, pick in enumerate(chosen):
        if new.items and pick.items and pick.passage is new.passage and pick.line == new.line:
            items = sorted({*pick.items, *new.items}, key=lambda line: line.index)
            return [*chosen[:at], replace(pick, items=tuple(items)), *chosen[at + 1 :]]
    return [*chosen, new]


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
    around -= _RECORD_LOSS if is_record(question, item) else 0.0
    for at, line in enumerate(item.lines):
        if not line.is_heading:
            alone = float(own[at])
            score = float(helped[at]) + _ALONE * alone + _PAIRS * pairs[at] + _CLOSENESS * float(item.similarity[at])
            subject = item.about**2 * (_OPENS_SUBJECT if line.opens else _IN_SUBJECT)
            if line.label:
                subject = max(subject, _OPENS_SUBJECT * same_subject(question, line.label) ** 2)
            shape = bonus(question, item, line, float(helped[at])) - blemishes(line, item)
            yield Pick(item.passage, line, score + subject + shape + around)


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
    known = any(_source(other.passage) == _source(pick.passage) for other in chosen)
    return best - (_WORTH_ADDING if known else _WORTH_ANOTHER_SOURCE)


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
    for line in reversed(before[-2 * _MOST_ITEMS :]):
        if line.text.endswith(":"):
            return line if len(line.text.split()) >= SHORT_LINE and len(line.text) <= LONG_LINE else None
    return None


def _can_lead(before: Line) -> bool:
    return not before.is_heading and len(before.text.split()) >= SHORT_LINE and len(before.text) <= LONG_LINE


def _items(following: Sequence[Line]) -> tuple[Line, ...]:
    """The list after a colon: it ends where its room does, or where the lines stop looking like its first item."""
    items: list[Line] = []
    room = _MOST_CHARACTERS
    for line in following[:_MOST_ITEMS]:
        if len(line.text) > room or (items and (not _alike(line, items[0]) or _announces(line))):
            break
        items.append(line)
        room -= len(line.text)
    return tuple(items)


def _announces(line: Line) -> bool:
    return line.text.endswith(":") and not line.is_item and len(line.text.split()) >= SHORT_LINE


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
    sources = list(dict.fromkeys(_source(pick.passage) for pick in chosen))
    passages = list(dict.fromkeys(pick.passage.number for pick in chosen))
    ordered = sorted(
        chosen,
        key=lambda pick: (sources.index(_source(pick.passage)), passages.index(pick.passage.number), pick.line.index),
    )
    said = [(pick.passage.number, pick.line) for pick in ordered]
    return [replace(pick, lead=None) if (pick.passage.number, pick.lead) in said else pick for pick in ordered]


def _source(passage: Passage) -> tuple[str, str]:
    return passage.title, passage.place
