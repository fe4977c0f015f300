"""Drafts share what Slack allows a workspace, and leave room for every answer to be finished."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator

import pytest

from bots.slack.pacing import ALLOWED, APPEND, BEGUN, MINUTE, SHOWN, START, STOP, UPDATE, Pace
from conversation.errors import Delayed
from conversation.message import Address, Button, Progress
from tests.bots.slack.ground import Ground, meeting
from tests.slack.platform import Limits

ACME, OTHER = "T0ACME", "T0OTHER"


class Clock:
    """A time that passes as it is told."""

    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pace(clock: Clock) -> Pace:
    return Pace(clock)


def begin(pace: Pace, running: int) -> bool:
    """Begin a stream if there is room."""
    try:
        pace.begin(ACME, running)
    except Delayed:
        return False
    pace.note(ACME, START)
    return True


def shows(pace: Pace, running: int, before: float | None) -> bool:
    try:
        pace.show(ACME, APPEND, running, before)
    except Delayed:
        return False
    pace.note(ACME, APPEND)
    return True


@pytest.mark.parametrize("lasting", [3, 8, 31, 200])
def test_whatever_is_begun_can_be_ended_at_once_at_any_time(pace: Pace, clock: Clock, lasting: int):
    """People ask as often as they like for ten minutes, and answers take `lasting` seconds: no stop is one too many."""
    ends: list[float] = []
    stops: list[float] = []
    for _ in range(600):
        clock.time += 1
        for end in [end for end in ends if end <= clock.time]:
            ends.remove(end)
            stops.append(clock.time)
            pace.note(ACME, STOP)
        while begin(pace, len(ends)):
            ends.append(clock.time + lasting)
        assert sum(at > clock.time - MINUTE for at in stops) + len(ends) <= BEGUN <= ALLOWED[STOP]
    assert len(stops) > 30


@pytest.mark.parametrize("running", [1, 3, 15, 18])
def test_streams_share_what_a_minute_allows(pace: Pace, clock: Clock, running: int):
    before: dict[int, float | None] = dict.fromkeys(range(running))
    counts: Counter[int] = Counter()
    calls: list[float] = []
    for _ in range(1200):
        clock.time += 0.25
        for stream, last in before.items():
            if (last is None or clock.time >= last + 1.2) and shows(pace, running, last):
                before[stream] = clock.time
                counts[stream] += 1
                calls.append(clock.time)
        assert sum(at > clock.time - MINUTE for at in calls) <= SHOWN[APPEND]
    assert min(counts.values()) > 0.8 * max(counts.values())
    assert len(calls) > 200  # and little of it is left unused


def test_one_more_stream_lengthens_the_rest_of_all(pace: Pace, clock: Clock):
    waits: list[float] = []
    for running in (1, 10, 20):
        with pytest.raises(Delayed) as told:
            pace.show(ACME, UPDATE, 5 * running, clock.time)
        waits.append(told.value.retry_after)
    assert waits == sorted(set(waits))


def test_edits_of_what_goes_on_leave_room_for_last_wordings(pace: Pace, clock: Clock):
    edited = 0
    for number in range(300):
        try:
            pace.edit(ACME, f"D{number}:1.1")
        except Delayed:
            break
        pace.note(ACME, UPDATE)
        edited += 1
    assert edited == SHOWN[UPDATE] <= 0.7 * ALLOWED[UPDATE]
    clock.time += MINUTE
    pace.edit(ACME, "D1:1.1")


def test_a_refusal_counts_until_the_time_it_names(pace: Pace, clock: Clock):
    """Another process uses the same limits, and only Slack knows of both."""
    pace.refused(ACME, START, 30)
    pace.refused(ACME, APPEND, 40)
    with pytest.raises(Delayed) as begun:
        pace.begin(ACME, 0)
    with pytest.raises(Delayed) as shown:
        pace.show(ACME, APPEND, 1, None)
    assert (begun.value.retry_after, shown.value.retry_after) == (30, 40)
    pace.begin(OTHER, 0)
    clock.time += 41
    pace.begin(ACME, 0)
    pace.show(ACME, APPEND, 1, None)


@pytest.fixture
async def strict() -> AsyncIterator[Ground]:
    """The ground on a platform that enforces its limits."""
    async with meeting(patience=30.0) as (platform, slack):
        platform.limit(Limits(channel_burst=1000))
        yield Ground(platform, slack)
        assert platform.violations == [] and platform.backend.pace.refused == []


async def begun(ground: Ground) -> dict[Address, str]:
    """Begin as many streams as there is room for."""
    found: dict[Address, str] = {}
    for _ in range(ALLOWED[START] + 5):
        where = await ground.thread()
        try:
            found[where] = await ground.draft(where, "Flour", "")
        except Delayed:
            continue
    return found


async def test_answers_that_are_streamed_all_at_once_are_all_finished_at_once(strict: Ground):
    streams = await begun(strict)
    assert len(streams) == BEGUN
    for words in range(2, 60):
        for where, receipt in streams.items():
            try:
                await strict.draft(where, "Flour is " + "ground " * words, receipt)
            except Delayed:
                continue
    for where, receipt in streams.items():
        await strict.channel.edit(where, receipt, strict.part("Flour is ground grain.", where))
    texts = [strict.platform.replies(strict.general, where.external_id.partition(":")[2])[-1].text for where in streams]
    assert texts == ["Flour is ground grain."] * BEGUN


async def test_streams_that_never_said_a_word_are_finished_at_once_as_well(strict: Ground):
    for where, receipt in (await begun(strict)).items():
        await strict.channel.edit(where, receipt, strict.part("Flour is ground grain.", where))
    assert len(strict.platform.called(STOP)) == len(strict.platform.called(UPDATE)) == BEGUN


@pytest.mark.parametrize("more", [{"buttons": (Button("Stop", "/stop"),)}, {"progress": Progress("Reading", 40)}])
async def test_where_all_answers_grow_by_edits_the_last_ones_find_room(strict: Ground, more: dict[str, object]):
    places = [Address("slack", strict.team, strict.platform.person("Acme", f"Ada {n}").direct.id) for n in range(15)]
    receipts = [await strict.channel.send(where, strict.part("Flour", where), f"k{where}") for where in places]
    delayed = 0
    for words in range(10):
        for where, receipt in zip(places, receipts, strict=True):
            try:
                await strict.channel.edit(where, receipt, strict.part("Flour is " + "ground " * words, where, **more))
            except Delayed:
                delayed += 1
    for where, receipt in zip(places, receipts, strict=True):
        await strict.channel.edit(where, receipt, strict.part("Flour is ground grain.", where))
    assert delayed > 0
