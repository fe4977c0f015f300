"""Writing a document: all of it in one transaction, embedding and chunk rows only where they are new."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice, pairwise
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from psycopg import errors as postgres

from knowledge.chunks import Chunk
from knowledge.db import Connection, load_queries
from knowledge.documents.document import Document, Findings, Lesson
from knowledge.documents.errors import CoachClosed, DocumentChanged
from knowledge.documents.index import Index
from knowledge.documents.store import embedded, living, to_document, want_projection
from knowledge.models.embeddings import to_halfvec

_QUERIES = load_queries("knowledge.documents", "documents.sql")
_BATCH = 2_000

Row = dict[str, Any]
Vectors = Mapping[UUID, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Content:
    """A lesson made ready to be written: `vectors` holds a row for each chunk that has none by `model` yet."""

    lesson: Lesson
    chunks: Sequence[Chunk]
    index: Index
    model: str
    vectors: Vectors
    findings: Findings

    @property
    def scope(self) -> dict[str, Any]:
        """What every row names: the document and its coach."""
        return {"document_id": self.lesson.document_id, "coach_id": self.lesson.coach_id}


async def replace(connection: Connection, content: Content, seen: int | None) -> Document:
    """Put this content in the place of version `seen` of the document (None: it is new), and want its projection.

    Chunks that were there before keep their vectors, even where a heading above them has other words now.
    Raises `DocumentChanged` if the document is not at that version any more, `CoachClosed` if the person may not.
    """
    try:
        document = await _write_document(connection, content, seen)
        kept = await _clear(connection, content)
        await _add_pages(connection, content)
        await _write_chunks(connection, content, kept)
        await _add_postings(connection, content)
        await _add_mentions(connection, content)
        await _add_vectors(connection, content.lesson.coach_id, content.model, await _missing(connection, content))
    except (postgres.InsufficientPrivilege, postgres.ForeignKeyViolation) as error:
        raise CoachClosed from error
    await want_projection(connection, document.coach_id, document.document_id)
    return document


async def _write_document(connection: Connection, content: Content, seen: int | None) -> Document:
    lesson, parsed = content.lesson, content.lesson.parsed
    values = {
        "document_id": lesson.document_id,
        "coach_id": lesson.coach_id,
        "user_id": lesson.user_id,
        "origin": lesson.origin,
        "name": lesson.name,
        "title": lesson.title,
        "media_type": parsed.media_type,
        "unit": parsed.unit,
        "sha256": lesson.sha256,
        "version": seen,
        "page_count": parsed.units,
        "character_count": len(parsed.text),
        "chunk_count": len(content.chunks),
        "term_count": sum(content.index.lengths),
        "topics": list(content.findings.topics),
        "questions": list(content.findings.questions),
    }
    cursor = await connection.execute(_QUERIES["insert" if seen is None else "revise"], values)
    row = await cursor.fetchone()
    if row is None:
        raise DocumentChanged(lesson.name)
    return to_document(row)


async def _clear(connection: Connection, content: Content) -> set[UUID]:
    """Remove what the old version had and the new one has not; give the ids of chunks that stay."""
    await connection.execute(_QUERIES["clear"], {**content.scope, "kept": [chunk.chunk_id for chunk in content.chunks]})
    return {row["chunk_id"] async for row in await connection.execute(_QUERIES["kept"], content.scope)}


async def _add_pages(connection: Connection, content: Content) -> None:
    pages = content.lesson.parsed.pages
    bounds = pairwise(accumulate((len(page.text) for page in pages), initial=0))
    rows = (
        {"number": page.number, "label": page.label, "start_char": start, "end_char": end, "text": page.text}
        for page, (start, end) in zip(pages, bounds, strict=True)
    )
    await _send(connection, "add_pages", content.scope, rows)


async def _write_chunks(connection: Connection, content: Content, kept: set[UUID]) -> None:
    placed = list(zip(content.chunks, content.index.lengths, strict=True))
    moved = (_position(chunk, length) for chunk, length in placed if chunk.chunk_id in kept)
    await _send(connection, "move", content.scope, moved)
    added = (
        {**_position(chunk, length), "content_hash": chunk.content_hash, "text": chunk.text}
        for chunk, length in placed
        if chunk.chunk_id not in kept
    )
    await _send(connection, "add_chunks", content.scope, added)


def _position(chunk: Chunk, length: int) -> Row:
    return {
        "chunk_id": str(chunk.chunk_id),
        "ordinal": chunk.ordinal,
        "start_char": chunk.start,
        "end_char": chunk.end,
        "page": chunk.page,
        "heading_path": chunk.heading_path,
        "term_count": length,
    }


async def _add_postings(connection: Connection, content: Content) -> None:
    rows = (
        {"term": term, "ordinals": p.ordinals, "frequencies": p.frequencies, "lengths": p.lengths}
        for term, p in content.index.postings.items()
    )
    await _send(connection, "add_postings", content.scope, rows)


async def _add_mentions(connection: Connection, content: Content) -> None:
    once = {(mention.chunk_id, mention.entity_key): mention for mention in content.findings.mentions}
    rows = (
        {"chunk_id": str(m.chunk_id), "entity_key": m.entity_key, "name": m.name, "kind": m.kind} for m in once.values()
    )
    await _send(connection, "add_mentions", content.scope, rows)


async def _missing(connection: Connection, content: Content) -> Vectors:
    there = await embedded(connection, content.lesson.document_id, content.model)
    return {chunk_id: vector for chunk_id, vector in content.vectors.items() if chunk_id not in there}


async def add_vectors(connection: Connection, coach_id: UUID, model: str, vectors: Vectors) -> int:
    """Add vectors to those chunks that are still there and have none by this model; tell how many."""
    wanted = await living(connection, list(vectors), model)
    await _add_vectors(connection, coach_id, model, {chunk_id: vectors[chunk_id] for chunk_id in wanted})
    return len(wanted)


async def _add_vectors(connection: Connection, coach_id: UUID, model: str, vectors: Vectors) -> None:
    rows = ({"chunk_id": str(chunk_id), "embedding": to_halfvec(vector)} for chunk_id, vector in vectors.items())
    await _send(connection, "add_vectors", {"coach_id": coach_id, "model": model}, rows)


async def _send(connection: Connection, statement: str, scope: Mapping[str, Any], rows: Iterable[Row]) -> None:
    """Insert rows as JSON, some thousand at once; COPY is not to be had under row-level security."""
    remaining = iter(rows)
    while batch := list(islice(remaining, _BATCH)):
        await connection.execute(_QUERIES[statement], {**scope, "rows": json.dumps(batch, ensure_ascii=False)})
