"""An answer on its way through Telegram, with the real core behind the bot: drafts, a Stop, and an ordinary message."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import cast
from uuid import UUID

import pytest

from conversation.channel import Channel
from conversation.intake import Intake
from knowledge.db import Database
from tests.bots.telegram.ground import meeting, running
from tests.channels.memory import MemoryChannel
from tests.conversation.rig import Rig, open_rig
from tests.telegram.platform import Attachment, Platform, User
from tests.waiting import until, until_other


@dataclass(slots=True)
class Door:
    """The core's door."""

    intake: Intake

    async def take(self, channel: Channel, event: object, /) -> object:
        return await self.intake.take(channel, event)

    async def put_aside(self, event: object, /) -> None:
        raise AssertionError(event)


@dataclass(slots=True)
class Talk:
    """Ann's private chat with a hub that waits after the first word of an answer."""

    platform: Platform
    rig: Rig
    ann: User

    @property
    def drafts(self) -> list[str]:
        return [each.text for each in self.platform.drafts(self.ann)]

    @property
    def replies(self) -> list[tuple[str, list[str]]]:
        return [(each.text, each.labels) for each in self.platform.replies(self.ann)]

    async def opinions(self) -> list[object]:
        return [row["good"] for row in await self.rig.rows("select good from feedback")]

    def go_on(self) -> None:
        assert self.rig.model.pause is not None
        self.rig.model.pause.set()


@asynccontextmanager
async def talking(database: Database, person: UUID) -> AsyncGenerator[Talk]:
    async with meeting() as (platform, telegram):
        channel = cast(MemoryChannel, telegram.channel)
        async with open_rig(database, person, channel) as rig:
            rig.model.pause, rig.model.text = asyncio.Event(), "Flour is ground grain."
            async with running(telegram, Door(Intake(database, rig.dispatcher)), database):
                yield Talk(platform, rig, platform.person())
        assert not platform.violations()


@pytest.fixture
async def talk(database: Database, person: UUID) -> AsyncIterator[Talk]:
    async with talking(database, person) as opened:
        yield opened


async def test_an_answer_is_a_draft_first_and_one_ordinary_message_then(talk: Talk):
    talk.platform.say(talk.ann, "What is flour?")
    await until(lambda: talk.drafts == ["Flour"])
    assert talk.replies == []
    talk.go_on()
    await until(lambda: talk.replies == [("Flour is ground grain.", [])])
    first = talk.platform.stamps(talk.ann)[0]
    assert first.text.startswith("Flour")


async def test_stop_at_the_draft_ends_the_answer_with_what_there_is(talk: Talk):
    talk.platform.say(talk.ann, "What is flour?")
    await until(lambda: talk.drafts == ["Flour"])
    talk.platform.stop(talk.ann)
    await until(lambda: bool(talk.replies) and talk.replies[0][0].endswith("Stopped."))
    assert len(talk.replies) == 1


async def test_typing_stop_ends_it_as_well(talk: Talk):
    talk.platform.say(talk.ann, "What is flour?")
    await until(lambda: talk.drafts == ["Flour"])
    talk.platform.say(talk.ann, "/stop")
    await until(lambda: bool(talk.replies) and talk.replies[0][0].endswith("Stopped."))
    assert [buttons for _, buttons in talk.replies] == [[]]


async def test_on_a_server_without_drafts_the_first_words_are_a_message_with_a_stop(talk: Talk):
    talk.platform.faults.error("sendMessageDraft", 404, "Not Found: method not found")
    talk.platform.say(talk.ann, "What is flour?")
    await until(lambda: ("Flour", ["Stop"]) in talk.replies)
    talk.go_on()
    await until(lambda: not talk.replies[-1][1])
    assert talk.replies == [("Flour is ground grain.", [])]


async def test_an_edited_question_is_answered_anew_in_place(talk: Talk):
    talk.go_on()
    asked = talk.platform.say(talk.ann, "What is flour?")
    await until(lambda: talk.replies == [("Flour is ground grain.", [])])
    talk.rig.model.text = "Sugar is sweet."
    talk.platform.edit(talk.ann, asked.message_id, "What is sugar?")
    await until(lambda: ("Sugar is sweet.", []) in talk.replies)
    assert len(talk.replies) == 1


async def test_the_caption_of_an_album_is_edited_with_its_files(talk: Talk):
    talk.go_on()
    first, _ = talk.platform.send_album(
        talk.ann, [Attachment("a.md", b"# A", "text/markdown"), Attachment("b.md", b"# B", "text/markdown")]
    )
    said = len(await until(lambda: talk.replies))
    talk.platform.edit(talk.ann, first.message_id, "teach this to Chef")
    texts = await until(lambda: [text for text, _ in talk.replies if "Chef" in text])
    assert (len(texts), len(talk.replies)) == (1, said), talk.replies


async def test_a_reaction_on_the_answer_is_kept_and_taken_back(talk: Talk):
    talk.go_on()
    talk.platform.say(talk.ann, "What is flour?")
    await until(lambda: talk.replies == [("Flour is ground grain.", [])])
    message_id = talk.platform.replies(talk.ann)[0].message_id
    kept: list[object] = []
    for emoji, expected in (("👍", [True]), ("👎", [False]), ("", [])):
        talk.platform.react(talk.ann, message_id, emoji)
        kept = await until_other(talk.opinions, kept)
        assert kept == expected
