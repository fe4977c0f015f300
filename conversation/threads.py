"""Threads: a person's conversations on a channel as a list, their messages, and renaming and deleting them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row

from knowledge.db import Connection, load_queries

_QUERIES = load_queries("conversation", "threads.sql")
TITLE_LIMIT = 120


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation as a list shows it; `external_id` is the channel's own id of it."""

    conversation_id: UUID
    external_id: str
    title: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """A message as it stands in its thread; `payload` is a reply's, or names the files a person sent.

    `pending`: a person's message whose turn is not over.
    """

    message_id: UUID
    author: str
    text: str
    payload: dict[str, Any]
    created_at: datetime
    revised_at: datetime | None
    coach_name: str
    pending: bool


async def listing(
    connection: Connection, user_id: UUID, channel: str, limit: int, before: datetime | None = None, search: str = ""
) -> list[Thread]:
    """List the person's threads, the latest first, from before a time and with certain words in them."""
    pattern = "%" + search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    given = {"channel": channel, "user_id": user_id, "limit": limit, "before": before}
    async with connection.cursor(row_factory=class_row(Thread)) as cursor:
        await cursor.execute(_QUERIES["listing"], {**given, "search": search, "pattern": pattern})
        return await cursor.fetchall()


async def find(connection: Connection, conversation_id: UUID) -> Thread | None:
    """Read one thread; None if there is none for this person."""
    async with connection.cursor(row_factory=class_row(Thread)) as cursor:
        await cursor.execute(_QUERIES["find"], {"conversation_id": conversation_id})
        return await cursor.fetchone()


async def rename(connection: Connection, conversation_id: UUID, title: str) -> bool:
    """Give a thread a title of the person's own; False if there is none for this person."""
    given = {"conversation_id": conversation_id, "title": " ".join(title.split())[:TITLE_LIMIT]}
    return (await connection.execute(_QUERIES["rename"], given)).rowcount == 1


async def delete(connection: Connection, conversation_id: UUID) -> bool:
    """Delete a thread with its messages and everything still to be said in it."""
    return (await connection.execute(_QUERIES["delete"], {"conversation_id": conversation_id})).rowcount == 1


async def messages(connection: Connection, conversation_id: UUID) -> list[Line]:
    """Read a thread, the oldest message first."""
    async with connection.cursor(row_factory=class_row(Line)) as cursor:
        await cursor.execute(_QUERIES["messages"], {"conversation_id": conversation_id})
        return await cursor.fetchall()


async def message(connection: Connection, message_id: UUID) -> Line | None:
    """Read one message; None if there is none for this person."""
    async with connection.cursor(row_factory=class_row(Line)) as cursor:
        await cursor.execute(_QUERIES["message"], {"message_id": message_id})
        return await cursor.fetchone()
