"""The arithmetic of slots: which instants a wish such as "Mondays at 07:00 in Berlin" means.

A local time that the clock jumps over in spring means the first minute after the gap; one that it shows twice in autumn
means the first of the two. So every day has one slot, whatever its clock does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EVERY_DAY = frozenset(range(1, 8))
WEEKDAYS = frozenset(range(1, 6))
WEEKEND = frozenset({6, 7})
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_AHEAD = 366  # days in which a change of clocks is looked for


@dataclass(frozen=True, slots=True)
class Schedule:
    """Days of the week (1 is Monday, as in ISO 8601) and a local minute of them."""

    days: frozenset[int]
    minute: time


def slot_on(day: date, minute: time, zone: ZoneInfo) -> datetime:
    """Give the instant (UTC) of a local minute; in a gap, the first minute after it, twice there, the first."""
    wanted = datetime.combine(day, minute)
    instant = _instant(wanted, zone, fold=0)
    if _local(instant, zone) == wanted:
        return instant
    return _after_gap(_instant(wanted, zone, fold=1), instant, zone)


def next_after(schedule: Schedule, zone: ZoneInfo, moment: datetime) -> datetime:
    """Give the first slot after a moment."""
    day = moment.astimezone(zone).date() - _DAY
    while True:
        if day.isoweekday() in schedule.days:
            slot = slot_on(day, schedule.minute, zone)
            if slot > moment:
                return slot
        day += _DAY


def newest(schedule: Schedule, zone: ZoneInfo, moment: datetime) -> datetime:
    """Give the last slot that is not after a moment."""
    day = moment.astimezone(zone).date() + _DAY
    while True:
        if day.isoweekday() in schedule.days:
            slot = slot_on(day, schedule.minute, zone)
            if slot <= moment:
                return slot
        day -= _DAY


def first_gap(schedule: Schedule, zone: ZoneInfo, moment: datetime) -> datetime | None:
    """Give the local time at which the schedule comes when the clock next jumps over its minute; None if it never does.

    A year is looked ahead.
    """
    today = moment.astimezone(zone).date()
    for day in (today + number * _DAY for number in range(_AHEAD)):
        if day.isoweekday() in schedule.days:
            local = _local(slot_on(day, schedule.minute, zone), zone)
            if local != datetime.combine(day, schedule.minute):
                return local
    return None


def _instant(local: datetime, zone: ZoneInfo, fold: int) -> datetime:
    return local.replace(tzinfo=zone, fold=fold).astimezone(UTC)


def _local(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


def _after_gap(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Find the minute at which the clock jumps; it lies after `before`, and not after `after` (PEP 495, "gap")."""
    offset = after.astimezone(zone).utcoffset()
    low, high = 0, int((after - before) / _MINUTE)
    while high - low > 1:
        middle = (low + high) // 2
        if (before + middle * _MINUTE).astimezone(zone).utcoffset() == offset:
            high = middle
        else:
            low = middle
    return before + high * _MINUTE
