"""Sessions on the web: an opaque random token in a cookie, its hash in the ledger, 30 days from the last visit."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from conversation.people import codes
from conversation.people.errors import GuestsRefused
from conversation.people.person import Person, Policy
from knowledge.db import Connection, Database, load_queries

_SQL = load_queries("conversation.people", "sessions.sql")

LIFETIME = timedelta(days=30)
FRESHNESS = timedelta(hours=1)
"""A session seen less than this ago is not written again, so that reading it stays a read."""


@dataclass(frozen=True, slots=True)
class Session:
    """A place where a person is signed in; `session_id` names it and opens nothing."""

    session_id: str
    device: str
    created_at: datetime
    seen_at: datetime
    current: bool


async def open_session(db: Database, user_id: UUID, device: str = "") -> str:
    """Open a session and give its token, which is told once and kept nowhere."""
    token = secrets.token_urlsafe(32)
    values = {
        "token_hash": codes.digest(token),
        "user_id": user_id,
        "device": device[:120],
        "lifetime": LIFETIME,
    }
    async with db.system() as connection:
        await connection.execute(_SQL["open"], values)
    return token


async def person_of(db: Database, token: str) -> Person | None:
    """Tell whose session this is, and prolong it; None if it is over, never was, or they are shut out."""
    values = {"token_hash": codes.digest(token), "lifetime": LIFETIME, "freshness": FRESHNESS}
    async with db.system() as connection:
        row = await (await connection.execute(_SQL["person_of"], values)).fetchone()
    return Person.of(row) if row else None


async def open_guest(db: Database, name: str = "Guest", *, policy: Policy = "open") -> Person:
    """Let somebody in without an account; raise `GuestsRefused` unless the hub is open."""
    if policy != "open":
        raise GuestsRefused
    async with db.system() as connection:
        return await new_guest(connection, name)


async def new_guest(connection: Connection, name: str) -> Person:
    """Make a guest inside a system transaction."""
    values = {"user_id": uuid4(), "display_name": name}
    row = await (await connection.execute(_SQL["open_guest"], values)).fetchone()
    if row is None:
        raise GuestsRefused
    return Person.of(row)


async def sign_out(db: Database, token: str) -> None:
    """End one session."""
    async with db.system() as connection:
        await connection.execute(_SQL["sign_out"], {"token_hash": codes.digest(token)})


async def sign_out_everywhere(db: Database, user_id: UUID, *, keep: str | None = None) -> None:
    """End all of a person's sessions, but the one whose token is `keep`."""
    async with db.person(user_id) as connection:
        await end_all(connection, user_id, keep=keep)


async def end_all(connection: Connection, user_id: UUID, *, keep: str | None = None) -> None:
    """Do what `sign_out_everywhere` does inside a transaction that does more."""
    values = {"user_id": user_id, "kept": codes.digest(keep) if keep else None}
    await connection.execute(_SQL["sign_out_everywhere"], values)


async def sessions_of(db: Database, user_id: UUID, token: str = "") -> list[Session]:
    """List where a person is signed in, the latest first; `token` marks the session that asks."""
    current = codes.digest(token)
    async with db.person(user_id) as connection:
        rows = await (await connection.execute(_SQL["list"], {"user_id": user_id})).fetchall()
    return [
        Session(
            session_id=row["token_hash"].hex(),
            device=row["device"],
            created_at=row["created_at"],
            seen_at=row["seen_at"],
            current=row["token_hash"] == current,
        )
        for row in rows
    ]


async def end(db: Database, user_id: UUID, session_id: str) -> bool:
    """End one of a person's sessions by its id; False if the person has none like it."""
    try:
        token_hash = bytes.fromhex(session_id)
    except ValueError:
        return False
    async with db.person(user_id) as connection:
        ended = await connection.execute(_SQL["end"], {"user_id": user_id, "token_hash": token_hash})
    return ended.rowcount == 1
