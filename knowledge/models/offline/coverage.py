"""Whether passages cover a question: how much of it they speak of, how closely, and what they never name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from knowledge.models.offline.answer_shapes import states
from knowledge.models.offline.evidence import Credits, Evidence
from knowledge.models.offline.question import Question
from knowledge.terms import terms

# Weights of a logistic regression over 170 questions on four manuals, half of them not covered, rounded. A score of 0
# is the point where both errors are equally likely.
_BEST_LINE, _BEST_LINE_UNDER_HEADING, _BEST_PASSAGE, _BEST_HEADING = 2.2, 1.9, 0.3, 1.6
_CLOSENESS, _UNHEARD, _PAIRS, _NAMES = 1.9, -0.3, 1.9, 1.1
_NEEDED = 6.6
# What the headings above a line count for it; the first line below them speaks of what they name.
_HEADING_SHARE, _OPENING_SHARE = 0.6, 0.75
# What a question without a word pair or without embeddings counts as having, so that it is judged by the rest.
_NO_PAIRS = 0.8
_USUAL_CLOSENESS = 0.65
_PAIR_IN_HEADING, _PAIR_APART, _SURE = 0.8, 0.4, 0.9
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
    score = _score(question, read, weights)
    return Coverage(score > 0, score, best.passage.number)


def under_heading(item: Evidence) -> Credits:
    """The credits of each line, helped by what the headings above it say."""
    shares = [[_OPENING_SHARE if line.opens else _HEADING_SHARE] for line in item.lines]
    return np.maximum(item.credits, np.asarray(shares, np.float32) * item.headings) if shares else item.credits


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


def _score(question: Question, read: Sequence[Evidence], weights: Credits) -> float:
    heard = np.max(np.stack([item.whole for item in read]), axis=0)
    names = [index for index, unit in enumerate(question.units) if unit.is_name]
    line = max(float(np.max(to_the_point(question, item, weights, alone=True))) for item in read)
    return (
        _BEST_LINE * line
        + _BEST_LINE_UNDER_HEADING * max(float(np.max(to_the_point(question, item, weights))) for item in read)
        + _BEST_PASSAGE * max(float(item.whole @ weights) for item in read)
        + _BEST_HEADING * max(float(item.headings @ weights) for item in read)
        + _CLOSENESS * _closeness(read, line)
        + _UNHEARD * float((1 - heard) @ weights)
        + _PAIRS * _pairs(question, read)
        + _NAMES * (max(float(np.min(item.whole[names])) for item in read) if names else 1.0)
        - _NEEDED
    )


def _passage_score(item: Evidence, weights: Credits) -> float:
    return float(np.max(under_heading(item) @ weights)) + float(item.whole @ weights) + float(np.max(item.similarity))


def _closeness(read: Sequence[Evidence], line: float) -> float:
    closeness = max(float(np.max(item.similarity)) for item in read)
    return closeness if closeness > 0 else _USUAL_CLOSENESS * line


def _pairs(question: Question, read: Sequence[Evidence]) -> float:
    weighed = [(_best_pair(question, a, b, read), weight) for a, b, weight in _neighbours(question)]
    total = sum(weight for _, weight in weighed)
    return sum(share * weight for share, weight in weighed) / total if weighed else _NO_PAIRS


def _neighbours(question: Question) -> Iterator[tuple[int, int, float]]:
    for (at, a), (bt, b) in pairwise(enumerate(question.units)):
        apart = question.text[a.end : b.start].strip()
        if a.end <= b.start and not apart and not a.is_vague and not b.is_vague:
            yield at, bt, a.weight + b.weight


def _best_pair(question: Question, a: int, b: int, read: Sequence[Evidence]) -> float:
    in_lines = [
        _pair(question, a, b, line.text, row)
        for item in read
        for line, row in zip(item.lines, item.credits, strict=True)
    ]
    in_headings = [_PAIR_IN_HEADING for item in read if min(item.headings[a], item.headings[b]) > _SURE]
    return max([*in_lines, *in_headings])


def _pair(question: Question, a: int, b: int, text: str, row: Credits) -> float:
    both = min(float(row[a]), float(row[b]))
    if both <= 0:
        return 0.0
    first, second = question.units[a].terms[0], question.units[b].terms[0]
    return 1.0 if _side_by_side(text, first, second) else _PAIR_APART * both


def _side_by_side(text: str, first: str, second: str) -> bool:
    found = terms(text)
    places = [index for index, term in enumerate(found) if term == first]
    return any(second in found[max(0, at - _NEAR) : at + _NEAR + 1] for at in places)
