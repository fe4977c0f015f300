"""Making the graph anew from the ledger, and proving that two graphs are the same."""

from __future__ import annotations

import asyncio
import json
from hashlib import sha256
from time import monotonic
from typing import Any

from knowledge.db import Database
from knowledge.graph import ledger
from knowledge.graph.driver import Graph
from knowledge.graph.errors import StatementRefused
from knowledge.graph.projection import project_pending
from knowledge.graph.statements import load_statements

ROWS = 5000  # nodes removed by one transaction
PATIENCE = ledger.LEASE + 30  # seconds without progress, for which another projector may hold a part
EVERYTHING = 1_000_000
BUDGET = 60.0  # seconds for reading a whole graph


async def rebuild(database: Database, graph: Graph, graph_id: str | None = None) -> int:
    """Wipe one graph, or all, and project it from the ledger; say how many parts were wanted.

    It may run while others answer and project. Raises `GraphUnavailable`, and `StatementRefused` when some part
    cannot be projected at all; what is missing then stays wanted.
    """
    await wipe(graph, graph_id)
    async with database.system() as connection:
        wanted = await ledger.want_all(connection, graph_id)
    deadline = monotonic() + PATIENCE
    while True:
        if await project_pending(database, graph):
            deadline = monotonic() + PATIENCE
        async with database.system() as connection:
            left = await ledger.pending(connection, EVERYTHING)
        if not any(graph_id in (None, part.graph_id) for part in left):
            return wanted
        if monotonic() > deadline:
            raise StatementRefused("parts that no projector could finish")
        await asyncio.sleep(0.2)  # another projector has the rest


async def wipe(graph: Graph, graph_id: str | None = None) -> None:
    """Remove everything of one graph, or of all."""
    do = load_statements("upkeep.cypher")
    names = ["wipe_all"] if graph_id is None else [name for name in do if name.startswith("wipe_")]
    for name in names:
        if name == "wipe_all" and graph_id is not None:
            continue
        while await _remove(graph, do[name], graph_id):
            continue


async def digest(graph: Graph, graph_id: str) -> str:
    """A hash of all nodes and relationships of a graph: equal for equal graphs, on whichever server."""
    do = load_statements("upkeep.cypher")
    lines: list[str] = []
    for name in ("nodes", "relationships"):
        rows = await graph.read(do[name], budget=BUDGET, graph_id=graph_id)
        lines.extend(_line(row) for row in rows)
    return sha256("\n".join(sorted(lines)).encode()).hexdigest()


async def _remove(graph: Graph, statement: str, graph_id: str | None) -> bool:
    parameters = {} if graph_id is None else {"graph_id": graph_id}
    rows = await graph.write(lambda transaction: transaction.run(statement, rows=ROWS, **parameters))
    return bool(rows[0]["gone"])


def _line(row: dict[str, Any]) -> str:
    return json.dumps(row, sort_keys=True, ensure_ascii=False)
