"""Finding, listing and deleting documents, under the row-level security of the transaction that is handed in."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from knowledge.db import Connection, load_queries
from knowledge.documents.document import Document

_QUERIES = load_queries("knowledge.documents", "documents.sql")


async def find(connection: Connection, document_id: UUID) -> Document | None:
    """The document with this id."""
    cursor = await connection.execute(_QUERIES["find"], {"document_id": document_id})
    row = await cursor.fetchone()
    return to_document(row) if row else None


async def same(connection: Connection, coach_id: UUID, sha256: str) -> Document | None:
    """A document of the coach with exactly this content, whatever its origin."""
    cursor = await connection.execute(_QUERIES["same"], {"coach_id": coach_id, "sha256": sha256})
    row = await cursor.fetchone()
    return to_document(row) if row else None


async def listing(connection: Connection, coach_id: UUID) -> list[Document]:
    """All documents of the coach by title."""
    return [to_document(row) async for row in await connection.execute(_QUERIES["listing"], {"coach_id": coach_id})]


async def embedded(connection: Connection, document_id: UUID, model: str) -> set[UUID]:
    """The chunks of the document that have a vector by this model."""
    ids = {"document_id": document_id, "model": model}
    return {row["chunk_id"] async for row in await connection.execute(_QUERIES["embedded"], ids)}


async def unembedded(connection: Connection, coach_id: UUID, model: str, limit: int) -> list[dict[str, Any]]:
    """Chunks of the coach that have no vector by this model, with all that is embedded of them."""
    scope = {"coach_id": coach_id, "model": model, "limit": limit}
    return await (await connection.execute(_QUERIES["unembedded"], scope)).fetchall()


async def living(connection: Connection, chunk_ids: Sequence[UUID], model: str) -> list[UUID]:
    """Those of the chunks that are still there and have no vector by this model, locked until the transaction ends."""
    scope = {"chunk_ids": list(chunk_ids), "model": model}
    return [row["chunk_id"] async for row in await connection.execute(_QUERIES["living"], scope)]


async def behind(connection: Connection, model: str, limit: int) -> list[UUID]:
    """Coaches with chunks that have no vector by this model (as the system role)."""
    cursor = await connection.execute(_QUERIES["behind"], {"model": model, "limit": limit})
    return [row["coach_id"] for row in await cursor.fetchall()]


async def delete(connection: Connection, document_id: UUID) -> bool:
    """Remove every trace of the document and want the same of its projection; False if there was none to remove."""
    cursor = await connection.execute(_QUERIES["delete"], {"document_id": document_id})
    row = await cursor.fetchone()
    if row is None:
        return False
    await want_projection(connection, row["coach_id"], document_id)
    return True


async def digest(connection: Connection, coach_id: UUID) -> str:
    """A hash over all that the coach knows: after a deletion it is what it was before the ingestion."""
    cursor = await connection.execute(_QUERIES["digest"], {"coach_id": coach_id})
    row = await cursor.fetchone()
    return row["digest"] if row else ""


async def want_projection(connection: Connection, coach_id: UUID, document_id: UUID) -> None:
    """Ask for the document to be projected into the graph again."""
    part = {"graph_id": f"coach:{coach_id}", "part": f"document:{document_id}"}
    await connection.execute(_QUERIES["project"], part)


def to_document(row: dict[str, Any]) -> Document:
    """Make the value of a row of the table."""
    values: dict[str, Any] = dict(row)
    values["topics"] = tuple(row["topics"])
    values["questions"] = tuple(row["questions"])
    return Document(**values)
