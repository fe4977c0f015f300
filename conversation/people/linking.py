"""Linking: one person on many channels, by a short code that is made on one and typed on another.

Typing the code only asks: where it was made, the person is told who wants to be them, and says yes or no. Until then
nothing is joined, so a code that was overheard opens nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from psycopg.types.json import Jsonb

from conversation.people import codes, merging, throttle
from conversation.people.merging import Keep
from conversation.people.throttle import Limit
from knowledge.db import Connection, Database, load_queries

_SQL = load_queries("conversation.people", "linking.sql")

LIFETIME = timedelta(minutes=10)
PATIENCE = timedelta(hours=1)
"""How long the question on the first channel can be answered."""
TRIES = 10
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Digits and letters that look and sound like no other."""
LENGTH = 8
_CODE = re.compile(rf"([{ALPHABET}]{{4}})[ \-–—]?([{ALPHABET}]{{4}})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Side:
    """One of two places that are to be joined: its channel, and what the person is called there."""

    channel: str
    name: str


@dataclass(frozen=True, slots=True)
class Join:
    """A wish to be one person; `user_id` is who is asked, or, once it is done, who they are now.

    `here` is where the code was made, `there` where it was typed. `late`: nobody answered in time.
    """

    join_id: UUID
    user_id: UUID
    other_user_id: UUID | None
    asked_in: UUID | None
    entered_in: UUID | None
    here: Side
    there: Side
    state: Literal["asked", "joined", "refused", "undone"]
    late: bool
    undoable: bool
    created_at: datetime

    @property
    def people(self) -> set[UUID]:
        """Whose it is."""
        return {self.user_id} | ({self.other_user_id} if self.other_user_id else set())


Refusal = Literal["unknown", "used", "expired", "own", "accounts", "group"]
Answer = Literal["joined", "refused", "choose", "late", "settled", "accounts", "nobody"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A code as somebody typed it; `join_id` is the same when it is handed in again."""

    join_id: UUID
    code: str
    user_id: UUID
    conversation_id: UUID | None
    side: Side


def code_in(text: str) -> str:
    """Find the code in what was typed, however it was grouped; "" if it is none."""
    found = _CODE.fullmatch(text.strip())
    return f"{found[1]}{found[2]}".upper() if found else ""


def shown(code: str) -> str:
    """Write a code so that it is easily read: ABCD-EFGH."""
    return f"{code[:4]}-{code[4:]}"


async def issue(database: Database, user_id: UUID, conversation_id: UUID | None, side: Side) -> str:
    """Make a code, good for ten minutes; the one the person had before is good no longer."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    payload = {"asked_in": str(conversation_id or ""), **asdict(side)}
    values = {"code_hash": await _digest(code), "user_id": user_id, "payload": Jsonb(payload), "lifetime": LIFETIME}
    async with database.system() as connection:
        await codes.withdraw(connection, "link", user_id)
        await connection.execute(_SQL["issue"], values)
    return code


def limits(user_id: UUID) -> list[Limit]:
    """List what counts the codes that somebody types: ten in a quarter of an hour."""
    return [Limit("link", TRIES, str(user_id))]


async def enter(database: Database, entry: Entry) -> Join | Refusal:
    """Take a code that was typed; of two who type it at once, one gets "used".

    Raises `TooManyAttempts`. The caller tells the person on the first channel what is asked of them.
    """
    await throttle.count(database, limits(entry.user_id))
    digest = await _digest(entry.code)
    async with database.system() as connection:
        known = await find(connection, entry.join_id)
        entered = known or await _take(connection, entry, digest)
    if isinstance(entered, Join):
        await throttle.forgive(database, limits(entry.user_id))
    return entered


async def _take(connection: Connection, entry: Entry, digest: bytes) -> Join | Refusal:
    row = await (await connection.execute(_SQL["code"], {"code_hash": digest})).fetchone()
    if row is None:
        return "unknown"
    if refusal := await _refusal(connection, row, entry):
        return refusal
    if await (await connection.execute(_SQL["redeem"], {"code_hash": digest})).fetchone() is None:
        return "used"
    made: Mapping[str, str] = row["payload"]
    asked_in = UUID(made["asked_in"]) if made["asked_in"] else await _latest(connection, row["user_id"])
    values = {
        "join_id": entry.join_id,
        "user_id": row["user_id"],
        "other_user_id": entry.user_id,
        "asked_in": asked_in,
        "entered_in": entry.conversation_id,
        "here": Jsonb({"channel": made["channel"], "name": made["name"]}),
        "there": Jsonb(asdict(entry.side)),
    }
    await connection.execute(_SQL["ask"], values)
    return await find(connection, entry.join_id) or "unknown"


async def _refusal(connection: Connection, row: dict[str, Any], entry: Entry) -> Refusal | None:
    """Tell what is wrong with a code, without using it up."""
    if row["user_id"] == entry.user_id:
        return "own"
    if row["used"]:
        return "used"
    if row["expired"]:
        return "expired"
    typing = await person(connection, entry.user_id)
    making = await person(connection, row["user_id"])
    if "group" in (typing["kind"], making["kind"]):
        return "group"
    return "accounts" if typing["account"] and making["account"] else None


async def answer(database: Database, join_id: UUID, user_id: UUID, *, yes: bool, keep: Keep | None = None) -> Answer:
    """Let the person on the first channel say whether they are the one, and what is to be remembered.

    "choose": both sides remember something, so say again with what to keep. All of the joining is one transaction.
    """
    async with database.system() as connection:
        await connection.execute(_SQL["hold"], {"join_id": join_id})
        join = await find(connection, join_id)
        if join is None or user_id not in join.people:
            return "nobody"
        if join.state != "asked":
            return _again(join, yes=yes)
        if join.user_id != user_id:
            return "nobody"
        if join.late:
            return "late"
        if not yes:
            await connection.execute(_SQL["refuse"], {"join_id": join_id})
            return "refused"
        return await _join(connection, join, keep)


def _again(join: Join, *, yes: bool) -> Answer:
    """What was answered already is said again, so that a turn that is done again says the same."""
    if join.state == "joined" and yes:
        return "joined"
    return "refused" if join.state == "refused" and not yes else "settled"


async def _join(connection: Connection, join: Join, keep: Keep | None) -> Answer:
    if join.other_user_id is None or join.other_user_id == join.user_id:
        return "settled"
    if keep is None and len(await _remembering(connection, join)) > 1:
        return "choose"
    done = await merging.join(connection, join.join_id, join.user_id, join.other_user_id, keep or "both")
    return "joined" if done else "accounts"


async def undo(database: Database, join_id: UUID, user_id: UUID) -> Literal["undone", "late", "nobody"]:
    """Make two people of one again; said again, it is still undone."""
    async with database.system() as connection:
        join = await find(connection, join_id)
        if join is None or user_id not in join.people:
            return "nobody"
        if join.state == "undone" or await merging.undo(connection, join_id, user_id):
            return "undone"
        return "late"


async def find(connection: Connection, join_id: UUID) -> Join | None:
    """Read a wish to be one person, in a system transaction."""
    values = {"join_id": join_id, "patience": PATIENCE, "undo": merging.UNDO}
    row = await (await connection.execute(_SQL["join"], values)).fetchone()
    if row is None:
        return None
    return Join(
        join_id=row["join_id"],
        user_id=row["user_id"],
        other_user_id=row["other_user_id"],
        asked_in=row["asked_in"],
        entered_in=row["entered_in"],
        here=Side(**row["here"]),
        there=Side(**row["there"]),
        state=row["state"],
        late=row["late"],
        undoable=row["undoable"],
        created_at=row["created_at"],
    )


async def open_questions(database: Database, user_id: UUID) -> list[Join]:
    """List who waits to be told that they are this person."""
    return await _listed(database, "open", {"user_id": user_id, "patience": PATIENCE})


async def undoable(database: Database, user_id: UUID) -> list[Join]:
    """List what was joined within the last day, the latest first."""
    return await _listed(database, "undoable", {"user_id": user_id, "undo": merging.UNDO})


async def _listed(database: Database, statement: str, values: dict[str, Any]) -> list[Join]:
    async with database.system() as connection:
        rows = await (await connection.execute(_SQL[statement], values)).fetchall()
        found = [await find(connection, row["join_id"]) for row in rows]
    return [join for join in found if join]


async def sweep(connection: Connection) -> int:
    """Let go of what can be neither answered nor undone any more, and of what was kept to undo it."""
    return (await connection.execute(_SQL["sweep"], {"undo": merging.UNDO})).rowcount


async def person(connection: Connection, user_id: UUID) -> dict[str, Any]:
    """Read what linking asks of a person: kind, name, language, and whether they have an account on the web."""
    row = await (await connection.execute(_SQL["person"], {"user_id": user_id})).fetchone()
    return row or {"kind": "", "display_name": "", "language": "en", "account": False}


async def _remembering(connection: Connection, join: Join) -> list[UUID]:
    row = await (await connection.execute(_SQL["remembered"], {"people": list(join.people)})).fetchone()
    return row["people"] if row else []


async def _latest(connection: Connection, user_id: UUID) -> UUID | None:
    row = await (await connection.execute(_SQL["latest_conversation"], {"user_id": user_id})).fetchone()
    return row["conversation_id"] if row else None


async def _digest(code: str) -> bytes:
    """Give what the ledger keeps of a code: slow to make, because a short code could be guessed from a quick one."""
    return await asyncio.to_thread(hashlib.scrypt, code.encode(), salt=b"evermynd link", n=2**14, r=8, p=1, dklen=32)
