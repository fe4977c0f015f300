"""Erasing what a person said and what is known of them, and the counts that a receipt tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from conversation.people import merging
from knowledge.db import Connection, load_queries
from knowledge.graph.memory import Shown

_SQL = load_queries("conversation.people", "erasing.sql")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of each were erased; `threads` is 0 where only memory was meant."""

    messages: int = 0
    facts: int = 0
    threads: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where the wish to forget was said: what stands before it in this thread can go, it and its answer stay."""

    user_id: UUID
    conversation_id: UUID
    inbox_id: UUID
    message_id: UUID

    @property
    def values(self) -> dict[str, Any]:
        """The ids, as statements name them."""
        return asdict(self)


async def count_thread(connection: Connection, place: Place) -> Counts:
    """Count what forgetting the thread would erase."""
    row = await (await connection.execute(_SQL["thread_counts"], place.values)).fetchone()
    return Counts(messages=row["messages"], threads=1) if row else Counts(threads=1)


async def count_all(connection: Connection, place: Place) -> Counts:
    """Count what forgetting everything would erase."""
    row = await (await connection.execute(_SQL["all_counts"], place.values)).fetchone() or {}
    facts = len(await _facts(connection, place.user_id))
    return Counts(row.get("messages", 0), facts, row.get("threads", 0))


async def facts_like(connection: Connection, user_id: UUID, fact_ids: Sequence[UUID]) -> list[UUID]:
    """List these facts with their earlier recordings, which go with them."""
    rows = await _facts(connection, user_id)
    said = {_said(row) for row in rows if row["fact_id"] in fact_ids}
    return [row["fact_id"] for row in rows if _said(row) in said]


async def erase_facts(connection: Connection, user_id: UUID, fact_ids: Sequence[UUID]) -> Counts:
    """Delete facts, wherever they are kept in the ledger; the graph follows."""
    rows = [row for row in await _facts(connection, user_id) if row["fact_id"] in fact_ids]
    await merging.scrub(connection, user_id, [_said(row) for row in rows])
    await connection.execute(_SQL["erase_facts"], {"fact_ids": list(fact_ids)})
    await _project(connection, user_id)
    return Counts(facts=len(rows))


async def erase_thread(connection: Connection, place: Place) -> Counts:
    """Delete what was said in this thread before."""
    erased = (await connection.execute(_SQL["messages"], place.values)).rowcount
    for statement in ("outbox", "inbox", "rest"):
        await connection.execute(_SQL[statement], place.values)
    return Counts(messages=erased, threads=1)


async def erase_all(connection: Connection, place: Place) -> Counts:
    """Delete all threads and all memory; account, coaches and sources stay."""
    row = await (await connection.execute(_SQL["threads"], place.values)).fetchone() or {"messages": 0, "threads": 0}
    here = await erase_thread(connection, place)
    facts = (await connection.execute(_SQL["memory"], place.values)).rowcount
    await connection.execute(_SQL["kept_elsewhere"], place.values)
    await _project(connection, place.user_id)
    return Counts(row["messages"] + here.messages, facts, row["threads"] + 1)


async def note(
    connection: Connection, place: Place, erasure_id: UUID, language: str, erased: Counts, before: Shown | None
) -> None:
    """Note what was erased, so that the receipt, said by this very transaction, tells when the graph followed."""
    row = await (await connection.execute(_SQL["answering"], place.values)).fetchone()
    if row is None:
        return
    values = {
        "erasure_id": erasure_id,
        "user_id": place.user_id,
        "receipt": str(row["answers"]),
        "language": language,
        "ledger": Jsonb(asdict(erased)),
        "graph_before": Jsonb(asdict(before)) if before else None,
    }
    await connection.execute(_SQL["note"], values)


async def sweep(connection: Connection) -> int:
    """Let go of receipts that are a week old."""
    return (await connection.execute(_SQL["sweep"])).rowcount


async def _facts(connection: Connection, user_id: UUID) -> list[dict[str, Any]]:
    return await (await connection.execute(_SQL["facts"], {"user_id": user_id})).fetchall()


def _said(row: dict[str, Any]) -> tuple[str, str]:
    return row["predicate"], row["object"].lower()


async def _project(connection: Connection, user_id: UUID) -> None:
    await connection.execute(_SQL["project"], {"graph_id": f"user:{user_id}"})
    await connection.execute(_SQL["notify"])
