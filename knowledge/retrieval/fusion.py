"""Reciprocal rank fusion: several rankings made one, by place instead of by score."""

from collections.abc import Iterable, Sequence
from uuid import UUID

K = 10
"""How much the first places stand out. The usual 60 (Cormack, Clarke and Büttcher, SIGIR 2009) is meant for rankings of
equal worth; with it, agreement far down the lists outvotes what the better of two unequal rankings puts first."""


def fuse(rankings: Iterable[tuple[float, Sequence[UUID]]], k: int = K) -> list[tuple[UUID, float]]:
    """Rank by the sum of `weight / (k + place)` over all weighted rankings, best first; ties keep their order."""
    scores: dict[UUID, float] = {}
    for weight, ranking in rankings:
        for place, chunk_id in enumerate(ranking, start=1):
            scores[chunk_id] = scores.get(chunk_id, 0.0) + weight / (k + place)
    return sorted(scores.items(), key=lambda item: -item[1])
