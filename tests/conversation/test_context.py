"""What a turn knows: a thread that was begun below something of ours starts with that."""

from __future__ import annotations

from uuid import UUID

from conversation import outbox
from conversation.message import Message, Reply
from tests.conversation.chat import Chat
from tests.conversation.messenger import told


async def answered(chat: Chat, message: Message) -> str:
    """Ask something, and give the platform's id of the answer."""
    await chat.ask(message)
    return list(chat.channel.posted)[-1]


async def heard(chat: Chat, message: Message) -> list[str]:
    """Ask something, and give what the model is told was said before."""
    await chat.ask(message)
    return [said.text for said in chat.rig.model.requests[-1].history]


async def test_a_thread_below_an_answer_is_about_it(chat: Chat):
    receipt = await answered(chat, told("What is wheat flour made of?", 1))
    assert await heard(chat, told("And for rye?", 2, f"chat:{receipt}")) == ["An answer."]
    assert chat.rig.model.requests[-1].standalone == "And for rye? (What is wheat flour made of?)"
    again = await heard(chat, told("Why is that so?", 3, f"chat:{receipt}"))
    assert again == ["An answer.", "And for rye?", "An answer."]


async def test_a_thread_below_a_later_part_is_about_all_of_the_answer(chat: Chat):
    chat.rig.model.text = "word " * 150
    receipt = await answered(chat, told("What is flour?", 1))
    (said,) = await heard(chat, told("And for rye?", 2, f"chat:{receipt}"))
    assert (receipt, said.split()) == ("2", ["word"] * 150)


async def test_a_thread_below_a_digest_in_a_group_is_about_it(chat: Chat):
    await answered(chat, told("hi", 1, "-5", kind="group"))
    (row,) = await chat.rig.rows("select conversation_id from conversations")
    async with chat.rig.database.system() as connection:
        digest = Reply("News about rye.")
        await outbox.append(connection, UUID(str(row["conversation_id"])), "digest", digest, "proactive")
        await outbox.notify(connection)
    await chat.rig.replies(told("hi", 1, "-5", kind="group"))
    receipt = list(chat.channel.posted)[-1]
    assert await heard(chat, told("And why?", 2, f"-5:{receipt}", "bob", kind="thread")) == ["News about rye."]
    assert chat.rig.model.requests[-1].standalone == "And why? (News about rye.)"


async def test_a_thread_below_something_else_begins_with_nothing(chat: Chat):
    await answered(chat, told("What is flour?", 1))
    assert await heard(chat, told("And for rye?", 2, "chat:77")) == []


async def test_what_somebody_else_was_told_stays_theirs(chat: Chat):
    receipt = await answered(chat, told("What is flour?", 1))
    assert await heard(chat, told("And for rye?", 2, f"chat:{receipt}", "bob")) == []


async def test_a_thread_that_was_begun_anew_is_about_nothing(chat: Chat):
    receipt = await answered(chat, told("What is flour?", 1))
    await chat.ask(told("/new", 2, f"chat:{receipt}"))
    assert "An answer." not in await heard(chat, told("And for rye?", 3, f"chat:{receipt}"))
