"""Messages that grow while they are written."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from .bots import PlainBot, card, message, open_plain_bot
from .platform import Limits, Person, Platform, open_platform


@dataclass
class Clock:
    """Time that passes when it is told to."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def teams(clock: Clock) -> AsyncIterator[Platform]:
    async with open_platform(limits=Limits(), monotonic=clock) as running:
        yield running


@pytest.fixture
async def bot(teams: Platform) -> AsyncIterator[PlainBot]:
    async with open_plain_bot(teams) as running:
        yield running


async def test_a_stream_becomes_an_ordinary_message(teams: Platform, bot: PlainBot, ann: Person, clock: Clock) -> None:
    place = ann.personal.id
    started = await bot.stream(place, "Reading", "informative")
    own = started.json()["id"]
    assert started.status_code == 201
    clock.now += 1
    assert (await bot.stream(place, "A brown", number=2, own=own)).status_code == 202
    shown = teams.last(place)
    assert shown and (shown.text, shown.streaming) == ("A brown", "streaming")
    assert teams.unfinished() == [own]
    clock.now += 1
    final = await bot.stream(place, "A brown fox", "final", None, own, attachments=[card()])
    assert (final.status_code, final.json()) == (202, {})
    shown = teams.last(place)
    assert shown and (shown.id, shown.text, shown.streaming) == (own, "A brown fox", "final")
    assert not teams.unfinished() and not teams.violations


async def begun(bot: PlainBot, person: Person, clock: Clock, text: str = "A brown") -> str:
    """A stream that may go on."""
    own = (await bot.stream(person.personal.id, text)).json()["id"]
    clock.now += 1
    return own


async def test_requests_come_one_a_second(teams: Platform, bot: PlainBot, ann: Person, clock: Clock) -> None:
    own = await begun(bot, ann, clock)
    clock.now -= 0.5
    early = await bot.stream(ann.personal.id, "A brown fox", number=2, own=own)
    assert early.status_code == 429 and early.headers["Retry-After"] == "1"
    clock.now += 0.5
    assert (await bot.stream(ann.personal.id, "A brown fox", number=2, own=own)).status_code == 202


@pytest.mark.parametrize(
    ("text", "kind", "number", "more"),
    [
        ("", "streaming", 1, {}),
        ("a", "streaming", 2, {}),
        ("a", "streaming", None, {}),
        ("a", "streaming", 1, {"type": "message"}),
        ("a", "streaming", 1, {"attachments": [card()]}),
        ("a", "final", None, {}),
        ("a", "dancing", 1, {}),
    ],
)
async def test_a_stream_has_to_start_right(
    bot: PlainBot, ann: Person, text: str, kind: str, number: int | None, more: dict[str, Any]
) -> None:
    answer = await bot.stream(ann.personal.id, text, kind, number, **more)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "BadRequest")


async def test_an_end_has_no_number(bot: PlainBot, ann: Person, clock: Clock) -> None:
    own = await begun(bot, ann, clock)
    assert (await bot.stream(ann.personal.id, "A brown fox", "final", 2, own)).status_code == 400


async def test_late_requests_are_dropped(teams: Platform, bot: PlainBot, ann: Person, clock: Clock) -> None:
    own = await begun(bot, ann, clock)
    late = await bot.stream(ann.personal.id, "A brown fox", number=1, own=own)
    assert late.status_code == 202
    assert late.json()["error"]["code"] == "ContentStreamSequenceOrderPreConditionFailed"
    shown = teams.last(ann.personal)
    assert shown and shown.text == "A brown"


async def refused(bot: PlainBot, person: Person, own: str, text: str = "A brown fox") -> str:
    """Why the stream cannot go on."""
    answer = await bot.stream(person.personal.id, text, number=2, own=own)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "ContentStreamNotAllowed")
    return answer.json()["error"]["message"]


async def test_what_was_streamed_cannot_be_rewritten(bot: PlainBot, ann: Person, clock: Clock) -> None:
    own = await begun(bot, ann, clock)
    assert "previously streamed" in await refused(bot, ann, own, "A red fox")


async def test_a_stream_ends_after_two_minutes(teams: Platform, bot: PlainBot, ann: Person, clock: Clock) -> None:
    own = await begun(bot, ann, clock)
    clock.now += 120
    assert "exceeded streaming time" in await refused(bot, ann, own)
    put = await bot.raw("PUT", f"conversations/{ann.personal.id}/activities/{own}", message("A brown fox"))
    assert put.status_code == 200


async def test_the_person_can_stop_it(teams: Platform, bot: PlainBot, ann: Person, clock: Clock) -> None:
    own = await begun(bot, ann, clock)
    await ann.stops(own)
    assert "canceled by user" in await refused(bot, ann, own)
    put = await bot.raw("PUT", f"conversations/{ann.personal.id}/activities/{own}", message("changed"))
    assert put.status_code == 403
    assert not teams.unfinished()


async def test_a_finished_stream_stays_as_it_is(bot: PlainBot, ann: Person, clock: Clock) -> None:
    own = await begun(bot, ann, clock)
    await bot.stream(ann.personal.id, "A brown fox", "final", None, own)
    assert "already completed" in await refused(bot, ann, own)


async def test_streams_are_for_personal_chats_and_messages_that_fit(
    teams: Platform, bot: PlainBot, ann: Person
) -> None:
    group = teams.group("Bakers", [ann])
    answer = await bot.stream(group.id, "A brown")
    assert (answer.status_code, answer.json()["error"]["message"]) == (403, "Content stream is not allowed")
    large = await bot.stream(ann.personal.id, "x" * 60_000)
    assert (large.status_code, large.json()["error"]["message"]) == (403, "Message size too large")
