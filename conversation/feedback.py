"""Feedback: what people think of an answer, one voice each; the creator of its coach sees how many, never who."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg.rows import class_row

from conversation.message import Address, Feedback
from conversation.people import identities
from knowledge.db import Connection, Database, load_queries

_QUERIES = load_queries("conversation", "feedback.sql")


@dataclass(frozen=True, slots=True)
class Opinion:
    """How many people liked what a coach answered, and how many did not; its creator is not counted."""

    coach_id: UUID
    liked: int
    disliked: int


@dataclass(frozen=True, slots=True)
class Disliked:
    """A question whose answer people disliked, and how many did."""

    text: str
    disliked: int


async def hear(database: Database, heard: Feedback) -> bool:
    """Write down what a platform told; doing it again changes nothing.

    False where the message is no answer of ours at that address, or its author is shut out.
    """
    author, address = heard.author.external_id, heard.address
    async with database.system() as connection:
        if await identities.shut_out(connection, address.channel, address.account, author):
            return False
        given = {**placed(address), "native_id": heard.native_id}
        answer = await (await connection.execute(_QUERIES["answer"], given)).fetchone()
        if answer is None:
            return False
        known = await identities.find(connection, address.channel, address.account, author)
        return await _give(connection, answer["message_id"], author, heard.good, known or answer["user_id"])


async def give(connection: Connection, message_id: UUID, author: str, good: bool | None) -> bool:
    """Say what this person thinks of an answer, in their own transaction; None takes it back.

    `author` is their id on the channel. False where there is no such answer for them.
    """
    return await _give(connection, message_id, author, good, None)


async def voices(connection: Connection, message_ids: list[UUID]) -> dict[UUID, bool]:
    """Tell what this person said of these answers, in their own transaction."""
    cursor = await connection.execute(_QUERIES["voices"], {"message_ids": message_ids})
    return {row["message_id"]: row["good"] for row in await cursor.fetchall()}


async def figures(connection: Connection) -> dict[UUID, Opinion]:
    """Count what people think of each coach of this person; coaches of whom nobody said anything are left out."""
    async with connection.cursor(row_factory=class_row(Opinion)) as cursor:
        await cursor.execute(_QUERIES["figures"])
        return {each.coach_id: each for each in await cursor.fetchall()}


async def least_liked(connection: Connection, coach_id: UUID, limit: int = 3) -> list[Disliked]:
    """List the questions whose answers were disliked most, for the creator of the coach."""
    async with connection.cursor(row_factory=class_row(Disliked)) as cursor:
        await cursor.execute(_QUERIES["least_liked"], {"coach_id": coach_id, "limit": limit})
        return await cursor.fetchall()


def placed(address: Address) -> dict[str, Any]:
    """Name a chat with all of its threads, the way statements do: what a platform tells may leave the thread out."""
    place = address.external_id if address.kind == "direct" else address.group_id
    return {"channel": address.channel, "account": address.account, "place": place}


async def _give(connection: Connection, message_id: UUID, author: str, good: bool | None, user_id: UUID | None) -> bool:
    given = {"message_id": message_id, "author": author, "good": good, "user_id": user_id}
    statement = "take_back" if good is None else "give"
    return (await connection.execute(_QUERIES[statement], given)).rowcount > 0
