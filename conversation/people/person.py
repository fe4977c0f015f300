"""A person as the hub knows one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self
from uuid import UUID

from psycopg.rows import DictRow

Role = Literal["consumer", "creator", "admin"]
Policy = Literal["open", "invite", "closed"]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody the hub talks to; a guest has a session and nothing to sign in with."""

    user_id: UUID
    display_name: str
    roles: frozenset[str]
    guest: bool
    time_zone: str
    language: str

    @classmethod
    def of(cls, row: DictRow) -> Self:
        """Read a person from a row of `users`."""
        return cls(
            user_id=row["user_id"],
            display_name=row["display_name"],
            roles=frozenset(row["roles"]),
            guest=row["guest"],
            time_zone=row["time_zone"],
            language=row["language"],
        )
