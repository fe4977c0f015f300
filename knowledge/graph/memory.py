"""What the graph shows of a person's memory, counted, so that a receipt can tell what went."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from knowledge.graph.driver import Graph
from knowledge.graph.statements import load_statements

BUDGET = 2.0
"""Seconds a count may take."""


@dataclass(frozen=True, slots=True)
class Shown:
    """How many facts the graph shows of a person, and how many nodes these lead to."""

    facts: int
    nodes: int


async def shown_of(graph: Graph, user_id: UUID) -> Shown:
    """Count what the graph shows of a person; raises `GraphUnavailable`."""
    rows = await graph.read(load_statements("memory.cypher")["count"], budget=BUDGET, graph_id=f"user:{user_id}")
    return Shown(rows[0]["facts"], rows[0]["nodes"]) if rows else Shown(0, 0)
