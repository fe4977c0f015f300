"""What the ledger wants the graph to show: parts to project, claimed by one projector at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from knowledge.db import Connection, load_queries

_QUERIES = load_queries("knowledge.graph", "ledger.sql")
LEASE = 180.0  # seconds a projector has for one part; more than a transaction of the graph may take


@dataclass(frozen=True, slots=True)
class Part:
    """One part of one graph: `document:{document_id}` in `coach:{coach_id}`, or `facts` in `user:{user_id}`.

    `wanted` is the state of the ledger that it must at least show, `claim` the token of who projects it.
    """

    graph_id: str
    name: str
    wanted: int
    claim: UUID | None = None

    @property
    def owner(self) -> UUID:
        """The coach or the person whose graph it is."""
        return UUID(self.graph_id.partition(":")[2])

    @property
    def document_id(self) -> UUID | None:
        """The document, or None for a person's facts."""
        kind, _, value = self.name.partition(":")
        return UUID(value) if kind == "document" else None


@dataclass(frozen=True, slots=True)
class DocumentRows:
    """What the ledger holds of one document, ready for the graph; without `document` it is gone."""

    document: dict[str, Any] | None
    chunks: list[dict[str, Any]]
    mentions: list[dict[str, Any]]


async def claim(connection: Connection) -> Part | None:
    """Take the longest waiting part of a graph that nobody else writes to, or None."""
    token = uuid4()
    row = await (await connection.execute(_QUERIES["claim"], {"claim": token, "seconds": LEASE})).fetchone()
    return Part(row["graph_id"], row["part"], row["wanted"], token) if row else None


async def pending(connection: Connection, limit: int = 100) -> list[Part]:
    """List the parts that the graph does not show as the ledger wants them, the longest waiting first."""
    rows = await (await connection.execute(_QUERIES["pending"], {"limit": limit})).fetchall()
    return [Part(row["graph_id"], row["part"], row["wanted"]) for row in rows]


async def finish(connection: Connection, part: Part, *, gone: bool) -> None:
    """Note that the graph shows the part; one that is `gone` from the ledger leaves no trace here either.

    Who lost the claim meanwhile may have written something old over something new: then it is wanted once more.
    """
    values = _values(part)
    if gone and (await connection.execute(_QUERIES["forget"], values)).rowcount:
        return
    if not (await connection.execute(_QUERIES["finish"], values)).rowcount:
        await connection.execute(_QUERIES["want_again"], values)


async def release(connection: Connection, part: Part, seconds: float) -> None:
    """Give up the claim; nobody tries again before so many seconds have passed."""
    await connection.execute(_QUERIES["release"], _values(part) | {"seconds": seconds})


async def want_orphans(connection: Connection) -> int:
    """Want every part again whose rows went away without a word, such as those of a deleted person."""
    return (await connection.execute(_QUERIES["want_orphans"])).rowcount


async def want_all(connection: Connection, graph_id: str | None) -> int:
    """Want everything the ledger holds, of one graph or of all, whatever the graph shows now."""
    return (await connection.execute(_QUERIES["want_all"], {"graph_id": graph_id})).rowcount


async def document_rows(connection: Connection, part: Part) -> DocumentRows:
    """Read what the graph shows of a document."""
    values = {"document_id": part.document_id, "coach_id": part.owner}
    document = await (await connection.execute(_QUERIES["document"], values)).fetchone()
    if document is None:
        return DocumentRows(None, [], [])
    chunks = await (await connection.execute(_QUERIES["chunks"], values)).fetchall()
    mentions = await (await connection.execute(_QUERIES["mentions"], values)).fetchall()
    return DocumentRows(document, chunks, mentions)


async def fact_rows(connection: Connection, part: Part) -> list[dict[str, Any]]:
    """Read a person's facts; times become ISO strings in UTC, which every graph server compares alike."""
    rows = await (await connection.execute(_QUERIES["facts"], {"user_id": part.owner})).fetchall()
    return [{name: _plain(value) for name, value in row.items()} for row in rows]


def _plain(value: object) -> object:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def _values(part: Part) -> dict[str, Any]:
    return {"graph_id": part.graph_id, "part": part.name, "wanted": part.wanted, "claim": part.claim}
