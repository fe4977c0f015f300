"""Reading and changing coaches; a new one is private until its creator publishes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from knowledge.db import Connection, load_queries

_QUERIES = load_queries("conversation.coaches", "coaches.sql")

NAME_LIMIT = 80


@dataclass(frozen=True, slots=True)
class Coach:
    """A coach as this person sees it; `documents` counts its sources, `topics` and `questions` are the first of these.

    `avatar` is the emoji its creator chose, "" if none; `description` says what it is good at, `persona` how it speaks.
    """

    coach_id: UUID
    name: str
    description: str
    persona: str
    published: bool
    guide: bool
    own: bool
    documents: int
    avatar: str = ""
    topics: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()


async def visible(connection: Connection) -> list[Coach]:
    """List the coaches this person may talk with: the guide, their own, and the published ones."""
    return await _list(connection, "visible", {})


async def page(connection: Connection, number: int, size: int) -> tuple[list[Coach], int]:
    """Give one page of the visible coaches, counted from 1, and how many coaches there are on all pages."""
    cursor = await connection.execute(_QUERIES["page"], {"limit": size, "offset": (number - 1) * size})
    rows = await cursor.fetchall()
    return [_coach(row) for row in rows], rows[0]["total"] if rows else 0


async def own(connection: Connection) -> list[Coach]:
    """List the coaches this person made."""
    return await _list(connection, "own", {})


async def find(connection: Connection, coach_id: UUID) -> Coach | None:
    """Read one coach, or None if there is none for this person."""
    return await _one(connection, "find", {"coach_id": coach_id})


async def named(connection: Connection, name: str) -> list[Coach]:
    """List the coaches of a name, upper and lower case alike; one's own before others'."""
    return await _list(connection, "named", {"name": name.strip()})


async def beginning(connection: Connection, words: str) -> list[Coach]:
    """List the coaches whose name stands in the first words of a message, the longest name first."""
    return await _list(connection, "beginning", {"words": words})


async def latest(connection: Connection, user_id: UUID) -> Coach | None:
    """Find the coach this person talked with last, who also takes their next conversation; None before the first."""
    return await _one(connection, "latest", {"user_id": user_id})


async def create(
    connection: Connection, coach_id: UUID, user_id: UUID, name: str, description: str = "", persona: str = ""
) -> None:
    """Make a private coach; one with this id or, for this creator, this name is left as it is."""
    await connection.execute(
        _QUERIES["create"],
        {"coach_id": coach_id, "user_id": user_id, "name": name, "description": description, "persona": persona},
    )


async def switch(connection: Connection, conversation_id: UUID, coach_id: UUID) -> None:
    """Let another coach take over a conversation, unless that is bound to one."""
    await connection.execute(_QUERIES["switch"], {"conversation_id": conversation_id, "coach_id": coach_id})


async def said(connection: Connection, coach_id: UUID, message_ids: Sequence[UUID]) -> None:
    """Note that these messages are a coach's."""
    given = {"coach_id": coach_id, "message_ids": list(message_ids)}
    await connection.execute(_QUERIES["said_by"], given)


async def change(connection: Connection, coach_id: UUID, *, published: bool) -> None:
    """Publish a coach to everyone, or take it back."""
    await connection.execute(_QUERIES["publish"], {"coach_id": coach_id, "published": published})


async def describe(
    connection: Connection,
    coach_id: UUID,
    *,
    name: str | None = None,
    description: str | None = None,
    persona: str | None = None,
    avatar: str | None = None,
) -> None:
    """Change what stands on the card of one's own coach; None leaves a line as it is."""
    given = {"name": name, "description": description, "persona": persona, "avatar": avatar}
    await connection.execute(_QUERIES["describe"], {"coach_id": coach_id, **given})


async def delete(connection: Connection, coach_id: UUID) -> bool:
    """Delete one's own coach with everything it knows, in the graph as well; False if there is none of one's own."""
    return (await connection.execute(_QUERIES["delete"], {"coach_id": coach_id})).rowcount == 1


async def begin_anew(connection: Connection, conversation_id: UUID, message_id: UUID) -> None:
    """Begin a new thread in a conversation, after this message; what stands before is kept and no longer heeded."""
    given = {"conversation_id": conversation_id, "message_id": message_id}
    await connection.execute(_QUERIES["begin_anew"], given)


async def house(
    connection: Connection, coach_id: UUID, name: str, description: str, persona: str, avatar: str = ""
) -> None:
    """Put the guide coach of the house in place (as the system role)."""
    given = {"coach_id": coach_id, "name": name, "description": description, "persona": persona, "avatar": avatar}
    await connection.execute(_QUERIES["guide"], given)


async def _list(connection: Connection, statement: str, given: Mapping[str, object]) -> list[Coach]:
    return [_coach(row) for row in await (await connection.execute(_QUERIES[statement], given)).fetchall()]


async def _one(connection: Connection, statement: str, given: Mapping[str, object]) -> Coach | None:
    row = await (await connection.execute(_QUERIES[statement], given)).fetchone()
    return _coach(row) if row else None


def _coach(row: dict[str, Any]) -> Coach:
    values: dict[str, Any] = {name: value for name, value in row.items() if name != "total"}
    values["topics"], values["questions"] = tuple(row["topics"]), tuple(row["questions"])
    return Coach(**values)
