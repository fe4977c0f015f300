"""The budget: tokens counted per person and day (UTC), and the limit on them.

Both functions speak for the person whom the transaction was opened for (`Database.person`).
"""

from datetime import UTC, datetime, time, timedelta

from knowledge.db import Connection, load_queries
from knowledge.models.errors import BudgetSpent
from knowledge.models.port import Usage

_QUERIES = load_queries("knowledge.models", "budget.sql")


async def check(connection: Connection, limit: int, now: datetime | None = None) -> int:
    """Give the tokens that are left today; raises `BudgetSpent` if there are none. A limit of 0 is none at all."""
    today = now or datetime.now(UTC)
    cursor = await connection.execute(_QUERIES["spent"], {"day": today.astimezone(UTC).date()})
    row = await cursor.fetchone()
    left = limit - int(row["tokens"] if row else 0)
    if limit > 0 and left <= 0:
        raise BudgetSpent(_next_day(today))
    return max(left, 0)


async def spend(connection: Connection, usage: Usage, now: datetime | None = None) -> None:
    """Count one request and its tokens; requests without tokens (the offline model's) are not counted."""
    if usage == Usage():
        return
    day = (now or datetime.now(UTC)).astimezone(UTC).date()
    tokens = {"input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens}
    await connection.execute(_QUERIES["add"], {"day": day, **tokens})


def _next_day(now: datetime) -> datetime:
    tomorrow = now.astimezone(UTC).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), UTC)
