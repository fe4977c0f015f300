"""The job that brings the graph up to date with the ledger."""

from __future__ import annotations

import asyncio

import structlog

from conversation.people import receipts
from jobs.running import until_told
from jobs.settings import JobSettings, current
from knowledge.db import Database, open_database
from knowledge.graph import GraphUnavailable, open_graph
from knowledge.graph.projection import pending, project_pending

__all__ = ["pending", "perform", "run"]

_log = structlog.stdlib.get_logger(__name__)


def perform() -> None:
    """Project what is wanted; RQ's entry (blocking), safe to run twice."""
    settings = current()

    async def main(_told: asyncio.Event) -> None:
        async with open_database(settings.database_url, size=4, patience=5) as database:
            await run(database, settings)

    until_told(main)


async def run(database: Database, settings: JobSettings) -> None:
    """Project what is wanted; while the graph is away, it stays wanted."""
    if not settings.neo4j_uri:
        return
    user = settings.neo4j_user if settings.neo4j_password else ""
    async with open_graph(settings.neo4j_uri, user, settings.neo4j_password or "") as graph:
        try:
            await receipts.measure(database, graph)
            await project_pending(database, graph)
            await receipts.complete(database, graph)
        except GraphUnavailable:
            _log.warning("the graph is away, what it must show waits in the ledger")
