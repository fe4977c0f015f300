"""The graph shows what the ledger holds, and nothing else."""

from __future__ import annotations

import asyncio
from uuid import UUID

from knowledge.db import Database
from knowledge.graph import Graph
from knowledge.graph.ledger import claim, finish, release
from knowledge.graph.projection import pending, project_pending
from knowledge.graph.rebuild import digest, rebuild, wipe
from tests.conftest import coach_of
from tests.knowledge.graph.ledger import teach, teach_again, tell, unteach


async def count(graph: Graph, label: str, coach_id: UUID) -> int:
    rows = await graph.read(
        "match (n) where $label in labels(n) and n.graph_id = $graph_id return count(n) as n",
        label=label,
        graph_id=f"coach:{coach_id}",
    )
    return rows[0]["n"]


async def test_projects_documents_chunks_and_entities(database: Database, graph: Graph, person: UUID):
    coach_id = await coach_of(database, person)
    await teach(database, person, coach_id, ["apt dpkg", "dpkg", "lintian"])
    assert await project_pending(database, graph) == 1
    assert [await count(graph, label, coach_id) for label in ("Document", "Chunk", "Entity")] == [1, 3, 3]


async def test_leaves_nothing_pending(database: Database, graph: Graph, person: UUID):
    coach_id = await coach_of(database, person)
    await teach(database, person, coach_id, ["apt"])
    async with database.system() as connection:
        assert [part.name.partition(":")[0] for part in await pending(connection, 10)] == ["document"]
    await project_pending(database, graph)
    async with database.system() as connection:
        assert await pending(connection, 10) == []


async def test_projecting_twice_changes_nothing(database: Database, graph: Graph, person: UUID):
    coach_id = await coach_of(database, person)
    document_id = await teach(database, person, coach_id, ["apt dpkg", "dpkg"])
    await project_pending(database, graph)
    once = await digest(graph, f"coach:{coach_id}")
    await teach_again(database, coach_id, document_id, ["apt dpkg", "dpkg"])
    await project_pending(database, graph)
    assert await digest(graph, f"coach:{coach_id}") == once


async def test_a_new_version_takes_its_old_entities_away(database: Database, graph: Graph, person: UUID):
    coach_id = await coach_of(database, person)
    document_id = await teach(database, person, coach_id, ["apt", "dpkg"])
    await project_pending(database, graph)
    await teach_again(database, coach_id, document_id, ["lintian"])
    await project_pending(database, graph)
    assert [await count(graph, label, coach_id) for label in ("Chunk", "Entity")] == [1, 1]


async def test_a_deleted_document_was_never_there(database: Database, graph: Graph, person: UUID):
    coach_id = await coach_of(database, person)
    await teach(database, person, coach_id, ["apt dpkg", "dpkg"])
    await project_pending(database, graph)
    before = await digest(graph, f"coach:{coach_id}")
    second = await teach(database, person, coach_id, ["dpkg lintian", "apt"])
    await project_pending(database, graph)
    assert await digest(graph, f"coach:{coach_id}") != before
    await unteach(database, coach_id, second)
    await project_pending(database, graph)
    assert await digest(graph, f"coach:{coach_id}") == before


async def test_deleting_the_last_document_leaves_no_trace_in_both_stores(
    database: Database, graph: Graph, person: UUID
):
    coach_id = await coach_of(database, person)
    empty = await digest(graph, f"coach:{coach_id}")
    document_id = await teach(database, person, coach_id, ["apt"])
    await project_pending(database, graph)
    await unteach(database, coach_id, document_id)
    await project_pending(database, graph)
    assert await digest(graph, f"coach:{coach_id}") == empty
    async with database.system() as connection:
        left = await (await connection.execute("select * from projections")).fetchall()
    assert left == []


async def test_a_deleted_coach_disappears_without_being_asked_for(database: Database, graph: Graph, person: UUID):
    coach_id = await coach_of(database, person)
    await teach(database, person, coach_id, ["apt"])
    await project_pending(database, graph)
    async with database.system() as connection:
        await connection.execute("delete from coaches where coach_id = %s", (coach_id,))
    await project_pending(database, graph)
    assert await count(graph, "Chunk", coach_id) == 0


async def test_a_rebuild_gives_the_same_graph(database: Database, graph: Graph, person: UUID):
    coach_id = await coach_of(database, person)
    document_id = await teach(database, person, coach_id, ["apt dpkg", "dpkg", "lintian"])
    await project_pending(database, graph)
    await teach(database, person, coach_id, ["dpkg sbuild"])
    await teach_again(database, coach_id, document_id, ["dpkg", "apt lintian"])
    await project_pending(database, graph)
    before = await digest(graph, f"coach:{coach_id}")
    await wipe(graph)
    assert await digest(graph, f"coach:{coach_id}") != before
    assert await rebuild(database, graph) == 2
    assert await digest(graph, f"coach:{coach_id}") == before


async def test_rebuilding_one_graph_leaves_the_others_alone(database: Database, graph: Graph, person: UUID):
    mine, other = await coach_of(database, person, "A"), await coach_of(database, person, "B")
    await teach(database, person, mine, ["apt"])
    await teach(database, person, other, ["apt"])
    await project_pending(database, graph)
    before = await digest(graph, f"coach:{mine}"), await digest(graph, f"coach:{other}")
    assert await rebuild(database, graph, f"coach:{mine}") == 1
    assert (await digest(graph, f"coach:{mine}"), await digest(graph, f"coach:{other}")) == before


async def test_projects_what_a_person_told_with_its_support(database: Database, graph: Graph, person: UUID):
    await tell(database, person, "lives in", "Lisbon")
    await tell(database, person, "born in", "lisbon")
    await project_pending(database, graph)
    rows = await graph.read(
        "match (p:Person {graph_id: $g})-[f:FACT]->(v:Value) "
        "return f.predicate as predicate, f.valid_from as since, size(f.supports) as supports, v.key as value",
        g=f"user:{person}",
    )
    assert {row["predicate"] for row in rows} == {"lives in", "born in"}
    assert rows[0] | {"predicate": ""} == {
        "predicate": "",
        "since": "2026-03-01T00:00:00+00:00",
        "supports": 1,
        "value": "lisbon",
    }


async def test_forgotten_facts_leave_the_graph(database: Database, graph: Graph, person: UUID):
    empty = await digest(graph, f"user:{person}")
    await tell(database, person, "lives in", "Lisbon")
    await project_pending(database, graph)
    async with database.person(person) as connection:
        await connection.execute("delete from facts")
    await project_pending(database, graph)
    assert await digest(graph, f"user:{person}") == empty


async def test_two_projectors_share_the_work(database: Database, graph: Graph, person: UUID):
    coaches = [await coach_of(database, person, f"Coach {n}") for n in range(3)]
    for coach_id in coaches:
        for n in range(3):
            await teach(database, person, coach_id, [f"apt word{n}", "apt dpkg"])
    done = await asyncio.gather(*(project_pending(database, graph) for _ in range(3)))
    await project_pending(database, graph)
    async with database.system() as connection:
        assert await pending(connection, 10) == []
    assert sum(done) >= 7
    concurrent = [await digest(graph, f"coach:{coach_id}") for coach_id in coaches]
    await rebuild(database, graph)
    assert [await digest(graph, f"coach:{coach_id}") for coach_id in coaches] == concurrent


async def test_a_projector_that_lost_its_claim_lets_the_part_be_projected_again(
    database: Database, graph: Graph, person: UUID
):
    coach_id = await coach_of(database, person)
    await teach(database, person, coach_id, ["apt"])
    async with database.system() as connection:
        slow = await claim(connection)
        assert slow is not None
        await release(connection, slow, 0)
    await project_pending(database, graph)
    async with database.system() as connection:
        await finish(connection, slow, gone=False)
        assert len(await pending(connection, 10)) == 1
    assert await project_pending(database, graph) == 1


async def test_a_part_put_aside_does_not_hold_up_its_graph(database: Database, graph: Graph, person: UUID):
    coach_id = await coach_of(database, person)
    for word in ("apt", "dpkg"):
        await teach(database, person, coach_id, [word])
    async with database.system() as connection:
        part = await claim(connection)
        assert part is not None
        await release(connection, part, 60)
    assert await project_pending(database, graph) == 1


async def test_one_graph_has_one_projector_at_a_time(database: Database, graph: Graph, person: UUID):
    coach_id = await coach_of(database, person)
    await teach(database, person, coach_id, ["apt"])
    await teach(database, person, coach_id, ["dpkg"])
    async with database.system() as connection:
        assert await claim(connection) is not None
    async with database.system() as connection:
        assert await claim(connection) is None
