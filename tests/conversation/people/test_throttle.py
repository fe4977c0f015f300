"""Counting attempts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conversation.people import throttle
from conversation.people.errors import TooManyAttempts
from conversation.people.throttle import Limit
from knowledge.db import Database

TWICE = Limit("knock", 2, "203.0.113.1", timedelta(minutes=1))


async def counted(database: Database) -> dict[str, int]:
    """The attempts of each bucket."""
    async with database.system() as connection:
        rows = await (await connection.execute("select bucket, attempts from throttles")).fetchall()
    return {row["bucket"]: row["attempts"] for row in rows}


async def test_one_too_many_must_wait_until_the_window_is_over(database: Database) -> None:
    for _ in range(2):
        await throttle.count(database, [TWICE])
    with pytest.raises(TooManyAttempts) as refused:
        await throttle.count(database, [TWICE])
    assert 50 < refused.value.retry_after <= 60

    async with database.system() as connection:
        await connection.execute("update throttles set window_started = window_started - interval '1 minute'")
    await throttle.count(database, [TWICE])


async def test_others_are_counted_by_themselves(database: Database) -> None:
    for _ in range(2):
        await throttle.count(database, [TWICE])

    others = [Limit("knock", 2, "203.0.113.2"), Limit("ring", 2, "203.0.113.1")]
    for other in others:
        await throttle.count(database, [other])

    assert await counted(database) == {TWICE.bucket: 2} | {other.bucket: 1 for other in others}


async def test_what_is_forgiven_does_not_count(database: Database) -> None:
    for _ in range(5):
        await throttle.count(database, [TWICE])
        await throttle.forgive(database, [TWICE])
    assert await counted(database) == {TWICE.bucket: 0}


async def test_the_table_tells_no_addresses(database: Database) -> None:
    await throttle.count(database, [Limit("sign-in", 2, "ada@example.com")])

    [bucket] = await counted(database)
    assert "ada" not in bucket


@pytest.mark.parametrize(
    ("client", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("", ""),
        ("not an address", "not an address"),
    ],
)
def test_a_household_is_one_client(client: str, network: str) -> None:
    assert throttle.network(client) == network
