"""Candidates: the best chunks by words and by meaning, found in one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from knowledge.db import Connection, load_queries
from knowledge.retrieval.hit import Hit
from knowledge.retrieval.question import Question

_QUERIES = load_queries("knowledge.retrieval", "retrieval.sql")


@dataclass(frozen=True, slots=True)
class Candidates:
    """BM25 scores and cosine similarities by chunk, and the weight (idf) of each term of the question."""

    lexical: Mapping[UUID, float]
    dense: Mapping[UUID, float]
    weights: Mapping[str, float]

    def by_words(self) -> list[UUID]:
        """Chunks by BM25, best first."""
        return sorted(self.lexical, key=lambda chunk_id: (-self.lexical[chunk_id], chunk_id))

    def by_meaning(self) -> list[UUID]:
        """Chunks by cosine similarity, best first."""
        return sorted(self.dense, key=lambda chunk_id: (-self.dense[chunk_id], chunk_id))


async def find(
    connection: Connection, coach_ids: Sequence[UUID], question: Question, *, lexical_pool: int, dense_pool: int
) -> Candidates:
    """Search with BM25 and with an exact scan over all vectors of the coaches.

    An index over the vectors of all coaches would lose most of one coach's neighbours to its filter; up to about
    25,000 chunks the scan of one coach is exact and takes milliseconds.
    """
    cursor = await connection.execute(
        _QUERIES["candidates"],
        {
            "coach_ids": list(coach_ids),
            "terms": question.terms,
            "model": question.model,
            "vector": question.vector,
            "lexical_pool": lexical_pool,
            "dense_pool": dense_pool if question.vector else 0,
        },
    )
    rows = await cursor.fetchall()
    return Candidates(
        {row["chunk_id"]: row["lexical"] for row in rows if row["chunk_id"] and row["lexical"] is not None},
        {row["chunk_id"]: row["similarity"] for row in rows if row["similarity"] is not None},
        {row["term"]: row["lexical"] for row in rows if row["term"] is not None},
    )


async def chunks(
    connection: Connection, coach_ids: Sequence[UUID], chunk_ids: Sequence[UUID]
) -> dict[UUID, dict[str, Any]]:
    """The live rows of these chunks by id; those that are gone, or that the person may not see, are missing."""
    scope = {"coach_ids": list(coach_ids), "chunk_ids": list(chunk_ids)}
    return {row["chunk_id"]: row async for row in await connection.execute(_QUERIES["chunks"], scope)}


def to_hit(row: Mapping[str, Any], score: float, lexical: float, similarity: float, via: str = "") -> Hit:
    """Make the value of a row of `chunks`."""
    return Hit(
        chunk_id=row["chunk_id"],
        document_id=row["document_id"],
        version=row["version"],
        coach_id=row["coach_id"],
        title=row["title"],
        page_label=row["page_label"] or "",
        heading_path=tuple(row["heading_path"]),
        start=row["start_char"],
        end=row["end_char"],
        text=row["text"],
        score=score,
        lexical=lexical,
        similarity=similarity,
        via=via,
    )
