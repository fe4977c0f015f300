"""What a search gives: hits with exact spans, and how they were found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Hit:
    """A live chunk that may answer the question: `text` is exactly `start:end` of the document at `version`.

    `score` orders the hits of one search; `lexical` (BM25) and `similarity` (cosine) are comparable between searches of
    the same coach. `via` names the entity over which the graph led here, and is empty for a hit of the search itself.
    """

    chunk_id: UUID
    document_id: UUID
    version: int
    coach_id: UUID
    title: str
    page_label: str
    heading_path: tuple[str, ...]
    start: int
    end: int
    text: str
    score: float
    lexical: float = 0.0
    similarity: float = 0.0
    via: str = ""


@dataclass(frozen=True, slots=True)
class Recall:
    """The hits of one search, best first.

    `graph_used` says that the graph was asked and answered, `graph_down` that it should have been and could not,
    `embeddings_down` that only words were compared. `weights` holds the terms of the question with their inverse
    document frequency in the coach: how much each tells passages apart.
    """

    hits: tuple[Hit, ...]
    graph_used: bool = False
    graph_down: bool = False
    embeddings_down: bool = False
    weights: Mapping[str, float] = field(default_factory=dict[str, float])
