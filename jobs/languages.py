"""Languages: in which one a person reads about their ingestion."""

from __future__ import annotations

from uuid import UUID

from conversation.speech import Speech
from knowledge.db import Connection, load_queries

_QUERIES = load_queries("jobs", "languages.sql")


async def speech_of(connection: Connection, ingestion_id: UUID) -> Speech:
    """Give the language of the person whose ingestion this is (as the system role); English once it is gone."""
    row = await (await connection.execute(_QUERIES["language"], {"ingestion_id": ingestion_id})).fetchone()
    return Speech(row["language"]) if row else Speech()
