"""What else belongs to some passages: those that share rare entities with them, and those that stand beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import log
from typing import Any
from uuid import UUID

from knowledge.graph.driver import Graph
from knowledge.graph.statements import load_statements

ENTITIES = 30  # the rarest entities of the hits that are followed
BESIDE = 1 / log(1 + 4)  # standing next to a hit counts like sharing an entity that four chunks mention


class GraphNeighbours:
    """Finds neighbours by one query on the graph."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    async def neighbours(self, graph_id: str, chunk_ids: Sequence[UUID], limit: int = 24) -> list[tuple[UUID, str]]:
        """Give up to `limit` other chunks of the graph, those with the rarest shared entities first.

        With each goes the name of the rarest entity that leads there, or "neighbouring passage".
        Raises `GraphUnavailable` or `StatementRefused`.
        """
        hits = {str(chunk_id) for chunk_id in chunk_ids}
        if not hits:
            return []
        statement = load_statements("neighbours.cypher")["neighbours"]
        rows = await self._graph.read(statement, graph_id=graph_id, chunk_ids=sorted(hits), entities=ENTITIES)
        return _ranked(rows, hits)[:limit]


def _ranked(rows: Iterable[dict[str, Any]], hits: set[str]) -> list[tuple[UUID, str]]:
    scores: dict[str, float] = {}
    reasons: dict[str, tuple[float, str]] = {}
    for row in rows:
        weight = 1 / log(1 + row["degree"]) if row["degree"] else BESIDE
        for chunk_id in set(row["chunk_ids"]) - hits:
            scores[chunk_id] = scores.get(chunk_id, 0.0) + weight
            reasons[chunk_id] = max(reasons.get(chunk_id, (0.0, "")), (weight, row["via"]))
    best = sorted(scores, key=lambda chunk_id: (-round(scores[chunk_id], 9), chunk_id))
    return [(UUID(chunk_id), reasons[chunk_id][1]) for chunk_id in best]
