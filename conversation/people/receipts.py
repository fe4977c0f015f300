"""Receipts: what was erased where, in both stores, told again when the graph has followed the ledger."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from conversation import outbox
from conversation.message import Reply
from conversation.people.erasing import Counts
from conversation.speech import Speech
from knowledge.db import Database, load_queries
from knowledge.graph import Graph
from knowledge.graph.memory import Shown, shown_of

_SQL = load_queries("conversation.people", "erasing.sql")


def text(speech: Speech, erased: Counts, graph: str = "") -> str:
    """Tell what was erased in the ledger, and `graph` what became of its picture."""
    things: list[str] = []
    if erased.threads:
        things.append(speech.count("{n} message", "{n} messages", erased.messages))
    if erased.facts or not erased.threads:
        things.append(speech.count("{n} fact", "{n} facts", erased.facts))
    said = speech.count("Forgotten.", "Forgotten, all {n}.", 1 if erased.threads else erased.facts)
    ledger = speech.say("Erased in the ledger: {things}.", things=", ".join(things))
    return "\n\n".join(filter(None, (said, ledger, graph)))


def waiting(speech: Speech, *, away: bool) -> str:
    """Say that the graph has yet to follow."""
    if away:
        return speech.say("The graph is away: there it is erased as soon as it is back, and I say so here.")
    return speech.say("In the graph it is being erased; I say so here when it is done.")


def followed(speech: Speech, before: Shown, after: Shown) -> str:
    """Say what is gone from the graph."""
    facts, nodes = max(before.facts - after.facts, 0), max(before.nodes - after.nodes, 0)
    return speech.say(
        "Erased in the graph: {facts}, {nodes}.",
        facts=speech.count("{n} fact", "{n} facts", facts),
        nodes=speech.count("{n} node", "{n} nodes", nodes),
    )


async def measure(database: Database, graph: Graph) -> None:
    """Count what the graph still shows for receipts that were written while it was away; before it is projected."""
    async with database.system() as connection:
        rows = await (await connection.execute(_SQL["unmeasured"])).fetchall()
    for row in rows:
        before = Jsonb(asdict(await shown_of(graph, row["user_id"])))
        async with database.system() as connection:
            await connection.execute(_SQL["measure"], {"erasure_id": row["erasure_id"], "before": before})


async def complete(database: Database, graph: Graph) -> int:
    """Finish the receipts whose erasure the graph shows by now, and count them."""
    async with database.system() as connection:
        rows = await (await connection.execute(_SQL["shown"])).fetchall()
    for row in rows:
        await _complete(database, row, await shown_of(graph, row["user_id"]))
    return len(rows)


async def _complete(database: Database, row: dict[str, Any], after: Shown) -> None:
    from conversation.turns import reply_key

    speech = Speech(row["language"])
    said = text(speech, Counts(**row["ledger"]), followed(speech, Shown(**row["graph_before"]), after))
    async with database.system() as connection:
        values = {"erasure_id": row["erasure_id"], "after": Jsonb(asdict(after))}
        if (await connection.execute(_SQL["settle"], values)).rowcount:
            await outbox.revise(connection, reply_key(UUID(row["receipt"])), Reply(said))
