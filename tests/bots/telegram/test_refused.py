"""Answers that Telegram refuses: their words arrive without buttons, or an apology takes the stub's place."""

from __future__ import annotations

from uuid import UUID, uuid4

from bots.telegram.running import Telegram
from conversation import outbox
from conversation.message import Button, Reply
from conversation.sender import Sender
from knowledge.db import Database
from tests.bots.telegram.ground import direct, meeting
from tests.telegram.platform import User

ANSWER = Reply("Flour is **ground** grain.", buttons=(Button("More", "/more"),))
REFUSED = "Bad Request: BUTTON_DATA_INVALID"


async def answered(database: Database, user_id: UUID, telegram: Telegram, to: User) -> str:
    """Let the sender bring an answer, whatever the platform's limits; gives the state of its row."""
    place, conversation_id = direct(to), uuid4()
    async with database.system() as connection:
        await connection.execute(
            "insert into conversations (conversation_id, channel, account, external_id, user_id) "
            "values (%s, 'telegram', %s, %s, %s)",
            (conversation_id, place.account, place.external_id, user_id),
        )
        await outbox.append(connection, conversation_id, "turn:1:0", ANSWER)
    sender = Sender(database, {"telegram": telegram.channel}, "one")
    while rows := await outbox.claim(database, "one", ["telegram"]):
        await sender.deliver(rows[0])
        async with database.system() as connection:
            await connection.execute("update outbox set due_at = now()")
            await connection.execute("update rate_buckets set tokens = 1")
    async with database.system() as connection:
        (row,) = await (await connection.execute("select state from outbox")).fetchall()
    return row["state"]


async def test_buttons_that_are_refused_leave_the_words(database: Database, person: UUID):
    async with meeting() as (platform, telegram):
        ann = platform.person(started=True)
        platform.faults.error("editMessageText", 400, REFUSED)
        assert await answered(database, person, telegram, ann) == "sent"
        shown = platform.shown(ann)[-1]
        assert (shown.rich, shown.labels) == ("Flour is ground grain.", [])


async def test_where_every_edit_is_refused_an_apology_takes_the_stubs_place(database: Database, person: UUID):
    async with meeting() as (platform, telegram):
        ann = platform.person(started=True)
        platform.faults.error("editMessageText", 400, REFUSED, times=99)
        assert await answered(database, person, telegram, ann) == "dead"
        shown = platform.shown(ann)[-1]
        assert shown.rich.startswith("I could not show all of my answer here.")
