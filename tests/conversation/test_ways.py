"""A way back that is good for one reply goes with that reply alone; one that lasts stays with the conversation."""

from __future__ import annotations

from dataclasses import replace

from conversation import outbox
from conversation.errors import Forbidden
from conversation.message import Address, Message, Notice, Reply
from tests.conversation.chat import Chat
from tests.conversation.messenger import told

ONCE = "https://example.org/commands/1"


def by(way: str, text: str, number: int, *, lasting: bool = False) -> Message:
    """Make what a person wrote, with a way back."""
    message = told(text, number)
    return replace(message, address=replace(message.address, via=way, lasting=lasting))


async def ways(chat: Chat) -> list[tuple[str, str]]:
    """Give the way of the conversation and those of what was said there, in order."""
    given = (
        "select via, payload->>'via' as of_reply from outbox join conversations using (conversation_id) order by seq"
    )
    return [(str(row["via"]), str(row["of_reply"])) for row in await chat.rig.rows(given)]


async def test_a_way_for_one_reply_goes_with_it_alone(chat: Chat):
    await chat.ask(by(ONCE, "What is flour?", 1))
    await chat.ask(told("And rye?", 2))
    assert await ways(chat) == [("", ONCE), ("", "")]


async def test_a_way_that_lasts_stays_with_the_conversation(chat: Chat):
    await chat.ask(by("a service", "What is flour?", 1, lasting=True))
    assert await ways(chat) == [("a service", "")]
    await chat.ask(by("another", "And rye?", 2, lasting=True))
    assert await ways(chat) == [("another", ""), ("another", "")]


async def test_an_apology_goes_the_way_of_the_message_too(chat: Chat):
    chat.rig.model.error = RuntimeError("a bug")
    await chat.ask(by(ONCE, "What is flour?", 1))
    assert await ways(chat) == [("", ONCE)]


async def test_what_is_said_anew_goes_the_same_way(chat: Chat):
    message = by(ONCE, "What is flour?", 1)
    await chat.ask(message)
    (row,) = await chat.rig.rows("select idempotency_key from outbox")
    async with chat.rig.database.system() as connection:
        await outbox.revise(connection, str(row["idempotency_key"]), Reply("Another answer."))
    assert await ways(chat) == [("", ONCE)]


async def test_what_was_for_one_alone_never_comes_out_later(chat: Chat):
    chat.channel.faults.append(Forbidden("no member"))
    await chat.ask(by(ONCE, "What is flour?", 1))
    await chat.take(Notice(Address("memory", "", "chat"), "event-9", "unblocked"))
    chat.channel.faults.append(Forbidden("no member"))
    await chat.ask(by(ONCE, "And rye?", 2))
    chat.rig.model.text = "Another answer."
    await chat.ask(told("And oats?", 3))
    assert chat.shown() == ["Another answer."]


async def test_what_went_to_a_place_in_the_chat_is_said_when_the_person_writes_again(chat: Chat):
    chat.channel.faults.append(Forbidden("no member"))
    await chat.ask(by("171.5", "What is flour?", 1))
    chat.rig.model.text = "Another answer."
    await chat.ask(told("And rye?", 2))
    assert len(chat.shown()) == 2
