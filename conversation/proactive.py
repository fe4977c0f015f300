"""Speaking up unasked: never in a person's quiet hours, seldom in one day, and not at all to who has blocked us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from conversation import outbox
from conversation.digests import zones
from conversation.digests.schedule import EVERY_DAY, Schedule, next_after
from conversation.message import Reply
from knowledge.db import Connection, load_queries

LIMIT = 3
"""Messages that a person gets unasked in one day of their own time."""

_DAY = 24 * 60
_QUERIES = load_queries("conversation", "proactive.sql")


@dataclass(frozen=True, slots=True)
class Quiet:
    """Quiet hours of a person's local day, `start` included and `end` not; none if both are the same."""

    start: time
    end: time

    def holds(self, local: time) -> bool:
        """Tell whether a local time lies in them."""
        if self.start <= self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end

    def over(self, now: datetime, zone: str) -> datetime:
        """Give the moment at which they end next."""
        return next_after(Schedule(EVERY_DAY, self.end), zones.clock(zone), now)

    def without(self, minute: time) -> Quiet:
        """Give quiet hours that a minute no longer lies in, changed at the nearer end."""
        since, left = _minutes(self.start, minute), _minutes(minute, self.end)
        if since < left:
            after = (minute.hour * 60 + minute.minute + 1) % _DAY
            return Quiet(time(after // 60, after % 60), self.end)
        return Quiet(self.start, minute)


def is_quiet(quiet: Quiet, now: datetime, zone: str) -> bool:
    """Tell whether a moment lies in somebody's quiet hours."""
    return quiet.holds(now.astimezone(zones.clock(zone)).time())


async def say(
    connection: Connection, user_id: UUID, conversation_id: UUID, key: str, reply: Reply, now: datetime
) -> bool:
    """Say something unasked, once for each key, in the transaction of who has something to say.

    False, and nothing is said, in the person's quiet hours, when they heard enough today, or where we are blocked.
    """
    given = {"user_id": user_id, "conversation_id": conversation_id, "key": key}
    row = await (await connection.execute(_QUERIES["standing"], given)).fetchone()
    if row is None or row["said"]:
        return row is not None
    if row["blocked"] or is_quiet(Quiet(row["quiet_from"], row["quiet_until"]), now, row["time_zone"]):
        return False
    day = now.astimezone(zones.clock(row["time_zone"])).date()
    counted = await connection.execute(_QUERIES["count"], {"user_id": user_id, "day": day, "limit": LIMIT})
    if await counted.fetchone() is None:
        return False
    await outbox.append(connection, conversation_id, key, reply, "proactive")
    await outbox.notify(connection)
    return True


def _minutes(start: time, end: time) -> int:
    return ((end.hour - start.hour) * 60 + end.minute - start.minute) % _DAY
