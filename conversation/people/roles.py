"""Roles: who may only talk, who may make coaches, who may run the hub; and the list of people for who runs it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from conversation import outbox
from conversation.people import names, sessions
from conversation.people.errors import InvalidEmail, NobodyFound
from conversation.people.person import Role
from knowledge.db import Connection, Database, load_queries

_SQL = load_queries("conversation.people", "roles.sql")


@dataclass(frozen=True, slots=True)
class Listed:
    """A person as the administrator sees one: no word of what they said."""

    user_id: UUID
    email: str
    display_name: str
    roles: tuple[str, ...]
    guest: bool
    channels: tuple[str, ...]
    created_at: datetime
    last_active_at: datetime
    blocked_at: datetime | None = None


async def become_creator(connection: Connection, user_id: UUID) -> bool:
    """Let a person make coaches, in their own transaction; False if they could already."""
    changed = await connection.execute(_SQL["become_creator"], {"user_id": user_id})
    return changed.rowcount == 1


async def grant(db: Database, email: str, role: Role) -> None:
    """Give a role to the person with this address; raise `NobodyFound` if there is none."""
    await _change(db, "grant", email, role)


async def revoke(db: Database, email: str, role: Role) -> None:
    """Take a role from the person with this address; raise `NobodyFound` if there is none."""
    await _change(db, "revoke", email, role)


async def find(db: Database, email: str) -> UUID:
    """Tell whose address this is; raise `NobodyFound` if it is nobody's."""
    try:
        address = names.address(email)
    except InvalidEmail as error:
        raise NobodyFound(email) from error
    async with db.system() as connection:
        row = await (await connection.execute(_SQL["known"], {"email": address})).fetchone()
    if row is None:
        raise NobodyFound(address)
    return row["user_id"]


async def meant(db: Database, person: str) -> UUID:
    """Tell who is meant by an address or an id as the list shows it; raise `NobodyFound` if that is nobody."""
    try:
        user_id = UUID(person.strip())
    except ValueError:
        return await find(db, person)
    async with db.system() as connection:
        if await (await connection.execute(_SQL["exists"], {"user_id": user_id})).fetchone() is None:
            raise NobodyFound(person)
    return user_id


async def block(db: Database, person: str) -> None:
    """Shut somebody out: nothing they write, press or think is heard; raise `NobodyFound` if that is nobody.

    They are signed out everywhere, what waits of theirs is not answered, and what is being answered is stopped.
    """
    user_id = await _shut(db, "block", person)
    async with db.system() as connection:
        await _silence(connection, user_id)
        await sessions.end_all(connection, user_id)


async def unblock(db: Database, person: str) -> None:
    """Let somebody in again; raise `NobodyFound` if that is nobody."""
    await _shut(db, "unblock", person)


async def _shut(db: Database, statement: str, person: str) -> UUID:
    user_id = await meant(db, person)
    async with db.system() as connection:
        await connection.execute(_SQL[statement], {"user_id": user_id})
    return user_id


async def _silence(connection: Connection, user_id: UUID) -> None:
    """Be done with what somebody wrote that is not answered yet, in groups as well."""
    given: dict[str, Any] = {"user_id": user_id}
    lanes = await (await connection.execute(_SQL["lanes"], given)).fetchall()  # before a turn can commit
    given["leased"] = [row["conversation_id"] for row in lanes if row["leased"]]
    rows = await (await connection.execute(_SQL["silence"], given)).fetchall()
    for conversation_id in {row["conversation_id"] for row in rows if row["left_open"]}:
        await outbox.close_open(connection, conversation_id)  # nobody else is there to do it
    await outbox.notify(connection)


async def list_people(db: Database) -> list[Listed]:
    """List everybody, those first who came first."""
    async with db.system() as connection:
        rows = await (await connection.execute(_SQL["list"])).fetchall()
    return [
        Listed(
            user_id=row["user_id"],
            email=row["email"],
            display_name=row["display_name"],
            roles=tuple(row["roles"]),
            guest=row["guest"],
            channels=tuple(row["channels"]),
            created_at=row["created_at"],
            last_active_at=row["last_active_at"],
            blocked_at=row["blocked_at"],
        )
        for row in rows
    ]


async def _change(db: Database, statement: str, email: str, role: Role) -> None:
    await find(db, email)
    async with db.system() as connection:
        await connection.execute(_SQL[statement], {"email": names.address(email), "role": role})
