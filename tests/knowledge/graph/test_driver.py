"""The graph is asked within a budget, and left alone for a while when it fails."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest

from knowledge.db import Database
from knowledge.graph import Graph, GraphUnavailable, StatementRefused, open_graph
from knowledge.graph.driver import Transaction
from knowledge.graph.projection import pending, project_pending
from knowledge.graph.statements import load_statements
from tests.conftest import coach_of
from tests.knowledge.graph.ledger import teach

FILES = ("schema.cypher", "projection.cypher", "neighbours.cypher", "upkeep.cypher")
PARAMETERS = ("graph_id", "part", "document_id", "title", "version", "chunks", "rows", "user_id", "most", "chunk_ids")
STATEMENTS = [(file, name) for file in FILES[1:] for name in load_statements(file)]


@pytest.mark.parametrize(("file", "name"), STATEMENTS)
async def test_the_server_takes_every_statement(graph: Graph, file: str, name: str):
    statement = "explain " + load_statements(file)[name]
    assert await graph.read(statement, entities=1, **dict.fromkeys(PARAMETERS)) == []


async def test_a_server_that_is_away_is_reported_and_left_alone_for_a_while(closed_port: int):
    async with open_graph(f"bolt://127.0.0.1:{closed_port}") as graph:
        with pytest.raises(GraphUnavailable) as caught:
            await graph.read("return 1 as x")
        assert caught.value.retry_after > 0
        assert not graph.available


async def test_a_silent_server_costs_one_budget_and_then_nothing():
    asked = 0

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        await reader.read()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, open_graph(f"bolt://127.0.0.1:{port}", open_budget=0.2, pause=60) as graph:
        for _ in range(50):
            with pytest.raises(GraphUnavailable):
                await graph.read("return 1 as x")
    assert asked == 1


async def test_a_server_that_comes_back_is_asked_again(graph_server: Any, closed_port: int):
    async with open_graph(graph_server.uri, graph_server.user, graph_server.password, pause=0) as graph:
        with pytest.raises(GraphUnavailable):
            await graph.read("unwind range(1, 3000000) as x return count(x) as n", budget=0.01)
        assert await graph.read("return 1 as x", budget=20) == [{"x": 1}]


async def test_a_refused_statement_is_not_taken_for_a_sick_server(graph: Graph):
    with pytest.raises(StatementRefused):
        await graph.read("this is no cypher")
    assert await graph.read("return 1 as x") == [{"x": 1}]


async def test_a_failed_transaction_leaves_nothing(graph: Graph):
    async def fail(transaction: Transaction) -> None:
        await transaction.run("create (:Person {graph_id: 'user:x'})")
        raise LookupError

    with pytest.raises(LookupError):
        await graph.write(fail)
    assert await graph.read("match (p:Person) return p.graph_id as id") == []


async def test_two_can_prepare_an_empty_server_at_once(graph_server: Any):
    addresses = (graph_server.uri, graph_server.user, graph_server.password)
    async with open_graph(*addresses) as one, open_graph(*addresses) as two:
        await asyncio.gather(one.prepare(), two.prepare())
        kept = [await one.read(f"show {what} yield name", budget=20) for what in ("constraints", "indexes")]
    assert set(load_statements("schema.cypher")) - {row["name"] for rows in kept for row in rows} == set()


async def test_what_could_not_be_projected_stays_wanted(database: Database, person: UUID, closed_port: int):
    coach_id = await coach_of(database, person)
    await teach(database, person, coach_id, ["apt"])
    async with open_graph(f"bolt://127.0.0.1:{closed_port}") as graph:
        with pytest.raises(GraphUnavailable):
            await project_pending(database, graph)
    async with database.system() as connection:
        assert len(await pending(connection, 10)) == 1
