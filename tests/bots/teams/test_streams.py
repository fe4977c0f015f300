"""Answers that grow: whatever happens on the way, they end as an ordinary message that says all of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bots.teams.channel import TeamsChannel
from bots.teams.running import open_bot
from bots.teams.streams import MARK, steady
from conversation.channel import Part
from conversation.errors import ChannelError, Delayed, RetryLater, Stopped, Unknown
from conversation.message import Address, Button, Message, Reply
from tests.bots.teams.ground import Meeting, activity, address_in, meeting, message_in, settings_for
from tests.teams.platform import Limits, Person, Shown
from tests.teams.platform.faults import How

ASKED: Message = message_in(activity())


@pytest.fixture(name="met")
async def _met() -> AsyncIterator[Meeting]:
    async with meeting() as met:
        yield met
        assert met.platform.violations == []


class Writing:
    """An answer being written to somebody."""

    def __init__(self, met: Meeting, channel: TeamsChannel | None = None) -> None:
        self.met = met
        self.channel = channel or met.teams.channel
        self.ann: Person = met.platform.person("Ann")
        self.to: Address = address_in(met.platform, self.ann.personal)
        self.receipt = ""

    def part(self, text: str, *buttons: Button) -> Part:
        (part,) = self.channel.render(Reply(text, buttons=buttons), self.channel.capabilities(self.to))
        return part

    async def grow(self, text: str) -> None:
        """Show more of it; the last word is not shown yet, so one is put behind."""
        receipt = await self.channel.draft(self.to, ASKED, self.part(f"{text} wor"), "key", self.receipt)
        assert receipt.endswith(MARK)
        self.receipt = receipt

    async def finish(self, text: str, *buttons: Button) -> Shown:
        await self.channel.edit(self.to, self.receipt, self.part(text, *buttons))
        return self.shown

    @property
    def shown(self) -> Shown:
        (shown,) = self.met.platform.messages(self.ann.personal)
        return shown


@pytest.fixture(name="answer")
def _answer(met: Meeting) -> Writing:
    return Writing(met)


async def test_it_begins_without_words_grows_and_is_an_ordinary_message(met: Meeting, answer: Writing):
    await answer.grow("Flour is")
    assert (answer.shown.streaming, answer.shown.text) == ("informative", "…")
    await answer.grow("Flour is ground")
    assert (answer.shown.streaming, answer.shown.text) == ("streaming", "Flour is ground")
    done = await answer.finish("Flour is ground **grain**.", Button("More", "/more"))
    assert done.streaming == "final" and "ground grain." in done.text
    assert done.labels == ["More"] and met.platform.unfinished() == []


async def test_requests_follow_each_other_at_the_platforms_pace():
    async with meeting(limits=Limits()) as met:
        answer = Writing(met)
        for text in ("One", "One two", "One two three"):
            await answer.grow(text)
        await answer.finish("One two three four")
        assert met.platform.refused == []
        assert "four" in answer.shown.text


async def test_a_finished_answer_can_be_changed(answer: Writing):
    await answer.grow("One")
    await answer.finish("One two")
    done = await answer.finish("Another **wording**", Button("More", "/more"))
    assert "Another wording" in done.everything and "One" not in done.everything


async def test_a_text_that_turned_out_differently_takes_the_place_of_what_was_shown(met: Meeting, answer: Writing):
    await answer.grow("x")
    await answer.grow("The first try goes on")
    done = await answer.finish("Something else entirely")
    assert done.text == "Something else entirely" and met.platform.unfinished() == []


async def test_a_card_of_what_turned_out_differently_comes_once(met: Meeting, answer: Writing):
    await answer.grow("x")
    await answer.grow("The first try goes on")
    before = len(met.platform.calls)
    done = await answer.finish("Something else entirely", Button("More", "/more"))
    assert "Something else entirely" in done.everything and done.labels == ["More"]
    assert [str(call.arguments).count("/more") for call in met.platform.calls[before:]] == [0, 1]


async def test_what_is_taken_back_while_it_grows_is_not_said_again(met: Meeting, answer: Writing):
    await answer.grow("x")
    await answer.grow("A secret that was")
    await answer.channel.delete(answer.to, answer.receipt)
    before = len(met.platform.calls)
    following = Writing(met)
    await following.grow("Next")
    done = await following.finish("Next one")
    assert done.text == "Next one"
    assert not any("secret" in str(call.arguments) for call in met.platform.calls[before:])


async def test_the_person_can_stop_it(met: Meeting, answer: Writing):
    await answer.grow("x")
    await answer.grow("It begins to")
    await answer.ann.stops(answer.shown)
    with pytest.raises(Stopped):
        await answer.grow("It begins to go on and")
    done = await answer.finish("It begins to go on and on")
    assert (done.streaming, done.text) == ("stopped", "It begins to")


async def test_a_stop_just_before_the_end_is_heeded(answer: Writing):
    await answer.grow("x")
    await answer.grow("It begins to")
    await answer.ann.stops(answer.shown)
    assert (await answer.finish("It begins to go on")).streaming == "stopped"


async def test_when_its_time_is_up_it_goes_on_as_a_message_that_changes(met: Meeting, answer: Writing):
    met.platform.limit(Limits(enforced=False, stream_lifetime=0.0))
    await answer.grow("x")
    await answer.grow("It takes long")
    await answer.grow("It takes very long")
    assert answer.shown.text == "It takes very long wor"
    assert (await answer.finish("It took very long.")).text == "It took very long."


async def test_it_is_ended_before_its_time_is_up():
    now = 0.0
    async with meeting() as met:
        answer = Writing(met, TeamsChannel(met.teams.settings, met.teams.api, lambda: now))
        await answer.grow("x")
        now = 101.0
        await answer.grow("It takes long")
        assert answer.shown.streaming == "final"
        await answer.grow("It takes long indeed")
        assert answer.shown.text == "It takes long indeed wor" and answer.shown.edits == 1


async def test_a_short_pause_is_waited_for_and_a_long_one_told(met: Meeting, answer: Writing):
    await answer.grow("x")
    met.platform.fail("send", status=429, retry_after=1)
    await answer.grow("One two")
    await answer.grow("One two three")
    assert answer.shown.text == "One two three"
    met.platform.fail("send", status=429, retry_after=30)
    with pytest.raises(RetryLater) as told:
        await answer.grow("One two three four")
    assert told.value.retry_after == 30
    assert (await answer.finish("One two three four.")).text == "One two three four."


@pytest.mark.parametrize("how", ["lose", "reset", "gateway"])
async def test_an_end_whose_answer_is_lost_is_said_once(met: Meeting, answer: Writing, how: How):
    await answer.grow("x")
    await answer.grow("One two")
    met.platform.fail("send", how, accepted=True)
    with pytest.raises(RetryLater):
        await answer.finish("One two three.")
    done = await answer.finish("One two three.")
    assert done.text == "One two three." and met.platform.unfinished() == []


@pytest.mark.parametrize("accepted", [True, False])
async def test_what_was_perhaps_shown_is_gone_on_from(met: Meeting, answer: Writing, accepted: bool):
    await answer.grow("x")
    await answer.grow("The first try")
    met.platform.fail("send", "lose", accepted=accepted)
    with pytest.raises(Unknown):
        await answer.grow("The first try goes on")
    done = await answer.finish("Something else entirely")
    assert done.text == "Something else entirely" and met.platform.unfinished() == []


async def test_what_was_refused_was_not_shown(met: Meeting, answer: Writing):
    await answer.grow("x")
    await answer.grow("One")
    met.platform.fail("send", status=429, retry_after=1)
    await answer.grow("One two")
    assert (await answer.finish("One three.")).text == "One three." and answer.shown.edits == 0


async def test_a_stream_that_takes_no_end_is_waited_for_and_then_replaced():
    now = 0.0
    async with meeting() as met:
        answer = Writing(met, TeamsChannel(met.teams.settings, met.teams.api, lambda: now))
        await answer.grow("x")
        await answer.grow("One two")
        now = 10.0
        for message in ("Content differs from what was previously streamed", "Content stream is not allowed"):
            met.platform.fail("send", status=403, code="ContentStreamNotAllowed", message=message)
            with pytest.raises(Delayed) as told:
                await answer.finish("One two three.")
            assert told.value.retry_after == 111 and answer.shown.edits == 0
        now = 122.0
        met.platform.limit(Limits(enforced=False, stream_lifetime=0.0))
        assert (await answer.finish("One two three.")).text == "One two three."


async def test_after_a_crash_another_process_finishes_it(met: Meeting, answer: Writing):
    await answer.grow("x")
    await answer.grow("One two")
    async with open_bot(settings_for(met.platform)) as again:
        other = Writing(met, again.channel)
        other.receipt = answer.receipt
        await other.grow("One two")
        done = await other.finish("One two three.")
    assert done.text == "One two three." and met.platform.unfinished() == []


async def test_after_a_crash_another_text_waits_until_the_stream_is_over(met: Meeting, answer: Writing):
    await answer.grow("x")
    await answer.grow("One two")
    async with open_bot(settings_for(met.platform)) as again:
        other = Writing(met, again.channel)
        other.receipt = answer.receipt
        with pytest.raises(Delayed) as told:
            await other.finish("Something else")
        assert 100 < told.value.retry_after <= 121
        met.platform.limit(Limits(enforced=False, stream_lifetime=0.0))
        assert (await other.finish("Something else")).text == "Something else"


async def test_the_second_part_of_a_long_answer_ends_the_first(met: Meeting):
    first, second = Writing(met), Writing(met)
    await first.grow("x")
    await first.grow("The first part is")
    await second.grow("x")
    shown = met.platform.messages(first.ann.personal)
    assert [each.streaming for each in shown] == ["final", "informative"]
    await first.channel.edit(first.to, first.receipt, first.part("The first part is long."))
    await second.channel.edit(second.to, second.receipt, second.part("So is the second."))
    shown = met.platform.messages(first.ann.personal)
    assert [each.text for each in shown] == ["The first part is long.", "So is the second."]
    assert met.platform.unfinished() == []


async def test_the_next_answer_and_an_answers_own_end_do_not_end_it_both(met: Meeting):
    first, second = Writing(met), Writing(met)
    await first.grow("x")
    await first.grow("It is so")
    before = len(met.platform.calls)
    more = Button("More", "/more")
    await asyncio.gather(
        first.channel.edit(first.to, first.receipt, first.part("It is so and no other way.", more)), second.grow("y")
    )
    shown, _ = met.platform.messages(first.ann.personal)
    assert "no other way" in shown.everything and shown.labels == ["More"]
    assert [str(call.arguments).count("'final'") for call in met.platform.calls[before:]].count(1) == 1


async def test_a_cited_answer_ends_with_what_was_shown_of_it(met: Meeting, answer: Writing):
    await answer.grow("x")
    await answer.grow("Flour is ground grain. [1]\u2060 It is")
    assert answer.shown.text == "Flour is ground grain. [1] It is"
    done = await answer.finish("Flour is ground grain. [1] It is white.")
    assert done.text == "Flour is ground grain. [1] It is white." and done.edits == 0


async def test_in_groups_answers_grow_by_edits(met: Meeting):
    group = met.platform.group("Kitchen", ["Ann"])
    to = address_in(met.platform, group)
    assert not met.teams.channel.capabilities(to).drafts
    with pytest.raises(ChannelError):
        await met.teams.channel.draft(to, replace(ASKED, address=to), Part("x"), "key", "")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("One two thr", "One two"),
        ("One **two", "One"),
        ("One **two** three ", "One"),
        ("One **two** three\n", "One **two** three"),
        ("One\n\nTwo thr", "One\n\nTwo"),
        ("One\n\n**Head**\n\n| a ", "One\n\n**Head**"),
        ("One\n\n```\ncode", "One"),
        ("One https://example.org/a b ", "One"),
        (r"One \[1\]\[2\] two \[3\]. Thr", r"One \[1\]\[2\] two \[3\]."),
        (r"One \[1", "One"),
        ("", ""),
    ],
)
def test_only_what_will_stay_as_it_is_is_shown(text: str, kept: str):
    assert steady("", text) == kept


def test_nothing_that_was_shown_is_taken_back():
    assert steady("One two", "One **two") == "One two"
    assert steady("One", "Two three ") == "One"


async def test_many_answers_at_once_stay_apart(met: Meeting):
    group = [met.platform.person(f"P{number}") for number in range(5)]
    addresses = [address_in(met.platform, each.personal) for each in group]
    channel = met.teams.channel

    async def write(to: Address, text: str) -> None:
        receipt = await channel.draft(to, ASKED, Part(text), "key", "")
        await channel.draft(to, ASKED, Part(f"{text} grows "), "key", receipt)
        await channel.edit(to, receipt, Part(f"{text} grows up"))

    await asyncio.gather(*(write(to, f"No {number}") for number, to in enumerate(addresses)))
    shown = [met.platform.last(each.personal) for each in group]
    assert [each.text for each in shown if each] == [f"No {number} grows up" for number in range(5)]
