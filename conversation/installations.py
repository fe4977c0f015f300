"""Installations: where the hub lives on a platform besides what its settings name, with the secrets it needs there.

A workspace that added the app, or a bot whose token a creator brought. Secrets are sealed (`knowledge.vault`); a change
is told with `NOTIFY installations`, so that every gateway opens or closes what it must.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import structlog
from psycopg.types.json import Jsonb

from knowledge.db import Connection, Database, load_queries
from knowledge.vault import Vault, VaultError

STATE_LIFE = 600
"""Seconds that somebody may spend on a platform's consent page."""

_QUERIES = load_queries("conversation", "installations.sql")
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Installation:
    """One place; `secrets` are what its platform gave us for it, `details` what may be known.

    `user_id` is who brought it, `coach_id` the coach it is.
    """

    channel: str
    account: str
    name: str = ""
    secrets: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    details: Mapping[str, Any] = field(default_factory=dict[str, Any])
    user_id: UUID | None = None
    coach_id: UUID | None = None


class Installations:
    """The installations of the hub; needs the vault's keys."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def put(self, installation: Installation) -> None:
        """Keep an installation, in place of an earlier one of the same account."""
        async with self._database.system() as connection:
            await connection.execute(_QUERIES["put"], self._row(installation))

    async def find(self, channel: str, account: str) -> Installation | None:
        """Read one, or None; raises `VaultError` if its secrets cannot be opened."""
        async with self._database.system() as connection:
            cursor = await connection.execute(_QUERIES["find"], {"channel": channel, "account": account})
            row = await cursor.fetchone()
        return await self._opened(row) if row else None

    async def is_anothers(self, channel: str, account: str, user_id: UUID) -> bool:
        """Tell whether somebody else than this person brought an account; opens no secrets."""
        given = {"channel": channel, "account": account, "user_id": user_id}
        async with self._database.system() as connection:
            return await (await connection.execute(_QUERIES["anothers"], given)).fetchone() is not None

    async def all(self, channel: str) -> list[Installation]:
        """List those of a channel whose secrets can be opened, the oldest first."""
        async with self._database.system() as connection:
            rows = await (await connection.execute(_QUERIES["all"], {"channel": channel})).fetchall()
        found = [await self._readable(row) for row in rows]
        return [installation for installation in found if installation is not None]

    async def _readable(self, row: dict[str, Any]) -> Installation | None:
        """Open a row, or leave one out whose key is gone: the others must not wait for it."""
        try:
            return await self._opened(row)
        except VaultError as error:
            _log.error("installation.sealed", channel=row["channel"], account=row["account"], says=str(error))
            return None

    async def remove(self, channel: str, account: str) -> None:
        """Forget an installation and its secrets."""
        async with self._database.system() as connection:
            await connection.execute(_QUERIES["remove"], {"channel": channel, "account": account})

    def sealed(self, installation: Installation) -> str:
        """Seal the secrets of an installation, for who writes it down in a transaction of their own."""
        text = json.dumps(dict(installation.secrets))
        return self._vault.seal(text, "installations", installation.channel, installation.account)

    def _row(self, installation: Installation) -> dict[str, object]:
        return {
            "channel": installation.channel,
            "account": installation.account,
            "name": installation.name,
            "secrets": self.sealed(installation),
            "details": Jsonb(dict(installation.details)),
            "user_id": installation.user_id,
            "coach_id": installation.coach_id,
        }

    async def _opened(self, row: dict[str, Any]) -> Installation:
        """Open the secrets of a row; sealed with an old key, they are sealed anew."""
        place = (row["channel"], row["account"])
        opened = self._vault.open(row["secrets"], "installations", *place)
        found = Installation(*place, row["name"], json.loads(opened), row["details"], row["user_id"], row["coach_id"])
        if not self._vault.is_current(row["secrets"]):
            given = {"channel": place[0], "account": place[1], "before": row["secrets"], "secrets": self.sealed(found)}
            async with self._database.system() as connection:
                await connection.execute(_QUERIES["reseal"], given)
        return found


async def add_own(connection: Connection, installation: Installation, sealed: str) -> bool:
    """Write down what a person brought, in their own transaction; False if somebody else brought it before."""
    given = {
        "channel": installation.channel,
        "account": installation.account,
        "name": installation.name,
        "secrets": sealed,
        "user_id": installation.user_id,
        "coach_id": installation.coach_id,
    }
    return (await connection.execute(_QUERIES["add_own"], given)).rowcount == 1


async def own(connection: Connection, channel: str) -> list[Installation]:
    """List what this person brought, without its secrets."""
    cursor = await connection.execute(_QUERIES["own"], {"channel": channel})
    return [
        Installation(row["channel"], row["account"], row["name"], user_id=row["user_id"], coach_id=row["coach_id"])
        for row in await cursor.fetchall()
    ]


async def remove_own(connection: Connection, channel: str, account: str) -> bool:
    """Take back what this person brought; False if there is no such thing."""
    given = {"channel": channel, "account": account}
    return (await connection.execute(_QUERIES["remove_own"], given)).rowcount == 1


async def new_state(database: Database, channel: str) -> str:
    """Begin an installation: gives the state that the platform brings back once."""
    state = secrets.token_urlsafe(24)
    given = {"state_hash": _hash(state), "channel": channel, "seconds": STATE_LIFE}
    async with database.system() as connection:
        await connection.execute(_QUERIES["new_state"], given)
    return state


async def use_state(database: Database, channel: str, state: str) -> bool:
    """Take a state that came back; False for one that is unknown, used or too old."""
    async with database.system() as connection:
        cursor = await connection.execute(_QUERIES["use_state"], {"state_hash": _hash(state), "channel": channel})
        return await cursor.fetchone() is not None


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode("utf-8", "replace")).hexdigest()
