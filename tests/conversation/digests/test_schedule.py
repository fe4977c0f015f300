"""Every day has one slot, at the wanted minute of its local clock, over two years of zones that change their clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from conversation.digests.schedule import (
    EVERY_DAY,
    WEEKDAYS,
    Schedule,
    first_gap,
    newest,
    next_after,
    slot_on,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2028, 1, 1, tzinfo=UTC)
ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "America/Santiago",
]
MINUTES = [time(0, 15), time(2, 15), time(2, 30), time(3), time(8), time(23, 59)]
MONDAYS = Schedule(frozenset({1}), time(7))


def slots(schedule: Schedule, zone: ZoneInfo) -> list[datetime]:
    found, at = list[datetime](), START
    while (at := next_after(schedule, zone, at)) < END:
        found.append(at)
    return found


@pytest.mark.parametrize("minute", MINUTES, ids=str)
@pytest.mark.parametrize("name", ZONES)
def test_every_local_day_of_two_years_has_one_slot_at_its_minute(name: str, minute: time):
    zone = ZoneInfo(name)
    locals_ = [slot.astimezone(zone) for slot in slots(Schedule(EVERY_DAY, minute), zone)]
    assert all(after.date() - before.date() == timedelta(days=1) for before, after in pairwise(locals_))
    odd = [local for local in locals_ if local.time() != minute]
    assert len(odd) <= 4 and all(local.time() > minute for local in odd)
    assert len(locals_) in (729, 730, 731)


@pytest.mark.parametrize("name", ZONES)
def test_a_moved_slot_is_the_first_minute_after_the_gap(name: str):
    zone = ZoneInfo(name)
    for minute in MINUTES:
        for slot in slots(Schedule(EVERY_DAY, minute), zone):
            if slot.astimezone(zone).time() != minute:
                after, before = slot.astimezone(zone), (slot - timedelta(minutes=1)).astimezone(zone)
                wanted = datetime.combine(after.date(), minute)
                assert before.replace(tzinfo=None) < wanted < after.replace(tzinfo=None)
                assert before.utcoffset() != after.utcoffset()


@pytest.mark.parametrize("name", ZONES)
def test_the_newest_slot_and_the_next_one_enclose_every_moment(name: str):
    zone, schedule = ZoneInfo(name), Schedule(WEEKDAYS, time(2, 30))
    known = slots(schedule, zone)
    for slot, following in pairwise(known):
        for moment in (slot, slot + timedelta(seconds=1), following - timedelta(seconds=1)):
            assert (newest(schedule, zone, moment), next_after(schedule, zone, moment)) == (slot, following)


def test_a_minute_that_the_clock_jumps_over_comes_when_it_has_jumped():
    slot = slot_on(date(2026, 3, 29), time(2, 30), ZoneInfo("Europe/Berlin"))
    assert slot == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert slot.astimezone(ZoneInfo("Europe/Berlin")).time() == time(3)


def test_a_gap_of_half_an_hour_is_as_long_as_it_is():
    zone = ZoneInfo("Australia/Lord_Howe")
    assert slot_on(date(2026, 10, 4), time(2, 15), zone).astimezone(zone).time() == time(2, 30)


def test_a_minute_that_comes_twice_is_the_first_one():
    assert slot_on(date(2026, 10, 25), time(2, 30), ZoneInfo("Europe/Berlin")) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


def test_a_day_that_a_country_skipped_comes_once_with_the_next():
    zone = ZoneInfo("Pacific/Apia")
    skipped = slot_on(date(2011, 12, 30), time(8), zone)
    assert skipped.astimezone(zone).date() == date(2011, 12, 31)
    assert skipped < slot_on(date(2011, 12, 31), time(8), zone)


def test_a_week_of_mondays_is_as_long_as_the_clocks_make_it():
    zone = ZoneInfo("Europe/Berlin")
    before = datetime(2026, 3, 23, 6, 0, tzinfo=UTC)
    assert next_after(MONDAYS, zone, before) - before == timedelta(days=7, hours=-1)


def test_the_next_gap_is_found_a_year_ahead():
    moment = datetime(2026, 5, 1, tzinfo=UTC)
    gap = first_gap(Schedule(EVERY_DAY, time(2, 30)), ZoneInfo("Europe/Berlin"), moment)
    assert gap == datetime(2027, 3, 28, 3, 0)  # noqa: DTZ001
    assert first_gap(MONDAYS, ZoneInfo("Europe/Berlin"), moment) is None
    assert first_gap(Schedule(EVERY_DAY, time(2, 30)), ZoneInfo("Asia/Kolkata"), moment) is None
