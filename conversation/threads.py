"""Threads: a person's conversations on a channel as a list, their messages, and renaming and deleting them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from psycopg.rows import class_row

from conversation import payloads
from conversation.message import Address, Message
from conversation.storable import storable
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

    `pending`: a person's message whose turn is not over. An answer tells which message it `answers`, if that is known,
    whether it `failed` (given up, or stopped before its end), and whether the person found it `good`; None if they did
    not say.
    """

    message_id: UUID
    author: str
    text: str
    payload: dict[str, Any]
    created_at: datetime
    revised_at: datetime | None
    coach_name: str
    coach_id: UUID | None
    pending: bool
    answers: UUID | None
    failed: bool
    good: bool | None


@dataclass(frozen=True, slots=True)
class Again:
    """A question that is answered once more; not `fresh` if that was asked for already."""

    message_id: UUID
    fresh: bool


async def listing(
    connection: Connection, user_id: UUID, channel: str, limit: int, before: datetime | None = None, search: str = ""
) -> list[Thread]:
    """List the person's threads, the latest first, from before a time and with certain words in them."""
    search = storable(search)
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
    given = {"conversation_id": conversation_id, "title": " ".join(storable(title).split())[:TITLE_LIMIT]}
    return (await connection.execute(_QUERIES["rename"], given)).rowcount == 1


async def delete(connection: Connection, conversation_id: UUID) -> bool:
    """Delete a thread with its messages and everything still to be said in it."""
    return (await connection.execute(_QUERIES["delete"], {"conversation_id": conversation_id})).rowcount == 1


async def changed(connection: Connection, conversation_id: UUID, message_id: UUID) -> None:
    """Let whoever looks at a message see it as it is once this transaction commits."""
    given = {"conversation_id": conversation_id, "message_id": message_id}
    await connection.execute(_QUERIES["changed"], given)


async def redraw(connection: Connection, user_id: UUID, conversation_id: UUID | None = None) -> None:
    """Let whoever looks at a thread see it as it is once this transaction commits, or see that it is gone.

    Without a thread, all of this person's are meant.
    """
    await connection.execute(_QUERIES["redraw"], {"user_id": user_id, "conversation_id": conversation_id})


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


async def said(connection: Connection, conversation_id: UUID, message_id: UUID) -> Message | None:
    """Read what a person's message was as it came, by its platform's id; None if that is no longer kept."""
    given = {"conversation_id": conversation_id, "message_id": message_id}
    row = await (await connection.execute(_QUERIES["said"], given)).fetchone()
    return payloads.to_message(row["payload"]) if row else None


async def again(connection: Connection, conversation_id: UUID, answer_id: UUID) -> Again | None:
    """Let a question be answered anew in place of this answer, once for each answer it had.

    None if nobody knows it, or if what was said is no answer but came of an effect, which would come twice. While it is
    being answered nothing happens.
    """
    given = {"answer_id": answer_id, "conversation_id": conversation_id}
    row = await (await connection.execute(_QUERIES["asked"], given)).fetchone()
    if row is None or row["message_id"] is None:
        return None
    question = UUID(row["message_id"])
    if row["state"] == "new":
        return Again(question, False)
    key = f"again:{row['latest']}"
    given = {"inbox_id": uuid5(NAMESPACE_URL, f"inbox:{key}"), "key": key, "root": row["root"], "latest": row["latest"]}
    return Again(question, (await connection.execute(_QUERIES["again"], given)).rowcount == 1)


async def known(connection: Connection, address: Address, coach_ids: list[UUID]) -> set[UUID]:
    """Tell which of these coaches a group talks with, or has talked with, in it or in one of its threads."""
    given = {"channel": address.channel, "account": address.account, "group": address.group_id, "coach_ids": coach_ids}
    return {row["coach_id"] async for row in await connection.execute(_QUERIES["known"], given)}


async def see(connection: Connection, conversation_id: UUID) -> bool:
    """Note that the person has seen all of a thread; False if they had before."""
    return (await connection.execute(_QUERIES["see"], {"conversation_id": conversation_id})).rowcount == 1


async def unread(connection: Connection, user_id: UUID, channel: str) -> list[str]:
    """List the threads in which something stands that the person has not seen, by the channel's ids of them."""
    given = {"user_id": user_id, "channel": channel}
    return [row["external_id"] for row in await (await connection.execute(_QUERIES["unread"], given)).fetchall()]
