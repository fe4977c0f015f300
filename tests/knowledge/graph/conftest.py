"""Every test of the graph runs twice: on the embedded server and on a real Neo4j."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from knowledge.graph import Graph, open_graph
from knowledge.graph.rebuild import wipe
from tests.neo4j.server import missing, neo4j_server
from ui.embedded import graph as embedded


@dataclass(frozen=True, slots=True)
class Server:
    """Where a graph server answers, and to whom."""

    uri: str
    user: str = ""
    password: str = ""


@asynccontextmanager
async def embedded_server(folder: Path) -> AsyncGenerator[Server]:
    running = await embedded.start(folder)
    try:
        yield Server(running.uri, running.user, running.password)
    finally:
        await running.stop()


@pytest.fixture(scope="session", params=["embedded", pytest.param("neo4j", marks=pytest.mark.neo4j)])
async def graph_server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Server]:
    """Start a graph server once for all tests."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "embedded":
        async with embedded_server(folder) as server:
            yield server
        return
    if reason := missing():
        pytest.skip(reason)
    async with neo4j_server(folder) as uri:
        yield Server(uri)


@pytest.fixture
async def graph(graph_server: Server) -> AsyncIterator[Graph]:
    """An empty graph; its budget allows for a busy machine that tests share."""
    address = (graph_server.uri, graph_server.user, graph_server.password)
    async with open_graph(*address, read_budget=20, open_budget=60) as opened:
        await wipe(opened)
        yield opened


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port at which nobody listens."""
    import socket

    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]
