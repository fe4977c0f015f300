"""From the ledger to the graph, part by part: what stands in Postgres is shown in Neo4j, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import structlog

from knowledge.db import Database
from knowledge.graph import ledger
from knowledge.graph.driver import Graph, Transaction
from knowledge.graph.errors import GraphError, GraphUnavailable
from knowledge.graph.ledger import DocumentRows, Part, pending
from knowledge.graph.statements import load_statements

__all__ = ["pending", "project_pending"]

BATCH = 2000  # rows of one UNWIND
HUB_SHARE = 0.05  # an entity that more of the chunks mention tells nothing apart
HUB_FLOOR, HUB_CEILING = 8, 50
AWAY, BROKEN = 5.0, 60.0  # seconds until a part is tried again, by what kept it


async def project_pending(database: Database, graph: Graph, limit: int | None = None) -> int:
    """Project what is wanted, at most `limit` parts, and say how many; parts that others work on are left to them.

    Raises `GraphUnavailable` as soon as the graph does not answer; what is left stays wanted.
    """
    async with database.system() as connection:
        await ledger.want_orphans(connection)
    done = 0
    while limit is None or done < limit:
        async with database.system() as connection:
            part = await ledger.claim(connection)
        if part is None:
            return done
        done += await _try(database, graph, part)
    return done


async def _try(database: Database, graph: Graph, part: Part) -> bool:
    """Project a part; one that the graph refuses is put aside, so that it does not hold up the others."""
    log = structlog.get_logger()
    try:
        gone = await _project(database, graph, part)
    except BaseException as error:
        wait = BROKEN if isinstance(error, GraphError) and not isinstance(error, GraphUnavailable) else AWAY
        await _give_back(database, part, wait)
        if wait == AWAY:
            raise
        log.error("graph.part_refused", graph_id=part.graph_id, part=part.name, cause=repr(error.__cause__))
        return False
    async with database.system() as connection:
        await ledger.finish(connection, part, gone=gone)
    log.debug("graph.part_projected", graph_id=part.graph_id, part=part.name, gone=gone)
    return True


async def _give_back(database: Database, part: Part, seconds: float) -> None:
    async with database.system() as connection:
        await ledger.release(connection, part, seconds)


async def _project(database: Database, graph: Graph, part: Part) -> bool:
    """Bring one part of the graph to the state of the ledger; True when the ledger holds nothing of it."""
    if part.document_id is None:
        async with database.system() as connection:
            facts = await ledger.fact_rows(connection, part)
        await graph.write(lambda transaction: replace_facts(transaction, part, facts))
        return not facts
    async with database.system() as connection:
        rows = await ledger.document_rows(connection, part)
    await graph.write(lambda transaction: replace_document(transaction, part, rows))
    return rows.document is None


async def replace_document(transaction: Transaction, part: Part, rows: DocumentRows) -> None:
    do = load_statements("projection.cypher")
    scope = {"graph_id": part.graph_id, "document_id": str(part.document_id)}
    await transaction.run(do["lock"], graph_id=part.graph_id, part=part.name)
    before = await transaction.run(do["entities_of_document"], **scope)
    await transaction.run(do["forget_document"], **scope)
    await transaction.run(do["forget_chunks"], **scope)
    if rows.document is not None:
        await _add_document(transaction, scope, rows)
    touched = sorted({row["key"] for row in before} | {row["key"] for row in rows.mentions})
    await _each(transaction, do["weigh_entities"], touched, **_only_graph(scope))
    await _each(transaction, do["forget_entities"], touched, **_only_graph(scope))
    await _settle(transaction, part.graph_id)


async def _add_document(transaction: Transaction, scope: dict[str, str], rows: DocumentRows) -> None:
    do, document, graph = load_statements("projection.cypher"), rows.document or {}, _only_graph(scope)
    await transaction.run(do["add_document"], **document, chunks=len(rows.chunks), graph_id=graph["graph_id"])
    await _each(transaction, do["add_chunks"], rows.chunks, **scope)
    ids = [row["chunk_id"] for row in rows.chunks]
    pairs = [{"before": one, "after": next_one} for one, next_one in pairwise(ids)]
    await _each(transaction, do["link_chunks"], pairs, **graph)
    await _each(transaction, do["add_entities"], sorted({row["key"] for row in rows.mentions}), **graph)
    await _each(transaction, do["add_mentions"], rows.mentions, **graph)


async def _settle(transaction: Transaction, graph_id: str) -> None:
    """Leave the Graph node with what searches need, or remove it with the last part."""
    do = load_statements("projection.cypher")
    [count] = await transaction.run(do["count_chunks"], graph_id=graph_id)
    if not count["documents"]:
        await transaction.run(do["forget_graph"], graph_id=graph_id)
        return
    most = max(HUB_FLOOR, min(HUB_CEILING, int(count["chunks"] * HUB_SHARE)))
    await transaction.run(do["settle"], graph_id=graph_id, chunks=count["chunks"], most=most)


async def replace_facts(transaction: Transaction, part: Part, facts: Sequence[dict[str, Any]]) -> None:
    do, graph_id = load_statements("projection.cypher"), part.graph_id
    await transaction.run(do["lock"], graph_id=graph_id, part=part.name)
    await transaction.run(do["forget_person"], graph_id=graph_id)
    await transaction.run(do["forget_values"], graph_id=graph_id)
    if not facts:
        await transaction.run(do["forget_graph"], graph_id=graph_id)
        return
    rows = [fact | {"key": fact["object"].casefold()} for fact in facts]
    values = {row["key"]: {"key": row["key"], "text": row["object"]} for row in rows}
    await transaction.run(do["add_person"], graph_id=graph_id, user_id=str(part.owner))
    await _each(transaction, do["add_values"], list(values.values()), graph_id=graph_id)
    await _each(transaction, do["add_facts"], rows, graph_id=graph_id)
    await transaction.run(do["settle"], graph_id=graph_id, chunks=0, most=0)


async def _each(transaction: Transaction, statement: str, rows: Sequence[object], **parameters: object) -> None:
    """Run a statement over rows in batches."""
    for at in range(0, len(rows), BATCH):
        await transaction.run(statement, rows=rows[at : at + BATCH], **parameters)


def _only_graph(scope: dict[str, str]) -> dict[str, str]:
    return {"graph_id": scope["graph_id"]}
