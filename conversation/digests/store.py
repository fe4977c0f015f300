"""Digests in the ledger: what a person set, and when it comes next."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from conversation.digests import zones
from conversation.digests.schedule import Schedule, newest, next_after
from conversation.proactive import Quiet
from conversation.speech import Speech
from knowledge.db import Connection, load_queries

FIRST = timedelta(days=7)
"""How far back the first digest reaches."""
_QUERIES = load_queries("conversation.digests", "digests.sql")

Kind = Literal["personal", "creator"]


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who a digest is for: a person, or a group chat."""

    user_id: UUID
    language: str
    time_zone: str
    zone_known: bool
    quiet: Quiet
    is_person: bool

    @property
    def speech(self) -> Speech:
        """Their language."""
        return Speech(self.language)


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest that somebody set; it is off while `next_at` is None, and waits for a time zone while `wants_zone`."""

    digest_id: UUID
    user_id: UUID
    conversation_id: UUID
    kind: Kind
    schedule: Schedule
    next_at: datetime | None
    zone: str
    wants_zone: bool
    snoozed_until: datetime | None
    told_until: datetime

    def after(self, moment: datetime, zone: str) -> datetime:
        """Give its first slot after a moment, in a time zone; while it is snoozed, after that."""
        start = max(moment, self.snoozed_until) if self.snoozed_until else moment
        return next_after(self.schedule, zones.clock(zone), start)


@dataclass(frozen=True, slots=True)
class Due:
    """A digest whose time has come; `unreachable`: where it belongs, we may not write."""

    digest: Digest
    recipient: Recipient
    planned: datetime
    unreachable: bool

    def slot(self, now: datetime) -> datetime:
        """Give the slot to be run: the newest, if several were missed."""
        return max(self.planned, newest(self.digest.schedule, zones.clock(self.digest.zone), now))


async def recipient(connection: Connection, user_id: UUID) -> Recipient:
    """Read who somebody is to a digest."""
    cursor = await connection.execute(_QUERIES["person"], {"user_id": user_id})
    row = await cursor.fetchone()
    if row is None:
        raise LookupError(user_id)
    return _recipient(row)


async def mine(connection: Connection, user_id: UUID) -> dict[Kind, Digest]:
    """Read the digests of a person."""
    cursor = await connection.execute(_QUERIES["mine"], {"user_id": user_id})
    return {row["kind"]: _digest(row) for row in await cursor.fetchall()}


async def put(connection: Connection, digest: Digest) -> None:
    """Set a digest, in the place of an earlier one of its kind, whose `told_until` stays."""
    given = {
        "digest_id": digest.digest_id,
        "user_id": digest.user_id,
        "conversation_id": digest.conversation_id,
        "kind": digest.kind,
        "days": sorted(digest.schedule.days),
        "minute": digest.schedule.minute,
        "next_at": digest.next_at,
        "zone": digest.zone,
        "wants_zone": digest.wants_zone,
        "told_until": digest.told_until,
    }
    await connection.execute(_QUERIES["set"], given)


async def plan(
    connection: Connection,
    kind: Kind,
    user_id: UUID,
    next_at: datetime,
    zone: str,
    snoozed_until: datetime | None = None,
) -> None:
    """Change when a digest comes next."""
    given = {"user_id": user_id, "kind": kind, "next_at": next_at, "zone": zone, "snoozed_until": snoozed_until}
    await connection.execute(_QUERIES["plan"], given)


async def turn_off(connection: Connection, kind: Kind, user_id: UUID) -> None:
    """Let a digest come no more."""
    await connection.execute(_QUERIES["off"], {"user_id": user_id, "kind": kind})


async def set_zone(connection: Connection, user_id: UUID, zone: str) -> None:
    """Keep the time zone a person named."""
    await connection.execute(_QUERIES["set_zone"], {"user_id": user_id, "zone": zone})


async def set_quiet(connection: Connection, user_id: UUID, quiet: Quiet) -> None:
    """Keep the quiet hours a person named."""
    await connection.execute(_QUERIES["set_quiet"], {"user_id": user_id, "start": quiet.start, "end": quiet.end})


async def note_told(connection: Connection, digest_id: UUID, until: datetime) -> None:
    """Note how far the person has been told by now."""
    await connection.execute(_QUERIES["told"], {"digest_id": digest_id, "told_until": until})


async def due(connection: Connection, now: datetime, seen: Collection[UUID], limit: int) -> list[Due]:
    """List digests whose time has come, as the system, without those that were seen already."""
    cursor = await connection.execute(_QUERIES["due"], {"now": now, "seen": list(seen), "limit": limit})
    rows = await cursor.fetchall()
    return [Due(_digest(row), _recipient(row), row["next_at"], row["unreachable"]) for row in rows]


async def overdue(connection: Connection, before: datetime, lease: timedelta) -> bool:
    """Tell whether a digest should have come before a moment, and nobody is at it, as the system."""
    cursor = await connection.execute(_QUERIES["overdue"], {"before": before, "lease": lease})
    return await cursor.fetchone() is not None


async def replan(connection: Connection, now: datetime, limit: int = 1000) -> int:
    """Plan the digests of people whose time zone is another one, or known, by now, as the system; gives how many."""
    cursor = await connection.execute(_QUERIES["misplanned"], {"limit": limit})
    rows = await cursor.fetchall()
    for row in rows:
        digest = _digest(row)
        await advance(connection, digest, digest.after(now, row["time_zone"]), row["time_zone"])
    return len(rows)


async def advance(connection: Connection, digest: Digest, next_at: datetime, zone: str) -> bool:
    """Let a digest come next at another time, as the system; False if it was changed meanwhile."""
    given = {"digest_id": digest.digest_id, "expected": digest.next_at, "next_at": next_at, "zone": zone}
    return (await connection.execute(_QUERIES["advance"], given)).rowcount == 1


def _digest(row: Mapping[str, Any]) -> Digest:
    return Digest(
        digest_id=row["digest_id"],
        user_id=row["user_id"],
        conversation_id=row["conversation_id"],
        kind=row["kind"],
        schedule=Schedule(frozenset(row["days"]), row["minute"]),
        next_at=row["next_at"],
        zone=row["planned_zone"],
        wants_zone=row["wants_zone"],
        snoozed_until=row["snoozed_until"],
        told_until=row["told_until"],
    )


def _recipient(row: Mapping[str, Any]) -> Recipient:
    return Recipient(
        user_id=row["user_id"],
        language=row["language"],
        time_zone=row["time_zone"],
        zone_known=row["zone_known"],
        quiet=Quiet(row["quiet_from"], row["quiet_until"]),
        is_person=row["is_person"],
    )
