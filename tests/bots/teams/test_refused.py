"""Answers that Teams refuses: their words arrive without a card, or an apology ends what stands there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest

from conversation import outbox
from conversation.message import Button, Reply
from conversation.sender import Sender
from knowledge.db import Database
from tests.bots.teams.ground import Meeting, meeting
from tests.bots.teams.test_streams import Writing

ANSWER = Reply("Flour is **ground** grain.", buttons=(Button("More", "/more"),))


class Box:
    """The outbox of Ann's personal chat."""

    def __init__(self, database: Database, met: Meeting) -> None:
        self.database, self.met, self.writing = database, met, Writing(met)
        self.conversation_id = uuid4()

    async def begin(self, user_id: UUID) -> Box:
        to = self.writing.to
        async with self.database.system() as connection:
            await connection.execute(
                "insert into conversations (conversation_id, channel, account, external_id, user_id, via) "
                "values (%s, 'teams', %s, %s, %s, %s)",
                (self.conversation_id, to.account, to.external_id, user_id, to.via),
            )
        return self

    async def answer(self, reply: Reply = ANSWER) -> str:
        """Let one look of the sender bring an answer; gives the state of its row."""
        async with self.database.system() as connection:
            await outbox.append(connection, self.conversation_id, "turn:1:0", reply)
        sender = Sender(self.database, {"teams": self.met.teams.channel}, "one")
        for row in await outbox.claim(self.database, "one", ["teams"]):
            await sender.deliver(row)
        async with self.database.system() as connection:
            (row,) = await (await connection.execute("select state from outbox")).fetchall()
        return row["state"]


@pytest.fixture(name="box")
async def _box(database: Database, person: UUID) -> AsyncIterator[Box]:
    async with meeting() as met:
        yield await Box(database, met).begin(person)
        assert met.platform.violations == []


@pytest.mark.parametrize("status", [400, 413])
async def test_a_card_that_is_refused_leaves_the_words(box: Box, status: int):
    box.met.platform.fail("update", status=status, code="MessageSizeTooBig")
    assert await box.answer() == "sent"
    shown = box.writing.shown
    assert (shown.text, shown.labels) == ("Flour is ground grain.", [])


async def test_what_is_refused_as_text_too_ends_with_an_apology(box: Box):
    box.met.platform.fail("update", status=400, code="BadSyntax", times=2)
    assert await box.answer() == "dead"
    assert box.writing.shown.text.startswith("I could not show all of my answer here.")


async def test_a_stream_whose_end_is_refused_is_ended_with_an_apology(box: Box):
    await box.writing.grow("x")
    await box.writing.grow("Flour is")
    async with box.database.system() as connection:
        await outbox.open_row(connection, box.conversation_id, "turn:1:0")
        await outbox.shown(connection, "turn:1:0", box.writing.receipt)
    box.met.platform.fail("send", status=413, code="MessageSizeTooBig", times=2)
    assert await box.answer() == "dead"
    assert "I could not show all of my answer" in box.writing.shown.text
    assert box.met.platform.unfinished() == []
