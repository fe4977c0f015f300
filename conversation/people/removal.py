"""Removing people with everything that is theirs, on their wish or when a guest has been away for long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from conversation.people import accounts
from knowledge.db import Connection, Database, load_queries

_SQL = load_queries("conversation.people", "removal.sql")

IDLE = timedelta(days=30)
"""How long a guest's thread is kept after the last visit."""


@dataclass(frozen=True, slots=True)
class Swept:
    """How many rows a sweep removed."""

    sessions: int
    guests: int
    codes: int
    throttles: int


async def delete_account(db: Database, user_id: UUID, password: str) -> None:
    """Delete a person who confirms it with the password, which raises `WrongPassword` if it is another."""
    await accounts.confirm_password(db, user_id, password)
    await remove(db, user_id)


async def remove(db: Database, user_id: UUID) -> None:
    """Delete a person with threads, memory, coaches, documents and sessions; the graph follows the ledger."""
    async with db.system() as connection:
        await _delete(connection, [user_id])


async def sweep(db: Database) -> Swept:
    """Remove what is over: expired sessions and codes, old counters, guests who were away for 30 days."""
    async with db.system() as connection:
        sessions = (await connection.execute(_SQL["sweep_sessions"])).rowcount
        codes = (await connection.execute(_SQL["sweep_codes"])).rowcount
        throttles = (await connection.execute(_SQL["sweep_throttles"])).rowcount
    guests = 0
    while idle := await _sweep_guests(db):
        guests += idle
    return Swept(sessions, guests, codes, throttles)


async def _sweep_guests(db: Database) -> int:
    async with db.system() as connection:
        rows = await (await connection.execute(_SQL["idle_guests"], {"idle": IDLE})).fetchall()
        await _delete(connection, [row["user_id"] for row in rows])
    return len(rows)


async def _delete(connection: Connection, user_ids: Sequence[UUID]) -> None:
    await connection.execute(_SQL["project"], {"user_ids": list(user_ids)})
    await connection.execute(_SQL["delete"], {"user_ids": list(user_ids)})
