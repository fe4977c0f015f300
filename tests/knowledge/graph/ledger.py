"""Small ledgers for the tests of the graph: documents with chunks and mentions, and people's facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4, uuid5

from knowledge.db import Connection, Database

WANT = """insert into projections (graph_id, part) values (%s, %s)
on conflict (graph_id, part) do update set wanted = projections.wanted + 1"""


def chunk_id(document_id: UUID, ordinal: int) -> UUID:
    return uuid5(document_id, str(ordinal))


async def teach(
    database: Database, user_id: UUID, coach_id: UUID, chunks: Sequence[str], document_id: UUID | None = None
) -> UUID:
    """Add a document whose nth chunk mentions the words of the nth string."""
    document_id = document_id or uuid4()
    async with database.system() as connection:
        await connection.execute(
            """insert into documents (document_id, coach_id, user_id, origin, name, title, media_type, sha256)
            values (%(id)s, %(coach)s, %(user)s, %(id)s::text, 'a.txt', 'A', 'text/plain', '')""",
            {"id": document_id, "coach": coach_id, "user": user_id},
        )
        await _fill(connection, document_id, coach_id, chunks)
    return document_id


async def teach_again(database: Database, coach_id: UUID, document_id: UUID, chunks: Sequence[str]) -> None:
    """Replace the chunks of a document."""
    async with database.system() as connection:
        await connection.execute("delete from chunks where document_id = %s", (document_id,))
        await _fill(connection, document_id, coach_id, chunks)


async def _fill(connection: Connection, document_id: UUID, coach_id: UUID, chunks: Sequence[str]) -> None:
    await connection.execute(
        """insert into chunks (chunk_id, document_id, coach_id, ordinal, start_char, end_char, page,
        heading_path, content_hash, text)
        select chunk_id, %s, %s, position - 1, 0, 1, 1, '{}', '', ''
        from unnest(%s::uuid[]) with ordinality as c (chunk_id, position)""",
        (document_id, coach_id, [chunk_id(document_id, n) for n in range(len(chunks))]),
    )
    mentions = [(chunk_id(document_id, n), word) for n, words in enumerate(chunks) for word in set(words.split())]
    await connection.execute(
        """insert into mentions (chunk_id, entity_key, document_id, coach_id, name, kind)
        select chunk_id, word, %s, %s, initcap(word), 'term'
        from unnest(%s::uuid[], %s::text[]) as m (chunk_id, word)""",
        (document_id, coach_id, [found for found, _ in mentions], [word for _, word in mentions]),
    )
    await connection.execute(WANT, (f"coach:{coach_id}", f"document:{document_id}"))


async def unteach(database: Database, coach_id: UUID, document_id: UUID) -> None:
    """Delete a document."""
    async with database.system() as connection:
        await connection.execute("delete from documents where document_id = %s", (document_id,))
        await connection.execute(WANT, (f"coach:{coach_id}", f"document:{document_id}"))


async def tell(database: Database, user_id: UUID, predicate: str, value: str) -> UUID:
    """Add a fact that a person told, with one message as its support."""
    fact_id, start = uuid4(), datetime(2026, 3, 1, tzinfo=UTC)
    async with database.person(user_id) as connection:
        await connection.execute(
            """insert into facts (fact_id, user_id, subject, predicate, object, valid_from)
            values (%s, %s, 'person', %s, %s, %s)""",
            (fact_id, user_id, predicate, value, start),
        )
        await connection.execute(
            """insert into fact_supports (fact_id, message_id, user_id, quote, start_char, end_char)
            values (%s, %s, %s, 'so', 0, 2)""",
            (fact_id, uuid4(), user_id),
        )
        await connection.execute(WANT, (f"user:{user_id}", "facts"))
    return fact_id
