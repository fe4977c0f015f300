"""Keeping facts: two time axes, one support per message, and single-valued predicates that a newer fact ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from conversation import inbox
from conversation.memory.hearing import HeardFact
from conversation.turn import Turn
from knowledge.db import Connection, load_queries

_QUERIES = load_queries("conversation.memory", "facts.sql")


_VERBS = {"is": "are", "was": "were", "has": "have"}


@dataclass(frozen=True, slots=True)
class Remembered:
    """A fact that holds, and the person's words that say so."""

    fact_id: UUID
    predicate: str
    object: str
    said_at: datetime
    quote: str

    def sentence(self) -> str:
        """Say the fact to the person it is about."""
        verb, _, rest = self.predicate.partition(" ")
        if verb in _VERBS or verb.endswith("s"):
            said = _VERBS.get(verb, verb.removesuffix("s"))
            return " ".join(part for part in ("You", said, rest, self.object) if part)
        return f"Your {self.predicate} is {self.object}"


async def known(connection: Connection, user_id: UUID, told_in: UUID | None = None) -> list[Remembered]:
    """List what holds about a person, the oldest first; only what they told to the bot of a conversation, if that is
    given."""
    cursor = await connection.execute(_QUERIES["known"], {"user_id": user_id, "told_in": told_in})
    return [Remembered(**row) for row in await cursor.fetchall()]


async def keep(
    connection: Connection, user_id: UUID, message_id: UUID, fact_id: UUID, fact: HeardFact, quote: str
) -> None:
    """Record a fact with its support; saying it again adds a support, a denial ends it."""
    cursor = await connection.execute(_QUERIES["standing"], {"user_id": user_id, "predicate": fact.predicate})
    standing = await cursor.fetchall()
    same = next((row["fact_id"] for row in standing if row["object"].lower() == fact.object.lower()), None)
    if fact.denied:
        if same is not None:
            await _end(connection, same, None)
    else:
        await _record(connection, user_id, same or fact_id, fact)
        for row in standing if fact.single_valued and same is None else []:
            await _end(connection, row["fact_id"], fact_id)
        await _support(connection, user_id, message_id, same or fact_id, fact, quote)
    await _project(connection, user_id)


async def keep_heard(connection: Connection, turn: Turn, work: Mapping[str, Any]) -> None:
    """Keep a fact that was heard in the message of a turn, with its words as support."""
    fact = HeardFact(**work)
    text = turn.message.text
    fact_id = turn.derive(f"fact:{fact.start}:{fact.predicate}:{fact.object}")
    message_id = inbox.message_id_of(turn.message)
    await keep(connection, turn.person.user_id, message_id, fact_id, fact, text[fact.start : fact.end])


async def forget(connection: Connection, user_id: UUID, fact_id: UUID) -> None:
    """Delete a fact, its earlier recordings and its supports."""
    await connection.execute(_QUERIES["forget"], {"user_id": user_id, "fact_id": fact_id})
    await _project(connection, user_id)


async def _record(connection: Connection, user_id: UUID, fact_id: UUID, fact: HeardFact) -> None:
    given = {"fact_id": fact_id, "user_id": user_id, "predicate": fact.predicate, "object": fact.object}
    await connection.execute(_QUERIES["record"], given)


async def _end(connection: Connection, fact_id: UUID, ended_by: UUID | None) -> None:
    await connection.execute(_QUERIES["end"], {"fact_id": fact_id, "ended_by": ended_by})


async def _support(
    connection: Connection, user_id: UUID, message_id: UUID, fact_id: UUID, fact: HeardFact, quote: str
) -> None:
    given = {"fact_id": fact_id, "message_id": message_id, "user_id": user_id}
    await connection.execute(_QUERIES["support"], {**given, "quote": quote, "start": fact.start, "end": fact.end})


async def _project(connection: Connection, user_id: UUID) -> None:
    await connection.execute(_QUERIES["project"], {"graph_id": f"user:{user_id}"})
    await connection.execute(_QUERIES["notify"])
