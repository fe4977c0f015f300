"""What the operator does with the graph at the terminal."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

from knowledge.db import Database
from knowledge.graph import Graph
from knowledge.graph.projection import project_pending
from knowledge.graph.rebuild import digest, wipe
from tests.conftest import Addresses, coach_of
from tests.knowledge.graph.ledger import teach

PROGRAM = "from ui.cli.graph import graph; graph(prog_name='evermynd graph')"


async def run(environ: dict[str, str], folder: Path, *words: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", PROGRAM, *words),
        env={name: value for name, value in os.environ.items() if not name.startswith("EVERMYND_")} | environ,
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


async def test_the_graph_is_made_again_at_the_terminal(
    database: Database, addresses: Addresses, graph: Graph, graph_server: Any, person: UUID, tmp_path: Path
):
    coach_id = await coach_of(database, person)
    await teach(database, person, coach_id, ["apt dpkg", "dpkg"])
    await project_pending(database, graph)
    before = await digest(graph, f"coach:{coach_id}")
    await wipe(graph)
    environ = {
        "EVERMYND_DATABASE_URL": addresses.url,
        "EVERMYND_NEO4J_URI": graph_server.uri,
        "EVERMYND_NEO4J_USER": graph_server.user or "neo4j",
        "EVERMYND_NEO4J_PASSWORD": graph_server.password,
    }
    code, output = await run(environ, tmp_path, "rebuild")
    assert code == 0, output
    assert "The graph is rebuilt: 1 part." in output
    assert await digest(graph, f"coach:{coach_id}") == before
