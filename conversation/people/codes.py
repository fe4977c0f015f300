"""One-time codes: long, random, good once and for a while; the database keeps their hashes only."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID

from psycopg.types.json import Jsonb

from conversation.people.errors import CodeExpired
from knowledge.db import Connection, load_queries

_SQL = load_queries("conversation.people", "codes.sql")

Purpose = Literal["reset", "invitation", "confirmation", "link"]


@dataclass(frozen=True, slots=True)
class Code:
    """What a good code stands for."""

    user_id: UUID | None
    payload: Mapping[str, str]


def digest(secret: str) -> bytes:
    """Give what the database keeps of a long random secret; it needs no slow hash, nobody guesses 256 bits."""
    return hashlib.sha256(secret.encode()).digest()


async def issue(
    connection: Connection,
    purpose: Purpose,
    lifetime: timedelta,
    *,
    user_id: UUID | None = None,
    payload: Mapping[str, str] | None = None,
) -> str:
    """Make a code."""
    code = secrets.token_urlsafe(32)
    values = {
        "code_hash": digest(code),
        "purpose": purpose,
        "user_id": user_id,
        "payload": Jsonb(dict(payload or {})),
        "lifetime": lifetime,
    }
    await connection.execute(_SQL["issue"], values)
    return code


async def look(connection: Connection, purpose: Purpose, code: str) -> Code:
    """Tell what a code stands for without using it up; raise `CodeExpired` if it is not good."""
    return await _read(connection, "look", purpose, code)


async def redeem(connection: Connection, purpose: Purpose, code: str) -> Code:
    """Use a code up; of two who try at once, one gets `CodeExpired`."""
    return await _read(connection, "redeem", purpose, code)


async def withdraw(connection: Connection, purpose: Purpose, user_id: UUID) -> None:
    """Make every code of this kind that a person still has worthless."""
    await connection.execute(_SQL["withdraw"], {"purpose": purpose, "user_id": user_id})


async def _read(connection: Connection, statement: str, purpose: Purpose, code: str) -> Code:
    values = {"code_hash": digest(code), "purpose": purpose}
    row = await (await connection.execute(_SQL[statement], values)).fetchone()
    if row is None:
        raise CodeExpired
    return Code(row["user_id"], row["payload"])
