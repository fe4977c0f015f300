"""Rates: how much of a platform's limits is left, shared by everybody who sends."""

from __future__ import annotations

from collections.abc import Sequence

from conversation.channel import Rate
from conversation.message import Address
from knowledge.db import Connection, Database, load_queries

_QUERIES = load_queries("conversation", "rates.sql")

RESERVED = {"reply": 0.0, "progress": 0.3, "proactive": 0.3, "animation": 0.25}
"""The share of every limit that each purpose leaves to those before it."""


async def take(database: Database, address: Address, rates: Sequence[Rate], purpose: str) -> float:
    """Take one call; 0 if it may go out now, otherwise the seconds after which to ask again."""
    if not rates:
        return 0.0
    given = {
        "buckets": [_name(address, rate) for rate in rates],
        "limits": [float(rate.limit) for rate in rates],
        "periods": [rate.seconds for rate in rates],
        "share": RESERVED[purpose],
    }
    async with database.system() as connection:
        row = await (await connection.execute(_QUERIES["take"], given)).fetchone()
    return row["wait"] if row else 0.0


async def block(database: Database, address: Address, rates: Sequence[Rate], seconds: float) -> None:
    """Heed a platform that asks for a pause: the narrowest limit, the first one, lets nothing through until then."""
    if not rates:
        return
    async with database.system() as connection:
        await connection.execute(_QUERIES["block"], {"bucket": _name(address, rates[0]), "seconds": seconds})


def _name(address: Address, rate: Rate) -> str:
    return f"{address.channel}:{address.account}:{rate.bucket}"


async def tidy(connection: Connection) -> None:
    """Forget the buckets that have long been full; needs a system transaction."""
    await connection.execute(_QUERIES["tidy"])
