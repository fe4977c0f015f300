"""Polling commits first and moves on after, alone, and through whatever is away; nothing is lost or taken twice."""

from __future__ import annotations

import asyncio
from pathlib import Path
from uuid import UUID

import pytest
from aiogram.methods import SetWebhook

from conversation import leases
from conversation.channel import Channel, Part
from conversation.intake import Intake
from conversation.message import Button
from conversation.spool import Spool
from knowledge.db import Database
from knowledge.db.errors import DatabaseUnavailable
from knowledge.vault import KEY_SIZE, Vault
from tests.bots.memory import Memory
from tests.bots.telegram.ground import BOT, direct, meeting, recorded, running
from tests.conversation.rig import open_rig
from tests.waiting import until
from ui.messengers.messenger import Door

LEASE = f"telegram:{BOT}"


class Dying:
    """A core that commits, and whose process ends before it can say so."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self.died = asyncio.Event()

    async def take(self, channel: Channel, event: object, /) -> object:
        await self._intake.take(channel, event)
        self.died.set()
        await asyncio.Event().wait()

    async def put_aside(self, event: object, /) -> None:
        raise AssertionError(event)


async def test_what_people_write_and_press_is_taken_in_order(database: Database):
    core = Memory()
    async with meeting() as (platform, telegram), running(telegram, core, database):
        ann = platform.person()
        for text in ("one", "two", "three"):
            platform.say(ann, text)
        await until(lambda: core.texts == ["one", "two", "three"])
        await until(lambda: not platform.unconfirmed())
        assert not platform.violations()


async def test_a_pressed_button_stops_turning(database: Database):
    core = Memory()
    async with meeting() as (platform, telegram), running(telegram, core, database):
        ann = platform.person(started=True)
        receipt = await telegram.channel.send(direct(ann), Part("?", (Button("Yes", "/yes"),)), "key")
        press = platform.press(ann, "Yes", message_id=int(receipt))
        await until(lambda: platform.answer_to(press.id) is not None)
        assert core.texts == ["/yes"]


async def test_a_process_killed_between_commit_and_offset_takes_nothing_twice(
    database: Database, person: UUID, tmp_path: Path
):
    async with meeting() as (platform, telegram), open_rig(database, person) as rig:
        intake = Intake(database, rig.dispatcher)
        dying = Dying(intake)
        platform.say(ann := platform.person(), "once")
        async with running(telegram, dying, database):
            await dying.died.wait()
        assert platform.unconfirmed()
        door = Door(intake, Spool(tmp_path, Vault({"k": b"k" * KEY_SIZE})), waits=False)
        async with running(telegram, door, database, "another"):
            platform.say(ann, "and again")
            await until(lambda: not platform.unconfirmed())
        rows = await rig.rows("select payload->>'text' as text from inbox order by position")
        assert [row["text"] for row in rows] == ["once", "and again"]


async def test_without_a_database_the_offset_stays(database: Database):
    core = Memory()
    core.failures = [DatabaseUnavailable()] * 5
    async with meeting() as (platform, telegram), running(telegram, core, database):
        platform.say(platform.person(), "patience")
        await until(lambda: core.texts == ["patience"])
        await until(lambda: not platform.unconfirmed())
        assert core.taken == 6


async def test_an_update_that_fails_three_times_lets_the_next_one_pass(database: Database):
    core = Memory()
    core.failures = [ValueError("our fault")] * 3
    async with meeting() as (platform, telegram), running(telegram, core, database):
        ann = platform.person()
        platform.say(ann, "poison")
        platform.say(ann, "bread")
        await until(lambda: core.texts == ["bread"])
        assert core.taken == 4
        assert ["poison" in str(update) for update in core.aside] == [True]


async def test_only_one_process_polls_and_another_takes_over(database: Database):
    first, second = Memory(), Memory()
    async with meeting() as (platform, telegram):
        ann = platform.person()
        async with running(telegram, first, database, "one"):
            platform.say(ann, "to the first")
            await until(lambda: first.texts == ["to the first"])
            async with running(telegram, second, database, "two"):
                platform.say(ann, "to the first as well")
                await until(lambda: len(first.texts) == 2)
                assert second.taken == 0
        async with running(telegram, second, database, "two"):
            platform.say(ann, "to the second")
            await until(lambda: "to the second" in second.texts)


async def test_a_lease_of_a_dead_process_runs_out(database: Database):
    await leases.hold(database, LEASE, "dead", 0.3)
    core = Memory()
    async with meeting() as (platform, telegram), running(telegram, core, database):
        platform.say(platform.person(), "hello?")
        assert await until(lambda: core.texts) == ["hello?"]


@pytest.mark.parametrize("order", [("error", 500, "Internal Server Error"), ("gateway", 502), ("reset",)])
async def test_a_poll_that_fails_is_repeated(database: Database, order: tuple[str, ...]):
    core = Memory()
    async with meeting() as (platform, telegram):
        getattr(platform.faults, order[0])("getUpdates", *order[1:])
        async with running(telegram, core, database):
            platform.say(platform.person(), "still there")
            assert await until(lambda: core.texts, 20) == ["still there"]


async def test_coming_from_a_webhook_drops_nothing(database: Database):
    core = Memory()
    async with meeting() as (platform, telegram):
        await telegram.api.call(SetWebhook(url="http://127.0.0.1:9/webhooks/telegram", secret_token="s"))
        platform.say(platform.person(), "sent while nobody was there")
        platform.faults.error("deleteWebhook", 500, "Internal Server Error")
        async with running(telegram, core, database):
            assert await until(lambda: core.texts) == ["sent while nobody was there"]


async def test_updates_of_an_unknown_kind_are_passed_over(database: Database):
    core = Memory()
    async with meeting() as (platform, telegram), running(telegram, core, database):
        platform.inject(recorded("unknown_kind"))
        platform.say(platform.person(), "next")
        assert await until(lambda: core.texts) == ["next"]
        await until(lambda: not platform.unconfirmed())
        assert (core.taken, core.aside) == (2, [])
