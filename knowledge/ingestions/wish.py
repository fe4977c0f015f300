"""What a person can do about an ingestion: wish for one, look where it stands in the queue, cancel it, try it again."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from uuid import UUID

from knowledge.db import Connection, load_queries

_QUERIES = load_queries("knowledge.ingestions", "ingestions.sql")


@dataclass(frozen=True, slots=True)
class Wish:
    """Something to teach a coach, a kept file or a link; the caller derives the id, so asking twice is asking once."""

    ingestion_id: UUID
    user_id: UUID
    coach_id: UUID
    name: str
    conversation_id: UUID | None = None
    file_id: UUID | None = None
    url: str | None = None


async def request(connection: Connection, wish: Wish) -> None:
    """Put a wish in the queue and wake whoever works on it; a second time does nothing (as its person)."""
    await connection.execute(_QUERIES["request"], asdict(wish))


async def place_in_queue(connection: Connection, ingestion_id: UUID) -> int:
    """Count the ingestions that go first, running ones included (as the system role, which sees everybody's)."""
    cursor = await connection.execute(_QUERIES["place"], {"ingestion_id": ingestion_id})
    row = await cursor.fetchone()
    return row["ahead"] if row else 0


async def cancel(connection: Connection, ingestion_id: UUID) -> bool:
    """Ask for the end of a waiting or running ingestion; False if it has ended already or is not this person's.

    Its message changes when the relay or the running job acts on it, within two seconds.
    """
    cursor = await connection.execute(_QUERIES["cancel"], {"ingestion_id": ingestion_id})
    return cursor.rowcount > 0


async def retry(connection: Connection, ingestion_id: UUID) -> bool:
    """Put a failed or cancelled ingestion at the end of the queue again; False if there is none of this person's."""
    cursor = await connection.execute(_QUERIES["retry"], {"ingestion_id": ingestion_id})
    return cursor.rowcount > 0
