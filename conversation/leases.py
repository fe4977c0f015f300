"""Leases: things that only one process does at a time, such as polling a platform."""

from __future__ import annotations

from knowledge.db import Database, load_queries

_QUERIES = load_queries("conversation", "leases.sql")


async def hold(database: Database, name: str, owner: str, seconds: float) -> bool:
    """Take a lease or renew one's own for so long; False while somebody else has it."""
    async with database.system() as connection:
        given = {"name": name, "owner": owner, "seconds": seconds}
        return await (await connection.execute(_QUERIES["hold"], given)).fetchone() is not None


async def release(database: Database, name: str, owner: str) -> None:
    """Give one's own lease back, so that the next need not wait it out."""
    async with database.system() as connection:
        await connection.execute(_QUERIES["release"], {"name": name, "owner": owner})
