"""A platform's limits are kept by everybody together, and what matters less leaves room for what matters more."""

from __future__ import annotations

from conversation import rates
from conversation.channel import Rate
from conversation.message import Address
from knowledge.db import Database

TO = Address("memory", "", "chat")
CHAT, ACCOUNT = Rate("chat", 3, 1000.0), Rate("account", 10, 1000.0)


async def _taken(database: Database, limits: tuple[Rate, ...], purpose: str, tries: int) -> int:
    return [await rates.take(database, TO, limits, purpose) == 0 for _ in range(tries)].count(True)


async def test_no_more_goes_out_than_the_bucket_holds(database: Database):
    assert await _taken(database, (CHAT,), "reply", 6) == 3
    assert 0 < await rates.take(database, TO, (CHAT,), "reply") <= 1000 / 3 + 1


async def test_a_call_takes_from_every_bucket_or_from_none(database: Database):
    other = Rate("other", 100, 1000.0)
    assert await _taken(database, (CHAT, other), "reply", 9) == 3
    assert await _taken(database, (other,), "reply", 200) == 97


async def test_digests_leave_replies_a_share(database: Database):
    assert await _taken(database, (ACCOUNT,), "proactive", 20) == 7
    assert await _taken(database, (ACCOUNT,), "reply", 20) == 3


async def test_a_bucket_refills_with_time(database: Database):
    await _taken(database, (CHAT,), "reply", 3)
    async with database.system() as connection:
        await connection.execute("update rate_buckets set refilled_at = refilled_at - interval '700 seconds'")
    assert await _taken(database, (CHAT,), "reply", 5) == 2


async def test_a_platform_that_asks_for_a_pause_gets_it(database: Database):
    quick = Rate("chat", 3, 3.0)
    await rates.block(database, TO, (quick, ACCOUNT), 30.0)
    assert 29 < await rates.take(database, TO, (quick, ACCOUNT), "reply") <= 30
    assert await rates.take(database, TO, (ACCOUNT,), "reply") == 0


async def test_buckets_that_are_long_full_are_forgotten(database: Database):
    await _taken(database, (CHAT,), "reply", 1)
    async with database.system() as connection:
        await rates.tidy(connection)
        assert len(await (await connection.execute("select from rate_buckets")).fetchall()) == 1
        await connection.execute("update rate_buckets set refilled_at = now() - interval '2 days'")
        await rates.tidy(connection)
        assert await (await connection.execute("select from rate_buckets")).fetchall() == []
