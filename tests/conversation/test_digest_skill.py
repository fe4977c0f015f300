"""Setting a digest, as a person meets it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from conversation.digests import store
from conversation.digests.store import Digest
from conversation.message import Address, Author, Message, Reply
from conversation.skills import by_name, route
from conversation.skills.digest import DigestSkill
from conversation.state import Services
from conversation.turn import CoachCard, Speaker, Turn
from knowledge.db import Database
from tests.conversation.coaching import labels, value_of
from tests.conversation.rig import FixedSearch, Rig, ScriptedModel

SUMMER = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
BERLIN_AT_EIGHT = datetime(2026, 7, 2, 6, 0, tzinfo=UTC)


class Desk:
    """A person at the digest skill, with a clock of the test."""

    def __init__(self, database: Database, user_id: UUID, kind: str = "direct") -> None:
        self.database, self.user_id, self.kind = database, user_id, kind
        self.skill, self.now, self.language, self.expects = DigestSkill(), SUMMER, "en", ""
        self.conversation_id = uuid4()
        model = ScriptedModel(offline=True)
        self.services = Services(database, model, model, None, FixedSearch())

    async def open(self) -> Desk:
        async with self.database.person(self.user_id) as connection:
            await connection.execute(
                "insert into conversations (conversation_id, channel, account, external_id, kind, user_id) "
                "values (%s, 'memory', '', %s, %s, %s)",
                (self.conversation_id, str(self.conversation_id), self.kind, self.user_id),
            )
        return self

    async def say(self, text: str, *, admin: bool = False) -> Reply:
        turn = await self.turn(text, admin=admin)
        outcome = await self.skill.run(turn, self.services)
        async with self.database.person(self.user_id) as connection:
            for work in outcome.work:
                await self.skill.apply(connection, turn, work)
        self.expects = outcome.replies[-1].expects
        return outcome.replies[-1]

    async def turn(self, text: str, *, admin: bool = False) -> Turn:
        async with self.database.person(self.user_id) as connection:
            to = await store.recipient(connection, self.user_id)
        kind: Any = self.kind
        message = Message(Address("memory", "", "x", kind), uuid4().hex, Author("ada"), text, self.now, by_admin=admin)
        roles = frozenset({"consumer"})
        person = Speaker(self.user_id, "Ada", roles, False, self.language, to.time_zone, to.zone_known)
        coach = CoachCard(uuid4(), "Guide", "", "", own=False, guide=True, published=True)
        return Turn(uuid4(), self.conversation_id, message, person, coach, expects=self.expects, now=self.now)

    async def digest(self, kind: store.Kind = "personal") -> Digest | None:
        async with self.database.person(self.user_id) as connection:
            return (await store.mine(connection, self.user_id)).get(kind)


@pytest.fixture
async def desk(database: Database, person: UUID) -> Desk:
    return await Desk(database, person).open()


async def test_days_time_and_zone_in_one_command_set_it(desk: Desk):
    reply = await desk.say("/digest daily 08:00 Europe/Berlin")
    digest = await desk.digest()
    assert digest and (digest.next_at, digest.zone) == (BERLIN_AT_EIGHT, "Europe/Berlin")
    assert "every day at **08:00** (Berlin)" in reply.text and "Thursday, 2 July 2026, 08:00" in reply.text


async def test_the_time_zone_is_asked_once_and_kept(desk: Desk):
    desk.language = "de"
    asked = await desk.say("/digest jeden Morgen um acht")
    assert asked.expects == "digest" and labels(asked)[0] == "Berlin"
    waiting = await desk.digest()
    assert waiting and waiting.wants_zone and waiting.next_at is None
    await desk.say("Wien")
    digest = await desk.digest()
    assert digest and (digest.next_at, digest.zone) == (BERLIN_AT_EIGHT, "Europe/Vienna")
    again = await desk.say("/digest jeden Montag um 7")
    assert again.expects == "" and "Wien" in again.text


async def test_the_button_of_a_zone_carries_the_whole_wish(desk: Desk):
    asked = await desk.say("/digest every Monday at 7")
    await desk.say(value_of(asked, "London"))
    digest = await desk.digest()
    assert digest and (digest.schedule.days, digest.schedule.minute) == (frozenset({1}), time(7))
    assert digest.zone == "Europe/London"


async def test_a_place_nobody_knows_gets_the_nearest_and_one_more_try(desk: Desk):
    await desk.say("/digest daily 9:00")
    reply = await desk.say("Berlim")
    assert "no time zone called “Berlim”" in reply.text and "Berlin" in labels(reply) and reply.expects == "digest"
    await desk.say(value_of(reply, "Berlin"))
    digest = await desk.digest()
    assert digest and digest.zone == "Europe/Berlin" and digest.schedule.minute == time(9)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("/digest daily 25:00", "No clock shows 25:00"),
        ("/digest 8:00 Mars/Base", "no time zone called “Mars/Base”"),
        ("/digest Mars/Base", "no time zone called “Mars/Base”"),
        ("/digest daily 8:00 {x} *y*", "no time zone called “{x} \\*y\\*”"),
        ("/digest whenever you feel like it", "did not understand when"),
        ("/digest every 2 weeks", "did not understand when"),
        ("/digest snooze 0 days", "did not understand when"),
        ("/digest " + "x" * 5000, "did not understand when"),
    ],
)
async def test_bad_input_gets_a_kind_answer_and_changes_nothing(desk: Desk, text: str, says: str):
    reply = await desk.say(text)
    assert says in reply.text and reply.buttons and await desk.digest() is None


async def test_a_minute_that_the_clock_jumps_over_is_taken_and_explained(desk: Desk):
    reply = await desk.say("/digest daily 02:30 Europe/Berlin")
    assert "On 28 March 2027 the clock goes forward and never shows 02:30: on that day it comes at 03:00" in reply.text


async def test_inside_the_quiet_hours_it_says_so_and_offers_an_exception(desk: Desk):
    reply = await desk.say("/digest daily 06:30 UTC")
    assert "quiet hours, from 22:00 to 07:00" in reply.text
    await desk.say(value_of(reply, "Let it come at 06:30"))
    again = await desk.say("/digest daily 06:30")
    assert "quiet hours" not in again.text


@pytest.mark.parametrize(("minute", "kept"), [("23:00", "23:01-07:00"), ("06:00", "22:00-06:00")])
async def test_the_exception_moves_the_nearer_end_of_the_quiet_hours(desk: Desk, minute: str, kept: str):
    reply = await desk.say(f"/digest daily {minute} UTC")
    assert reply.buttons[0].value == f"/digest quiet {kept}"


async def test_quiet_hours_can_be_set_and_dropped(desk: Desk):
    assert "from 21:00 to 06:30" in (await desk.say("/digest quiet 21:00-6:30")).text
    assert "no quiet hours" in (await desk.say("/digest quiet off")).text


async def test_it_can_be_turned_off_and_on_and_snoozed(desk: Desk):
    await desk.say("/digest daily 08:00 Europe/Berlin")
    asked = await desk.say("/digest snooze")
    await desk.say(value_of(asked, "3 days"))
    snoozed = await desk.digest()
    assert snoozed and snoozed.next_at == BERLIN_AT_EIGHT + timedelta(days=3)
    await desk.say("/digest off")
    stopped = await desk.digest()
    assert stopped and stopped.next_at is None
    await desk.say("/digest on")
    woken = await desk.digest()
    assert woken and woken.next_at == BERLIN_AT_EIGHT


async def test_alone_it_shows_what_is_set_with_buttons(desk: Desk):
    assert "no digest yet" in (await desk.say("/digest")).text
    await desk.say("/digest weekdays 7:30 Europe/Berlin")
    reply = await desk.say("/digest")
    assert "Monday to Friday at **07:30** (Berlin)" in reply.text and "Quiet hours: from 22:00 to 07:00" in reply.text
    assert labels(reply) == ["Daily 08:00", "Weekdays 08:00", "Mondays 08:00", "Send one now", "Snooze", "Off"]


async def test_setting_it_elsewhere_moves_it(desk: Desk):
    await desk.say("/digest daily 08:00 Europe/Berlin")
    elsewhere = await Desk(desk.database, desk.user_id).open()
    reply = await elsewhere.say("/digest daily 08:00")
    digest = await desk.digest()
    assert "It comes to this chat from now on" in reply.text
    assert digest and digest.conversation_id == elsewhere.conversation_id


async def test_only_the_time_changes_if_only_a_time_is_said(desk: Desk):
    await desk.say("/digest every Monday at 7 Berlin")
    await desk.say("/digest 9:30")
    digest = await desk.digest()
    assert digest and (digest.schedule.days, digest.schedule.minute) == (frozenset({1}), time(9, 30))


async def test_in_a_group_its_admins_decide(database: Database, person: UUID):
    async with database.system() as connection:
        await connection.execute("update users set kind = 'group' where user_id = %s", (person,))
    group = await Desk(database, person, "group").open()
    refused = await group.say("/digest daily 08:00 UTC")
    assert "admins decide" in refused.text and await group.digest() is None
    await group.say("/digest daily 08:00 UTC", admin=True)
    assert await group.digest() is not None


async def test_days_and_a_time_in_plain_words_are_offered_a_digest(desk: Desk):
    turn = await desk.turn("jeden Morgen um acht")
    assert isinstance(route(turn), DigestSkill)
    offered = await desk.say("jeden Morgen um acht")
    assert await desk.digest() is None and offered.buttons[0].value == "/digest daily 08:00"
    assert offered.buttons[1].value.startswith("/ask ") and offered.buttons[1].value.endswith(" jeden Morgen um acht")
    await desk.say("Send me a digest every Monday at 7 Berlin")
    digest = await desk.digest()
    assert digest and digest.schedule.days == frozenset({1})


@pytest.mark.parametrize(
    "text",
    [
        "Stop the digest!",
        "Keine Zusammenfassungen mehr.",
        "Cancela el resumen",
        "Больше не присылай сводки",
        "डाइजेस्ट बंद करो।",
    ],
)
async def test_it_is_stopped_in_plain_words(desk: Desk, text: str):
    await desk.say("/digest daily 08:00 Berlin")
    assert isinstance(route(await desk.turn(text)), DigestSkill)
    assert "no more digests" in (await desk.say(text)).text
    digest = await desk.digest()
    assert digest and digest.next_at is None


@pytest.mark.parametrize(
    "text",
    [
        "What happens every Monday at 7?",
        "every day I learn something",
        "every Monday at 7 I bake bread. What flour?",
        "How do I stop the digestion of starch?",
        "The bells ring daily at 8:00",
        "Monday",
        "7:00",
    ],
)
async def test_what_is_no_wish_goes_to_the_coach(desk: Desk, text: str):
    assert not by_name("digest").matches(await desk.turn(text))


async def test_a_person_sets_one_by_tapping(rig: Rig):
    (menu,) = await rig.ask("/digest")
    (asked,) = await rig.ask(value_of(menu, "Mondays"))
    (done,) = await rig.ask("Berlin")
    assert asked.expects == "digest" and "every week at **08:00** (Berlin): Monday" in done.text
    (row,) = await rig.rows("select time_zone, zone_known from users where user_id = %s", rig.user_id)
    assert (row["time_zone"], row["zone_known"]) == ("Europe/Berlin", True)


async def test_one_at_once_with_nothing_to_tell_says_so(rig: Rig):
    (reply,) = await rig.ask("/digest now")
    assert reply.text == "There is nothing new at the moment."
