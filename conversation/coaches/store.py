"""Reading and changing coaches; a new one is private until its creator publishes it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from knowledge.db import Connection, load_queries

_QUERIES = load_queries("conversation.coaches", "coaches.sql")

NAME_LIMIT = 80


@dataclass(frozen=True, slots=True)
class Coach:
    """A coach as this person sees it; `documents` counts its sources."""

    coach_id: UUID
    name: str
    description: str
    persona: str
    published: bool
    guide: bool
    own: bool
    documents: int


async def visible(connection: Connection) -> list[Coach]:
    """List the coaches this person may talk with: the guide, their own, and the published ones."""
    cursor = await connection.execute(_QUERIES["visible"])
    return [Coach(**row) for row in await cursor.fetchall()]


async def find(connection: Connection, coach_id: UUID) -> Coach | None:
    """Read one coach, or None if there is none for this person."""
    row = await (await connection.execute(_QUERIES["find"], {"coach_id": coach_id})).fetchone()
    return Coach(**row) if row else None


async def named(connection: Connection, name: str) -> Coach | None:
    """Find a coach by its name, upper and lower case alike; one's own before others'."""
    row = await (await connection.execute(_QUERIES["named"], {"name": name.strip()})).fetchone()
    return Coach(**row) if row else None


async def latest(connection: Connection, user_id: UUID) -> Coach | None:
    """Find the coach this person talked with last, who also takes their next conversation; None before the first."""
    row = await (await connection.execute(_QUERIES["latest"], {"user_id": user_id})).fetchone()
    return Coach(**row) if row else None


async def create(
    connection: Connection, coach_id: UUID, user_id: UUID, name: str, description: str = "", persona: str = ""
) -> None:
    """Make a private coach; one with this id or, for this creator, this name is left as it is."""
    await connection.execute(
        _QUERIES["create"],
        {"coach_id": coach_id, "user_id": user_id, "name": name, "description": description, "persona": persona},
    )


async def switch(connection: Connection, conversation_id: UUID, coach_id: UUID) -> None:
    """Let another coach take over a conversation."""
    await connection.execute(_QUERIES["switch"], {"conversation_id": conversation_id, "coach_id": coach_id})


async def change(connection: Connection, coach_id: UUID, *, published: bool) -> None:
    """Publish a coach to everyone, or take it back."""
    await connection.execute(_QUERIES["publish"], {"coach_id": coach_id, "published": published})


async def house(connection: Connection, coach_id: UUID, name: str, description: str, persona: str) -> None:
    """Put the guide coach of the house in place (as the system role)."""
    await connection.execute(
        _QUERIES["guide"], {"coach_id": coach_id, "name": name, "description": description, "persona": persona}
    )
