"""A person's profile: what they are called, the language they read, and the clock they live by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from psycopg.rows import class_row

from knowledge.db import Connection, load_queries

_SQL = load_queries("conversation.people", "profile.sql")


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person chose, or what was guessed for them until they do; nothing is quiet from a time until the same."""

    user_id: UUID
    display_name: str
    roles: list[str]
    guest: bool
    language: str
    language_chosen: bool
    time_zone: str
    zone_known: bool
    quiet_from: time
    quiet_until: time
    created_at: datetime


async def read(connection: Connection, user_id: UUID) -> Profile | None:
    """Read a person's profile."""
    async with connection.cursor(row_factory=class_row(Profile)) as cursor:
        await cursor.execute(_SQL["profile"], {"user_id": user_id})
        return await cursor.fetchone()


async def guess_language(connection: Connection, user_id: UUID, language: str) -> None:
    """Begin with the language a newcomer's browser asked for; what they chose stays."""
    await connection.execute(_SQL["guess_language"], {"user_id": user_id, "language": language})


async def choose_language(connection: Connection, user_id: UUID, language: str) -> None:
    """Let a person be spoken to in a language, whatever their platforms say they read."""
    await connection.execute(_SQL["choose_language"], {"user_id": user_id, "language": language})
