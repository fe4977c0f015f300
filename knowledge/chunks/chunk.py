"""The chunk value and its identity."""

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID, uuid5


@dataclass(frozen=True, slots=True)
class Chunk:
    """A span of one document: `text` is exactly `document_text[start:end]`; `page` is the page it starts on."""

    chunk_id: UUID
    ordinal: int
    start: int
    end: int
    page: int
    heading_path: tuple[str, ...]
    text: str
    content_hash: str


def hash_of(text: str) -> str:
    """The content hash of a chunk's text."""
    return sha256(text.encode()).hexdigest()


def id_of(document_id: UUID, content_hash: str, occurrence: int) -> UUID:
    """The id of the nth chunk with this content in a document: the same file always gives the same ids."""
    return uuid5(document_id, f"{content_hash}:{occurrence}")
