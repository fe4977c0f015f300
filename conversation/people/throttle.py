"""Counting attempts in Postgres, so that all replicas together allow what one would."""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from conversation.people.errors import TooManyAttempts
from knowledge.db import Database, load_queries

_SQL = load_queries("conversation.people", "throttles.sql")


@dataclass(frozen=True, slots=True)
class Limit:
    """How many attempts of one kind somebody has until the window, which opens with the first, is over."""

    action: str
    attempts: int
    subject: str
    window: timedelta = timedelta(minutes=15)

    @property
    def bucket(self) -> str:
        """The name of the counter; whom it counts is hashed, so that the table tells no addresses."""
        return f"{self.action}:{hashlib.sha256(self.subject.encode()).hexdigest()[:32]}"


async def count(db: Database, limits: Sequence[Limit]) -> None:
    """Count one attempt against each limit; raise `TooManyAttempts` if it is one too many for any of them.

    All limits of a call share one window.
    """
    by_bucket = {limit.bucket: limit for limit in limits}
    values = {"buckets": list(by_bucket), "window": limits[0].window}
    async with db.system() as connection:
        await connection.execute(_SQL["lock"], values)
        rows = await (await connection.execute(_SQL["count"], values)).fetchall()
    waits = [row["seconds_left"] for row in rows if row["attempts"] > by_bucket[row["bucket"]].attempts]
    if waits:
        raise TooManyAttempts(max(waits))


async def forgive(db: Database, limits: Sequence[Limit]) -> None:
    """Take back one counted attempt: it was a good one."""
    async with db.system() as connection:
        values = {"buckets": [limit.bucket for limit in limits], "window": limits[0].window}
        await connection.execute(_SQL["forgive"], values)


async def clear(db: Database, limits: Sequence[Limit]) -> None:
    """Forget what was counted against these limits."""
    async with db.system() as connection:
        await connection.execute(_SQL["clear"], {"buckets": [limit.bucket for limit in limits]})


def network(client: str) -> str:
    """Give what one household has of a client's address: all of an IPv4 address, the first 64 bits of an IPv6 one."""
    try:
        found = ipaddress.ip_address(client)
    except ValueError:
        return client
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found)
