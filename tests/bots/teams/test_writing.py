"""Answers of the core on Teams: written before somebody's eyes, and an ordinary message in the end, once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast
from uuid import UUID

import pytest

from conversation.intake import Intake
from conversation.message import Message
from knowledge.db import Database
from tests.bots.teams.ground import Meeting, meeting
from tests.conversation.rig import Rig, open_rig
from tests.teams.platform import Limits, Person, Sent, Shown

WORDS = "Flour is ground grain. It is sifted, and it is **white** when the bran is gone. Rye flour is darker."


class Chat:
    """Somebody who talks with the core through Teams, at the platform's pace."""

    def __init__(self, met: Meeting, rig: Rig) -> None:
        self.met, self.rig = met, rig
        self.intake = Intake(rig.database, rig.dispatcher)
        self.ann: Person = met.platform.person("Ann")

    async def hear(self, sent: Sent) -> Message:
        """Take what somebody did."""
        heard = self.met.teams.channel.parse(sent.activity)
        assert isinstance(heard, Message)
        await self.intake.take(self.met.teams.channel, sent.activity)
        return heard

    async def until(self, phase: str) -> Shown:
        def found() -> Shown | None:
            return next((each for each in self.shown() if each.streaming == phase), None)

        shown = await self.met.platform.until(found)
        assert shown is not None
        return shown

    def shown(self) -> list[Shown]:
        return self.met.platform.messages(self.ann.personal)


@pytest.fixture(name="chat")
async def _chat(database: Database, person: UUID) -> AsyncIterator[Chat]:
    async with (
        meeting(limits=Limits()) as met,
        open_rig(database, person, cast(Any, met.teams.channel)) as rig,
    ):
        yield Chat(met, rig)
        assert met.platform.violations == []
        assert [call.code for call in met.platform.refused if call.code != "ContentStreamNotAllowed"] == []


async def test_an_answer_is_streamed_and_finished_once(chat: Chat):
    chat.rig.model.pause = asyncio.Event()
    chat.rig.model.text = WORDS
    message = await chat.hear(await chat.ann.says("What is flour?"))
    await chat.until("informative")
    chat.rig.model.pause.set()
    await chat.rig.replies(message)
    shown = await chat.met.platform.until(lambda: [each for each in chat.shown() if "darker." in each.everything])
    assert len(chat.shown()) == 1 and shown[0].streaming == "final" and shown[0].ai_label
    assert chat.met.platform.unfinished() == []


async def test_in_a_group_it_grows_by_edits(chat: Chat):
    chat.rig.model.text = WORDS
    kitchen = chat.met.platform.group("Kitchen", [chat.ann])
    message = await chat.hear(await chat.ann.says("What is flour?", kitchen))
    await chat.rig.replies(message)
    (shown,) = chat.met.platform.messages(kitchen)
    assert "darker." in shown.everything and shown.streaming == "" and shown.edits >= 1


async def test_who_stops_it_stops_the_model(chat: Chat):
    chat.rig.model.pause = asyncio.Event()
    chat.rig.model.text = WORDS
    message = await chat.hear(await chat.ann.says("What is flour?"))
    await chat.ann.stops(await chat.until("informative"))
    chat.rig.model.pause.set()
    (answer,) = await chat.rig.replies(message)
    assert answer.text
    assert [each.streaming for each in chat.shown()] == ["stopped"]
