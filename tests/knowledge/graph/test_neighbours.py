"""Neighbours are chunks of the same graph that share something rare, or stand beside a hit."""

from __future__ import annotations

from uuid import UUID

from knowledge.db import Database
from knowledge.graph import Graph
from knowledge.graph.neighbours import GraphNeighbours
from knowledge.graph.projection import project_pending
from tests.conftest import coach_of, newcomer
from tests.knowledge.graph.ledger import chunk_id, teach


async def taught(database: Database, graph: Graph, person: UUID, *documents: list[str]) -> tuple[UUID, list[UUID]]:
    coach_id = await coach_of(database, person)
    ids = [await teach(database, person, coach_id, chunks) for chunks in documents]
    await project_pending(database, graph)
    return coach_id, ids


async def test_finds_a_chunk_of_another_document_by_a_shared_entity(database: Database, graph: Graph, person: UUID):
    coach_id, [one, two] = await taught(database, graph, person, ["apt"], ["lintian", "sbuild", "apt"])
    found = await GraphNeighbours(graph).neighbours(f"coach:{coach_id}", [chunk_id(one, 0)])
    assert found == [(chunk_id(two, 2), "Apt")]


async def test_the_rarer_entity_wins(database: Database, graph: Graph, person: UUID):
    lines = ["rare common", "common", "common", "rare", "common"]
    coach_id, ids = await taught(database, graph, person, *([line] for line in lines))
    found = await GraphNeighbours(graph).neighbours(f"coach:{coach_id}", [chunk_id(ids[0], 0)])
    assert found[0] == (chunk_id(ids[3], 0), "Rare")
    assert len(found) == 4


async def test_passages_beside_a_hit_are_neighbours(database: Database, graph: Graph, person: UUID):
    coach_id, [only] = await taught(database, graph, person, ["a1", "b1", "c1", "d1"])
    found = await GraphNeighbours(graph).neighbours(f"coach:{coach_id}", [chunk_id(only, 1)])
    assert set(found) == {(chunk_id(only, n), "neighbouring passage") for n in (0, 2)}


async def test_an_entity_that_is_everywhere_leads_nowhere(database: Database, graph: Graph, person: UUID):
    coach_id, ids = await taught(database, graph, person, *(["hub"] for _ in range(10)))
    assert await GraphNeighbours(graph).neighbours(f"coach:{coach_id}", [chunk_id(ids[0], 0)]) == []


async def test_the_hits_themselves_are_no_neighbours(database: Database, graph: Graph, person: UUID):
    coach_id, [one, two] = await taught(database, graph, person, ["apt"], ["apt"])
    hits = [chunk_id(one, 0), chunk_id(two, 0)]
    assert await GraphNeighbours(graph).neighbours(f"coach:{coach_id}", hits) == []


async def test_gives_no_more_than_the_limit(database: Database, graph: Graph, person: UUID):
    coach_id, ids = await taught(database, graph, person, *(["apt"] for _ in range(6)))
    found = await GraphNeighbours(graph).neighbours(f"coach:{coach_id}", [chunk_id(ids[0], 0)], limit=3)
    assert len(found) == 3


async def test_nothing_leads_from_one_coach_to_another(database: Database, graph: Graph, person: UUID):
    mine, [one] = await taught(database, graph, person, ["apt secret", "x1"])
    theirs, [two] = await taught(database, graph, await newcomer(database), ["apt secret"])
    neighbours = GraphNeighbours(graph).neighbours
    assert [found for found, _ in await neighbours(f"coach:{mine}", [chunk_id(one, 0)])] == [chunk_id(one, 1)]
    assert await neighbours(f"coach:{theirs}", [chunk_id(one, 0), chunk_id(two, 0)]) == []


async def test_an_unknown_graph_has_no_neighbours(graph: Graph):
    assert await GraphNeighbours(graph).neighbours("coach:none", [UUID(int=1)]) == []
