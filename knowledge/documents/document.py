"""The values of this package: a document, what was found in it, and a passage of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from knowledge.parsers.document import Parsed


@dataclass(frozen=True, slots=True)
class Document:
    """One file, page or note of a coach; `version` grows each time its `origin` brings other content."""

    document_id: UUID
    coach_id: UUID
    user_id: UUID | None
    origin: str
    name: str
    title: str
    media_type: str
    unit: str
    sha256: str
    version: int
    page_count: int
    character_count: int
    chunk_count: int
    term_count: int
    topics: tuple[str, ...]
    questions: tuple[str, ...]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is to be learned, by which coach, on whose behalf; `user_id` None is the house, for its guide coach."""

    user_id: UUID | None
    coach_id: UUID
    origin: str
    name: str
    sha256: str
    parsed: Parsed

    @property
    def document_id(self) -> UUID:
        """The id of what the coach learns from this origin, whatever its version."""
        return uuid5(self.coach_id, self.origin)

    @property
    def title(self) -> str:
        """The title of the document, or its name where it has none."""
        return self.parsed.title or self.name


@dataclass(frozen=True, slots=True)
class Mention:
    """An entity that a chunk speaks of: `entity_key` is its identity in the coach, `name` how it is written."""

    chunk_id: UUID
    entity_key: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What reading a document brought to light besides its text."""

    mentions: Sequence[Mention] = ()
    topics: Sequence[str] = ()
    questions: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A quote with what stands before and after it; `current` tells whether the document is still that version.

    The quote is empty when the document has a newer version that does not hold it any more.
    """

    title: str
    place: str
    before: str
    quote: str
    after: str
    current: bool


def place(label: str, heading_path: Sequence[str]) -> str:
    """Say where in a document something stands, such as "page 12 · 7.2 Binary Dependencies"."""
    return " · ".join(part for part in (label, heading_path[-1] if heading_path else "") if part)
