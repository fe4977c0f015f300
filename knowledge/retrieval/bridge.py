"""The graph bridge: neighbours of the best hits compete for the last places of the result.

A question often has two parts that no single passage answers. The first hop finds passages for one of them; what
connects to those in the graph is scored on the other: on the terms that the best hits lack, and on closeness to the
whole question. The best hits are never displaced.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from knowledge.db import Connection, load_queries
from knowledge.errors import HubError
from knowledge.retrieval.errors import GraphAway
from knowledge.retrieval.hit import Hit
from knowledge.retrieval.question import Question
from knowledge.retrieval.strategies import Bridge

_QUERIES = load_queries("knowledge.retrieval", "retrieval.sql")
_CLOSENESS = 0.5


class Neighbours(Protocol):
    """The graph, as far as retrieval knows it."""

    async def neighbours(self, graph_id: str, chunk_ids: Sequence[UUID], limit: int) -> list[tuple[UUID, str]]:
        """Give chunks that share an entity with these, most connected first, with that entity's name.

        Raises a `HubError` while the graph is away.
        """
        ...


class PatientGraph:
    """Asks the graph with a time limit, and leaves it alone for a while after it failed."""

    def __init__(self, graph: Neighbours, plan: Bridge) -> None:
        self._graph = graph
        self._plan = plan
        self._resting_until = 0.0

    async def around(self, hits: Sequence[Hit]) -> dict[UUID, str]:
        """Neighbours of these hits by chunk, with the entity that leads there; raises `GraphAway`."""
        if time.monotonic() < self._resting_until:
            raise GraphAway
        by_coach: dict[UUID, list[UUID]] = {}
        for hit in hits:
            by_coach.setdefault(hit.coach_id, []).append(hit.chunk_id)
        try:
            async with asyncio.timeout(self._plan.patience):
                return await self._ask(by_coach)
        except (HubError, TimeoutError) as error:
            self._resting_until = time.monotonic() + self._plan.rest
            raise GraphAway from error

    async def _ask(self, by_coach: Mapping[UUID, list[UUID]]) -> dict[UUID, str]:
        found: dict[UUID, str] = {}
        for coach_id, chunk_ids in by_coach.items():
            for chunk_id, via in await self._graph.neighbours(f"coach:{coach_id}", chunk_ids, self._plan.reach):
                found.setdefault(chunk_id, via)
        return found


@dataclass(frozen=True, slots=True)
class Evidence:
    """Which terms of the question a live chunk holds, and how close it is to the question."""

    terms: frozenset[str]
    similarity: float


async def weigh(
    connection: Connection, coach_ids: Sequence[UUID], chunk_ids: Sequence[UUID], question: Question
) -> dict[UUID, Evidence]:
    """Evidence by chunk; chunks that are gone, or that the person may not see, are missing."""
    scope = {
        "coach_ids": list(coach_ids),
        "chunk_ids": list(chunk_ids),
        "terms": question.terms,
        "model": question.model,
        "vector": question.vector,
    }
    return {
        row["chunk_id"]: Evidence(frozenset(row["terms"]), row["similarity"] or 0.0)
        async for row in await connection.execute(_QUERIES["rescored"], scope)
    }


def open_weights(
    seeds: Sequence[UUID], evidence: Mapping[UUID, Evidence], weights: Mapping[str, float]
) -> dict[str, float]:
    """How much of each term's weight the best hits leave open, as shares of the whole question.

    A term that all seeds hold is closed; one that only a lower seed holds is still mostly open.
    """
    total = sum(weights.values()) or 1.0
    shares = {seed: 1 / place for place, seed in enumerate(seeds, start=1)}
    whole = sum(shares.values()) or 1.0

    def closed(term: str) -> float:
        return sum(share for seed, share in shares.items() if seed in evidence and term in evidence[seed].terms) / whole

    return {term: weight / total * (1 - closed(term)) for term, weight in weights.items()}


def choose(
    safe: Sequence[UUID],
    tail: Sequence[UUID],
    neighbours: Mapping[UUID, str],
    evidence: Mapping[UUID, Evidence],
    still_open: Mapping[str, float],
    places: int,
) -> list[tuple[UUID, float]]:
    """The best of tail and neighbours for the last places, with their scores.

    A neighbour that holds nothing of what is open and is no closer than the weakest safe hit does not compete.
    """
    floor = min((evidence[chunk_id].similarity for chunk_id in safe if chunk_id in evidence), default=1.0)

    def score(chunk_id: UUID) -> tuple[float, bool]:
        known = evidence[chunk_id]
        gained = sum(still_open[term] for term in known.terms if term in still_open)
        return gained + _CLOSENESS * max(0.0, known.similarity), gained > 0 or known.similarity > floor

    rivals = {chunk_id: score(chunk_id) for chunk_id in (*tail, *neighbours) if chunk_id in evidence}
    in_tail, taken = set(tail), set(safe)
    good = [
        (chunk_id, value)
        for chunk_id, (value, adds) in rivals.items()
        if chunk_id in in_tail or (adds and chunk_id not in taken)
    ]
    return sorted(good, key=lambda item: -item[1])[:places]
