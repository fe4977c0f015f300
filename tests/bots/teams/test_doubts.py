"""Messages that may be gone, or not known yet: they wait by themselves, for a while, and never for ever."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bots.teams.channel import TeamsChannel
from bots.teams.doubts import TRIES, Doubts
from bots.teams.errors import ServiceFault
from bots.teams.faults import PAUSE
from bots.teams.running import open_bot
from bots.teams.streams import MARK
from conversation.channel import Part
from conversation.errors import Delayed, Gone, RetryLater, Unknown
from conversation.message import Address, Button, Message, Reply
from tests.bots.teams.ground import Meeting, activity, address_in, meeting, message_in, settings_for
from tests.teams.platform import Shown

ASKED: Message = message_in(activity())
FAULTY: dict[str, Any] = {"status": 403, "code": "ServiceError", "message": "Unknown"}
UNKNOWN: dict[str, Any] = {"status": 404, "code": "ActivityNotFoundInConversation"}
OLD = 60.0


@pytest.fixture(name="met")
async def _met() -> AsyncIterator[Meeting]:
    async with meeting(behind=OLD) as met:
        yield met
        assert met.platform.violations == []


class Talk:
    """A bot that says things to somebody, on a clock of its own."""

    def __init__(self, met: Meeting) -> None:
        self.met = met
        self.now = 0.0
        self.channel = TeamsChannel(met.teams.settings, met.teams.api, lambda: self.now)
        self.to: Address = address_in(met.platform, met.platform.person("Ann").personal)

    def part(self, text: str, *buttons: Button) -> Part:
        (part,) = self.channel.render(Reply(text, buttons=buttons), self.channel.capabilities(self.to))
        return part

    async def say(self, text: str) -> str:
        return await self.channel.send(self.to, self.part(text), "key")

    async def stream(self, text: str) -> str:
        """Begin an answer that people see so much of."""
        receipt = await self.channel.draft(self.to, ASKED, self.part("x"), "key", "")
        self.now += 2.0
        await self.channel.draft(self.to, ASKED, self.part(f"{text} wor"), "key", receipt)
        self.now += 2.0
        assert self.shown.text == text
        return receipt

    async def edit(self, receipt: str, text: str = "goodbye") -> None:
        await self.channel.edit(self.to, receipt, self.part(text, Button("More", "/more")))

    async def waits(self, receipt: str, text: str = "goodbye") -> float:
        """Edit what has to wait, and give how long; nothing else waits with it."""
        with pytest.raises(Delayed) as told:
            await self.edit(receipt, text)
        return told.value.retry_after

    def calls(self, method: str) -> int:
        return len([call for call in self.met.platform.calls if call.method == method])

    @property
    def shown(self) -> Shown:
        (shown,) = self.met.platform.messages(self.met.platform.person("Ann").personal)
        return shown


@pytest.fixture(name="talk")
def _talk(met: Meeting) -> Talk:
    return Talk(met)


async def test_a_deleted_message_that_is_refused_as_a_fault_of_the_service_ends(met: Meeting, talk: Talk):
    receipt = await talk.say("hello")
    met.platform.fail("update", times=TRIES + 2, **FAULTY)
    assert [await talk.waits(receipt) for _ in range(TRIES)] == [PAUSE * number for number in range(1, TRIES + 1)]
    with pytest.raises(Gone):
        await talk.edit(receipt)
    assert await talk.waits(receipt) == PAUSE  # another revision is tried anew


async def test_a_fault_that_passes_leaves_nothing_unsaid(met: Meeting, talk: Talk):
    receipt = await talk.say("hello")
    for _ in range(2):
        met.platform.fail("update", times=TRIES, **FAULTY)
        assert [await talk.waits(receipt) for _ in range(TRIES)][-1] == PAUSE * TRIES
        await talk.edit(receipt)
        assert "goodbye" in talk.shown.everything


async def test_a_stream_that_became_a_deleted_message_ends_too(met: Meeting, talk: Talk):
    receipt = await talk.stream("One two")
    await talk.edit(receipt, "One two three")
    met.platform.fail("update", times=TRIES + 1, **FAULTY)
    assert [await talk.waits(receipt) for _ in range(TRIES)][-1] == PAUSE * TRIES
    with pytest.raises(Gone):
        await talk.edit(receipt)


async def test_a_deletion_that_only_meets_faults_ends(met: Meeting, talk: Talk):
    receipt = await talk.say("hello")
    met.platform.fail("delete", times=TRIES + 1, **FAULTY)
    for _ in range(TRIES):
        with pytest.raises(Delayed):
            await talk.channel.delete(talk.to, receipt)
    await talk.channel.delete(talk.to, receipt)
    assert talk.calls("delete") == TRIES + 1


async def test_a_new_message_that_teams_does_not_know_yet_is_deleted_later():
    async with meeting() as met:
        talk = Talk(met)
        receipt = await talk.say("hello")
        met.platform.fail("delete", **UNKNOWN)
        with pytest.raises(Delayed):
            await talk.channel.delete(talk.to, receipt)
        for _ in range(2):
            await talk.channel.delete(talk.to, receipt)
        assert met.platform.messages(met.platform.person("Ann").personal) == [] and talk.calls("delete") == 2


async def test_an_old_message_that_teams_does_not_know_is_gone(met: Meeting, talk: Talk):
    receipt = await talk.say("hello")
    met.platform.fail("delete", **UNKNOWN)
    await talk.channel.delete(talk.to, receipt)
    met.platform.fail("update", **UNKNOWN)
    with pytest.raises(Gone):
        await talk.edit(receipt)


@pytest.mark.parametrize(("ahead", "expected"), [(-5, Delayed), (5, Delayed), (50, Delayed), (3600, Gone), (-50, Gone)])
async def test_a_clock_that_goes_wrong_makes_nothing_wait_for_long(talk: Talk, ahead: float, expected: type[Exception]):
    receipt = str(int((time.time() + ahead) * 1000))
    with pytest.raises(expected):
        await talk.edit(receipt)


async def test_what_turned_out_differently_waits_until_teams_knows_that_its_stream_ended(met: Meeting, talk: Talk):
    receipt = await talk.stream("The first try")
    met.platform.fail("update", times=2, **UNKNOWN)
    assert [await talk.waits(receipt, "Something else") for _ in range(2)] == [PAUSE, PAUSE]
    await talk.edit(receipt, "Something else")
    assert "Something else" in talk.shown.everything and talk.shown.labels == ["More"]
    met.platform.fail("update", **UNKNOWN)
    talk.now += 11.0
    with pytest.raises(Gone):
        await talk.edit(receipt, "Something else again")


async def test_another_process_waits_for_the_end_of_a_stream_too(met: Meeting, talk: Talk):
    receipt = await talk.stream("The first try")
    met.platform.fail("update", times=2, **UNKNOWN)
    assert await talk.waits(receipt, "Something else") == PAUSE
    async with open_bot(settings_for(met.platform)) as again:
        with pytest.raises(Delayed):
            await again.channel.edit(talk.to, receipt, talk.part("Something else"))
        await again.channel.edit(talk.to, receipt, talk.part("Something else"))
    assert talk.shown.text == "Something else"


async def test_what_grows_on_after_its_stream_waits_as_well(met: Meeting, talk: Talk):
    receipt = await talk.stream("It takes long")
    talk.now = 101.0
    await talk.channel.draft(talk.to, ASKED, talk.part("It takes long wor"), "key", receipt)
    met.platform.fail("update", **UNKNOWN)
    with pytest.raises(Delayed):
        await talk.channel.draft(talk.to, ASKED, talk.part("It takes very long wor"), "key", receipt)
    await talk.channel.draft(talk.to, ASKED, talk.part("It takes very long wor"), "key", receipt)
    assert talk.shown.text == "It takes very long wor"


async def test_a_stream_that_ended_just_now_is_deleted_later(met: Meeting, talk: Talk):
    receipt = await talk.stream("One two")
    await talk.edit(receipt, "One two three")
    met.platform.fail("delete", times=2, **UNKNOWN)
    for _ in range(2):
        with pytest.raises(Delayed):
            await talk.channel.delete(talk.to, receipt)
    await talk.channel.delete(talk.to, receipt)
    assert met.platform.messages(met.platform.person("Ann").personal) == []


async def test_nothing_more_is_said_of_a_stream_whose_deletion_has_to_wait(met: Meeting, talk: Talk):
    receipt = await talk.stream("A secret")
    met.platform.fail("delete", status=429, retry_after=1)
    with pytest.raises(RetryLater):
        await talk.channel.delete(talk.to, receipt)
    before = len(met.platform.calls)
    await talk.channel.draft(talk.to, ASKED, talk.part("A secret that was wor"), "key", receipt)
    assert (await talk.channel.draft(talk.to, ASKED, talk.part("x"), "key", "")).endswith(MARK)
    await talk.channel.delete(talk.to, receipt)
    assert not any("secret" in str(call.arguments) for call in met.platform.calls[before:])


def test_as_many_faults_are_remembered_as_there_is_room_for():
    doubts, fault = Doubts(remembered=2), ServiceFault("x")
    for key in ("a", "b", "c"):
        doubts.delay(key, fault, fresh=False)
    waits = [doubts.delay(key, fault, fresh=False) for key in ("c", "b", "a")]
    assert [wait and wait.retry_after for wait in waits] == [2 * PAUSE, 2 * PAUSE, PAUSE]


def test_an_answer_that_was_lost_is_no_sign_that_a_message_is_gone():
    doubts = Doubts()
    assert all(doubts.delay("a", Unknown("x"), fresh=False) for _ in range(10 * TRIES))
