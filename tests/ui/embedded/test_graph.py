import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, LiteralString, cast

import pytest
from neo4j import AsyncGraphDatabase

from ui.embedded import graph
from ui.errors import PortTakenError


@asynccontextmanager
async def open_graph(folder: Path) -> AsyncGenerator[graph.Graph]:
    running = await graph.start(folder)
    try:
        yield running
    finally:
        await running.stop()


async def ask(running: graph.Graph, cypher: LiteralString) -> Any:
    async with cast(Any, AsyncGraphDatabase).driver(running.uri, auth=(running.user, running.password)) as driver:
        result = await driver.execute_query(cypher, database_="neo4j")
    return result.records[0].value() if result.records else None


@pytest.mark.kill
async def test_keeps_its_nodes_over_a_restart_and_over_kill_9(tmp_path: Path):
    async with open_graph(tmp_path) as first:
        await ask(first, "create (n:Note {text: 'one'})")
    async with open_graph(tmp_path) as second:
        await ask(second, "create (n:Note {text: 'two'})")
        second.process.kill()
    async with open_graph(tmp_path) as third:
        assert await ask(third, "match (n:Note) return count(n)") == 2


async def test_leaves_no_machine_behind_when_its_port_is_taken(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(PortTakenError):
        await graph.start(tmp_path, port=taken.getsockname()[1])
    async with open_graph(tmp_path) as running:
        assert await ask(running, "return 1") == 1
