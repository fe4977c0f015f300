"""Learning a parsed document: cut it, embed what is new, index it, and write all of it at once."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from knowledge import chunks as chunking
from knowledge.chunks import Chunk
from knowledge.db import Connection, Database
from knowledge.documents import Document, Findings, Lesson, store
from knowledge.documents.errors import DocumentChanged, NothingToLearn
from knowledge.documents.index import index
from knowledge.documents.replacing import Content, add_vectors, replace
from knowledge.models.embeddings import Embedder
from knowledge.models.errors import ModelError
from knowledge.parsers.document import Parsed

Outcome = Literal["new", "unchanged", "replaced"]
Progress = Callable[[str, int, int], Awaitable[None]]
Guard = Callable[[Connection], Awaitable[None]]
Extract = Callable[[Parsed, Sequence[Chunk]], Awaitable[Findings]]
Row = NDArray[np.float32]

_BATCH = 256
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Learned:
    """A document as the coach knows it now.

    `without_vectors` counts the chunks that the embedding model could not be asked for; words find them meanwhile,
    and `embed_missing` makes up for it.
    """

    document: Document
    outcome: Outcome
    without_vectors: int = 0


async def quietly(step: str, done: int, total: int) -> None:
    """Report progress to nobody."""


async def unguarded(connection: Connection) -> None:
    """Let any writer save."""


async def finds_nothing(parsed: Parsed, chunks: Sequence[Chunk]) -> Findings:
    """Extract no entities, topics or questions."""
    return Findings()


async def learn(
    database: Database,
    *,
    user_id: UUID | None,
    coach_id: UUID,
    origin: str,
    name: str,
    sha256: str,
    parsed: Parsed,
    embedder: Embedder,
    progress: Progress = quietly,
    extract: Extract = finds_nothing,
    guard: Guard = unguarded,
) -> Learned:
    """Teach the coach a document; the same content again changes nothing, other content from its origin replaces it.

    Steps reported to `progress`: chunking, embedding (counted in chunks), reading, indexing, saving. No transaction
    is open while the document is embedded or read; `guard` is asked first in the one that saves, and may raise to
    forbid it. Raises `NothingToLearn`, `CoachClosed`, `DocumentChanged`.
    """
    lesson = Lesson(user_id, coach_id, origin, name, sha256, parsed)
    for attempt in range(_ATTEMPTS):
        try:
            return await _learn(database, lesson, embedder, progress, extract, guard)
        except DocumentChanged:
            if attempt == _ATTEMPTS - 1:
                raise
    raise DocumentChanged(name)


async def _learn(
    database: Database, lesson: Lesson, embedder: Embedder, progress: Progress, extract: Extract, guard: Guard
) -> Learned:
    document_id = lesson.document_id
    async with _transaction(database, lesson.user_id) as connection:
        old = await store.find(connection, document_id)
        twin = old if old else await store.same(connection, lesson.coach_id, lesson.sha256)
        there = await store.embedded(connection, document_id, embedder.name)
    if twin and twin.sha256 == lesson.sha256:
        return Learned(twin, "unchanged")
    await progress("chunking", 0, 1)
    chunks = await asyncio.to_thread(chunking.split, lesson.parsed, document_id)
    if not chunks:
        raise NothingToLearn(lesson.name)
    new = [chunk for chunk in chunks if chunk.chunk_id not in there]
    vectors = await _embed(embedder, lesson.title, new, progress)
    await progress("reading", 0, 1)
    findings = await extract(lesson.parsed, chunks)
    await progress("indexing", 0, 1)
    counted = await asyncio.to_thread(index, lesson.title, chunks)
    await progress("saving", 0, 1)
    content = Content(lesson, chunks, counted, embedder.name, vectors, findings)
    async with _transaction(database, lesson.user_id) as connection:
        await guard(connection)
        document = await replace(connection, content, old.version if old else None)
    return Learned(document, "replaced" if old else "new", len(new) - len(vectors))


async def _embed(embedder: Embedder, title: str, chunks: Sequence[Chunk], progress: Progress) -> Mapping[UUID, Row]:
    """Vectors of the chunks by id: of all of them, or of those that were done when the model failed."""
    vectors: dict[UUID, Row] = {}
    for at in range(0, len(chunks), _BATCH):
        await progress("embedding", at, len(chunks))
        batch = chunks[at : at + _BATCH]
        try:
            rows = await embedder.embed([spoken(title, chunk.heading_path, chunk.text) for chunk in batch])
        except ModelError:
            return vectors
        vectors.update(zip((chunk.chunk_id for chunk in batch), rows, strict=True))
    return vectors


def spoken(title: str, heading_path: Sequence[str], text: str) -> str:
    """The text that is embedded for a chunk: where it stands, then what it says."""
    return f"{' › '.join((title, *heading_path))}\n{text}"


def _transaction(database: Database, user_id: UUID | None) -> AbstractAsyncContextManager[Connection]:
    return database.person(user_id) if user_id else database.system()


async def embed_missing(
    database: Database, *, user_id: UUID | None, coach_id: UUID, embedder: Embedder, progress: Progress = quietly
) -> int:
    """Give a vector to every chunk of the coach that has none by this model; raises `ModelError`.

    This is how a change of the model is caught up with, while the old vectors lie beside the new ones.
    """
    made = 0
    while rows := await _unembedded(database, user_id, coach_id, embedder.name):
        vectors = await embedder.embed([spoken(row["title"], row["heading_path"], row["text"]) for row in rows])
        by_id = dict(zip((row["chunk_id"] for row in rows), vectors, strict=True))
        async with _transaction(database, user_id) as connection:
            made += await add_vectors(connection, coach_id, embedder.name, by_id)
        await progress("embedding", made, made)
    return made


async def _unembedded(database: Database, user_id: UUID | None, coach_id: UUID, model: str) -> list[dict[str, Any]]:
    async with _transaction(database, user_id) as connection:
        return await store.unembedded(connection, coach_id, model, _BATCH)
