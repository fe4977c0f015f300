"""The outbox: everything the hub says stands here, in order, until the platform has it.

States: pending → sending → sent, or uncertain (it may have arrived; never resent blindly), blocked (the person does not
let us), dead (the platform will not take it). The last three never hold back their successors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from conversation import payloads
from conversation.errors import LeaseLost
from conversation.message import Address, Reply
from conversation.storable import storable
from knowledge.db import Connection, Database, load_queries

LEASE = 9.0
"""Seconds one part may take to be sent; a platform call times out after a third of it."""
FILE = "~file"
"""How the receipt of a message ends that is a file: it is not edited, but taken back and sent anew."""

_QUERIES = load_queries("conversation", "outbox.sql")

Purpose = Literal["reply", "progress", "proactive"]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A row that this process has leased for sending; `interrupted`: another one died while it was sending it."""

    outbox_id: UUID
    key: str
    purpose: Purpose
    address: Address
    reply: Reply
    revision: int
    sent_revision: int
    receipts: tuple[str, ...]
    attempts: int
    interrupted: bool


def id_of(key: str) -> UUID:
    """Derive the id of the row, and of the message it shows as, from its idempotency key."""
    return uuid5(NAMESPACE_URL, f"outbox:{key}")


async def append(
    connection: Connection, conversation_id: UUID, key: str, reply: Reply, purpose: Purpose = "reply"
) -> None:
    """Say something in a conversation; with a key that is there already nothing happens, unless its row was `open`."""
    await connection.execute(
        _QUERIES["append"],
        {
            "conversation_id": conversation_id,
            "outbox_id": id_of(key),
            "key": key,
            "purpose": purpose,
            "payload": payloads.jsonb(payloads.from_reply(reply)),
            "text": storable(reply.text),
        },
    )


async def revise(connection: Connection, key: str, reply: Reply) -> None:
    """Replace what a row says; only the latest revision is sent, however many there were meanwhile."""
    await connection.execute(
        _QUERIES["revise"],
        {"key": key, "payload": payloads.jsonb(payloads.from_reply(reply)), "text": storable(reply.text)},
    )
    await notify(connection)


async def replace(connection: Connection, conversation_id: UUID, prefix: str, replies: Mapping[str, Reply]) -> None:
    """Say these under keys that all begin with `prefix`, in place of whatever was said under such keys before."""
    given = {"conversation_id": conversation_id, "prefix": f"{prefix}%"}
    before = {row["idempotency_key"] async for row in await connection.execute(_QUERIES["place"], given)}
    for key, reply in replies.items():
        await append(connection, conversation_id, key, reply)
        if key in before:
            await revise(connection, key, reply)
    for key in before - replies.keys():
        await retract(connection, key)


async def retract(connection: Connection, key: str) -> None:
    """Take back what was said under this key, on the platform as well."""
    given = {"key": key, "outbox_id": id_of(key), "payload": payloads.jsonb(payloads.from_reply(Reply("")))}
    await connection.execute(_QUERIES["retract"], given)


async def last(connection: Connection, conversation_id: UUID) -> tuple[UUID, Reply] | None:
    """Give what was answered last in a conversation, and the id of its row."""
    row = await (await connection.execute(_QUERIES["last"], {"conversation_id": conversation_id})).fetchone()
    return (row["outbox_id"], payloads.to_reply(row["payload"])) if row else None


async def open_row(connection: Connection, conversation_id: UUID, key: str) -> tuple[str, ...] | None:
    """Begin an answer that is shown while it is written; gives the receipts of the parts that stand already.

    None if the row is being sent at this moment, so that nothing can be shown in it.
    """
    payload = payloads.jsonb(payloads.from_reply(Reply("")))
    given = {"conversation_id": conversation_id, "outbox_id": id_of(key), "key": key, "payload": payload}
    row = await (await connection.execute(_QUERIES["open"], given)).fetchone()
    return tuple(row["receipts"]) if row else None


async def shown(connection: Connection, key: str, receipt: str) -> bool:
    """Commit the platform's id of one more part of an open answer; False if it is open no more."""
    cursor = await connection.execute(_QUERIES["shown"], {"outbox_id": id_of(key), "receipt": receipt})
    return await cursor.fetchone() is not None


async def close_open(connection: Connection, conversation_id: UUID) -> None:
    """Take back what was begun in a conversation and came to nothing; an answer that stood there stands again."""
    given = {"conversation_id": conversation_id}
    for row in await (await connection.execute(_QUERIES["left_open"], given)).fetchall():
        if row["stood"]:
            await restore(connection, row["idempotency_key"])
        else:
            await retract(connection, row["idempotency_key"])


async def restore(connection: Connection, key: str) -> None:
    """Show once more what was said under this key, in place of what was animated there meanwhile."""
    await connection.execute(_QUERIES["restore"], {"key": key})


async def notify(connection: Connection) -> None:
    """Wake the senders when this transaction commits."""
    await connection.execute("select pg_notify('outbox', '')")


async def claim(database: Database, owner: str, channels: list[str], limit: int = 32) -> list[Outgoing]:
    """Lease rows of these channels that are first in their conversation; `sending` is committed before any call."""
    async with database.system() as connection:
        cursor = await connection.execute(
            _QUERIES["claim"], {"owner": owner, "channels": channels, "limit": limit, "seconds": LEASE}
        )
        return [_outgoing(row) for row in await cursor.fetchall()]


def _outgoing(row: dict[str, object]) -> Outgoing:
    fields = {
        name: row[name] for name in ("outbox_id", "purpose", "revision", "sent_revision", "attempts", "interrupted")
    }
    reply = payloads.to_reply(row["payload"])
    place = (row[name] for name in ("channel", "account", "external_id", "kind"))
    address = Address(*place, via=reply.via or str(row["via"]))  # type: ignore[arg-type]
    receipts = tuple(row["receipts"])  # type: ignore[arg-type]
    return Outgoing(key=str(row["idempotency_key"]), address=address, receipts=receipts, reply=reply, **fields)  # type: ignore[arg-type]


async def receipt(database: Database, owner: str, outbox_id: UUID, platform_id: str) -> None:
    """Commit the platform's id of one more part; raises `LeaseLost` if another sender has taken the row over."""
    async with database.system() as connection:
        cursor = await connection.execute(
            _QUERIES["receipt"], {"outbox_id": outbox_id, "owner": owner, "receipt": platform_id, "seconds": LEASE}
        )
        if await cursor.fetchone() is None:
            raise LeaseLost


async def hold(database: Database, owner: str, outbox_id: UUID, seconds: float) -> None:
    """Keep a row for as long as a slow call may take; raises `LeaseLost` if another sender has taken it over."""
    async with database.system() as connection:
        given = {"outbox_id": outbox_id, "owner": owner, "seconds": seconds}
        if await (await connection.execute(_QUERIES["hold"], given)).fetchone() is None:
            raise LeaseLost


async def standing(database: Database, owner: str, outbox_id: UUID) -> tuple[tuple[str, ...], str]:
    """Give the receipts of a row as they are by now, and the language of its person; raises `LeaseLost`."""
    async with database.system() as connection:
        given = {"outbox_id": outbox_id, "owner": owner, "seconds": LEASE}
        row = await (await connection.execute(_QUERIES["hold"], given)).fetchone()
        if row is None:
            raise LeaseLost
        return tuple(row["receipts"]), row["language"]


async def cut(database: Database, owner: str, outbox_id: UUID, kept: int) -> None:
    """Forget the receipts after the first `kept`, whose messages were deleted."""
    async with database.system() as connection:
        await connection.execute(_QUERIES["cut"], {"outbox_id": outbox_id, "owner": owner, "kept": kept})


async def keep_tokens(database: Database, outbox_id: UUID, tokens: Mapping[str, str]) -> None:
    """Remember what the buttons of a row stand for, by their tokens."""
    async with database.system() as connection:
        given = {"outbox_id": outbox_id, "tokens": list(tokens), "values": list(tokens.values())}
        await connection.execute(_QUERIES["tokens"], given)


async def tidy_tokens(connection: Connection, age: timedelta) -> None:
    """Forget what buttons older than `age` stand for; who presses one is told so. Needs a system transaction."""
    await connection.execute(_QUERIES["tidy_tokens"], {"age": age})


async def move(database: Database, address: Address, moved_to: str) -> bool:
    """Let a conversation, and the threads in it, go on at another address of its platform.

    The ids that its messages had count no more. False if nothing moved: it did so before, or another one lives there.
    """
    async with database.system() as connection:
        given = {"channel": address.channel, "account": address.account}
        given |= {"external_id": address.external_id, "moved_to": moved_to}
        return await (await connection.execute(_QUERIES["move"], given)).fetchone() is not None


async def sent(database: Database, owner: str, row: Outgoing) -> None:
    """Commit that the platform has all of this revision."""
    async with database.system() as connection:
        await connection.execute(
            _QUERIES["sent"], {"outbox_id": row.outbox_id, "owner": owner, "revision": row.revision}
        )


async def settle(database: Database, owner: str, row: Outgoing, state: str, error: str, seconds: float = 0.0) -> None:
    """Put a row into another state: back to `pending` for later, or `uncertain`, `blocked`, `dead` for good."""
    async with database.system() as connection:
        await connection.execute(
            _QUERIES["settle"],
            {"outbox_id": row.outbox_id, "owner": owner, "state": state, "error": error, "seconds": seconds},
        )
        if state == "blocked":
            await connection.execute(_QUERIES["block"], {"outbox_id": row.outbox_id})


async def waiting(database: Database) -> dict[str, int]:
    """Count the rows that are not sent, by state."""
    async with database.system() as connection:
        cursor = await connection.execute(_QUERIES["waiting"])
        return {row["state"]: row["number"] for row in await cursor.fetchall()}
