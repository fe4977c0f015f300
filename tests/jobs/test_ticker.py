"""The schedule stands in Redis as it is defined, however often Redis forgets it."""

from datetime import timedelta

from jobs.queues import Queues, connect
from jobs.settings import JobSettings
from jobs.slots import Scheduled
from jobs.ticker import Ticker
from knowledge.db import Database


async def nothing(database: Database, settings: JobSettings) -> None:
    """Do nothing."""


def daily(name: str) -> Scheduled:
    return Scheduled(name, timedelta(days=1), nothing)


def test_the_present_slot_is_ticked_at_once(redis_url: str):
    Ticker(redis_url, [daily("tidy")]).tick()
    assert Queues(redis_url).queued("timely") == {"tick-tidy"}


def test_a_slot_is_ticked_once_by_two_schedulers(redis_url: str):
    for _ in range(2):
        Ticker(redis_url, [daily("tidy")]).tick()
    with connect(redis_url) as client:
        assert client.llen("rq:queue:timely") == 1


def test_a_plan_that_was_lost_is_asserted_again(redis_url: str):
    ticker = Ticker(redis_url, [daily("tidy")])
    ticker.tick()
    with connect(redis_url) as client:
        client.flushall()  # pyright: ignore[reportUnknownMemberType]
    ticker.assert_definitions()
    ticker.tick()
    assert Queues(redis_url).queued("timely") == {"tick-tidy"}


def test_what_is_not_defined_any_more_leaves_the_plan(redis_url: str):
    Ticker(redis_url, [daily("old"), daily("tidy")]).assert_definitions()
    Ticker(redis_url, [daily("tidy")]).tick()
    assert Queues(redis_url).queued("timely") == {"tick-tidy"}


def test_another_interval_replaces_the_one_before(redis_url: str):
    Ticker(redis_url, [daily("tidy")]).assert_definitions()
    Ticker(redis_url, [Scheduled("tidy", timedelta(hours=1), nothing)]).assert_definitions()
    with connect(redis_url) as client:
        assert client.zcard("rq:scheduler:scheduled_jobs") == 1
