"""Reciprocal rank fusion."""

from uuid import UUID

from knowledge.retrieval.fusion import K, fuse

A, B, C = (UUID(int=n) for n in range(3))


def test_what_both_rankings_know_comes_first() -> None:
    assert [found for found, _ in fuse([(1.0, [A, B]), (1.0, [C, B])])] == [B, A, C]


def test_a_score_is_the_sum_of_weights_over_places() -> None:
    assert dict(fuse([(1.0, [A, B]), (0.5, [B])])) == {A: 1 / (K + 1), B: 1 / (K + 2) + 0.5 / (K + 1)}


def test_a_lighter_ranking_yields_to_a_heavier_one() -> None:
    assert [found for found, _ in fuse([(0.3, [A]), (1.0, [B])])] == [B, A]


def test_nothing_fused_is_nothing() -> None:
    assert fuse([(1.0, []), (1.0, [])]) == []
