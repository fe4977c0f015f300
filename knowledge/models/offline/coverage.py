"""Whether passages cover a question: how much of it they speak of, how closely, and what they never name."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from knowledge.models.offline.answer_shapes import states
from knowledge.models.offline.evidence import Credits, Evidence
from knowledge.models.offline.question import Question
from knowledge.terms import terms


class Signs(NamedTuple):
    """What tells whether a question is covered, each about 0–1.

    How far the best line speaks of it, by itself and under its headings, and the best one of the first passage; how
    far any passage's headings do, and whether one of them is about the very subject; how close in meaning the closest
    line and the best line are; the logarithm of the number of words, since one word is met easily; whether a passage
    has all names; whether a person is asked for, whom manuals seldom name, or a way to do something, which manuals that
    rule and describe often mention without telling it.
    """

    best_line: float
    under_headings: float
    in_first: float
    headings: float
    subject: float
    closeness: float
    closeness_of_best: float
    breadth: float
    names: float
    person: float
    how_to: float


# Weights of a logistic regression over 329 questions on seven documents, 140 of them covered; those of names, persons
# and how-tos are set by hand, since too few questions tell. Cross-validated, 94 in 100 of the covered and 93 in 100 of
# the others (questions to another document left aside) are judged rightly.
_WEIGHTS = Signs(
    best_line=1.9,
    under_headings=1.7,
    in_first=2.3,
    headings=1.4,
    subject=3.5,
    closeness=3.6,
    closeness_of_best=0.9,
    breadth=2.1,
    names=0.6,
    person=-1.6,
    how_to=-0.5,
)
_NEEDED = 10.65
# What the headings above a line count for it; the first line below them speaks of what they name.
_HEADING_SHARE, _OPENING_SHARE = 0.6, 0.85
# What a sentence shares in what its neighbours in the same paragraph speak of.
_NEIGHBOUR_SHARE = 0.5
# What a line's closeness in meaning is taken for, as a part of what it speaks of, where there are no embeddings.
_USUAL_CLOSENESS = 0.65
_PAIR_TURNED, _PAIR_APART = 0.7, 0.4
_NEAR = 2
_BESIDE = 0.4


@dataclass(frozen=True, slots=True)
class Coverage:
    """The judgement: `score` is above 0 where the question is covered; `nearest` is the number of the best passage."""

    covered: bool
    score: float
    nearest: int | None


def judge(question: Question, evidence: Sequence[Evidence]) -> Coverage:
    """Judge a question against the passages that were found for it."""
    read = [item for item in evidence if len(item.lines)]
    if not read or not question.units:
        return Coverage(False, -_NEEDED, read[0].passage.number if read else None)
    weights = np.asarray([unit.weight for unit in question.units], np.float32) / question.total
    best = max(read, key=lambda item: _passage_score(item, weights))
    score = sum(weight * sign for weight, sign in zip(_WEIGHTS, signs(question, read), strict=True)) - _NEEDED
    return Coverage(score > 0, score, best.passage.number)


def under_heading(item: Evidence) -> Credits:
    """The credits of each line, helped by its neighbours in the paragraph and by what the headings above it say."""
    shares = [[_OPENING_SHARE if line.opens else _HEADING_SHARE] for line in item.lines]
    if not shares:
        return item.credits
    helped = item.credits.copy()
    for before, after in pairwise(item.lines):
        if not (before.is_heading or "\n\n" in item.passage.text[before.end : after.start]):
            a, b = before.index, after.index
            helped[a] = np.maximum(helped[a], _NEIGHBOUR_SHARE * item.credits[b])
            helped[b] = np.maximum(helped[b], _NEIGHBOUR_SHARE * item.credits[a])
    return np.maximum(helped, np.asarray(shares, np.float32) * item.headings)


def to_the_point(question: Question, item: Evidence, weights: Credits, *, alone: bool = False) -> Credits:
    """How far each line speaks of the whole question, by itself or under its headings.

    A line that lacks what a how-to asks to do, or the number that "how many" asks for, is beside the point, however
    much else it speaks of.
    """
    credits = item.credits if alone else under_heading(item)
    share = credits @ weights
    if question.wants == "amount":
        share = share * _stated(question, item)
    if question.action is not None:
        share = share * (_BESIDE + (1 - _BESIDE) * credits[:, question.action])
    return share.astype(np.float32)


def _stated(question: Question, item: Evidence) -> Credits:
    return np.asarray([1.0 if states(question.wants, line.text) else _BESIDE for line in item.lines], np.float32)


def pairs_in(question: Question, item: Evidence) -> list[float]:
    """For each line, how far words that stand side by side in the question ("package manager") do so in it too."""
    pairs = list(_neighbours(question))
    total = sum(weight for *_, weight in pairs) or 1.0
    return [
        sum(weight * _pair(question, a, b, line.text, row) for a, b, weight in pairs) / total
        for line, row in zip(item.lines, item.credits, strict=True)
    ]


def signs(question: Question, read: Sequence[Evidence]) -> Signs:
    """What tells whether these passages cover the question."""
    weights = np.asarray([unit.weight for unit in question.units], np.float32) / question.total
    names = [index for index, unit in enumerate(question.units) if unit.is_name]
    alone = max(float(np.max(to_the_point(question, item, weights, alone=True))) for item in read)
    helped = [to_the_point(question, item, weights) for item in read]
    best = max(range(len(read)), key=lambda at: float(np.max(helped[at])))
    usual = _USUAL_CLOSENESS * alone
    return Signs(
        best_line=alone,
        under_headings=float(np.max(helped[best])),
        in_first=float(np.max(helped[0])),
        headings=max(float(item.headings @ weights) for item in read),
        subject=max(item.about for item in read),
        closeness=max(float(np.max(item.similarity)) for item in read) or usual,
        closeness_of_best=float(read[best].similarity[int(np.argmax(helped[best]))]) or usual,
        breadth=math.log(len(question.units)),
        names=max(float(np.min(item.whole[names])) for item in read) if names else 1.0,
        person=float(question.wants == "person"),
        how_to=float(question.action is not None),
    )


def _passage_score(item: Evidence, weights: Credits) -> float:
    return float(np.max(under_heading(item) @ weights)) + float(item.whole @ weights) + float(np.max(item.similarity))


def _neighbours(question: Question) -> Iterator[tuple[int, int, float]]:
    for (at, a), (bt, b) in pairwise(enumerate(question.units)):
        apart = question.text[a.end : b.start].strip()
        if a.end <= b.start and not apart and not a.is_vague and not b.is_vague:
            yield at, bt, a.weight + b.weight


def _pair(question: Question, a: int, b: int, text: str, row: Credits) -> float:
    both = min(float(row[a]), float(row[b]))
    if both <= 0:
        return 0.0
    first, second = question.units[a].terms[0], question.units[b].terms[0]
    found = terms(text)
    places = [index for index, term in enumerate(found) if term == first]
    if any(second in found[at : at + _NEAR + 1] for at in places):
        return 1.0
    return _PAIR_TURNED if any(second in found[max(0, at - _NEAR) : at] for at in places) else _PAIR_APART * both
