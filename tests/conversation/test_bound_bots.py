"""A bot that a creator brought is one coach, for everybody who writes to it, and no other."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from conversation import coaches, inbox
from conversation.message import Message, Reply
from tests.conversation.chat import Chat
from tests.conversation.coaching import labels, taught
from tests.conversation.messenger import document, told

BOT = "own-bot"


@pytest.fixture
async def ada(chat: Chat, creator: UUID) -> UUID:
    coach_id = await taught(chat.rig.database, creator, "Ada", published=True)
    await bring(chat, creator, coach_id)
    return coach_id


async def bring(chat: Chat, creator: UUID, coach_id: UUID) -> None:
    async with chat.rig.database.system() as connection:
        await connection.execute(
            "insert into installations (channel, account, secrets, user_id, coach_id) "
            "values ('memory', %s, '', %s, %s) "
            "on conflict (channel, account) do update set coach_id = excluded.coach_id",
            (BOT, creator, coach_id),
        )


def to_bot(message: Message) -> Message:
    return replace(message, address=replace(message.address, account=BOT))


async def test_it_greets_and_answers_as_its_coach(chat: Chat, ada: UUID):
    (hello,) = await chat.ask(to_bot(told("/start", 1)))
    assert "I am **Ada**" in hello.text and "coach of your own" not in hello.text
    assert not {"Browse the coaches", "Make a coach of my own"} & set(labels(hello))
    (answer,) = await chat.ask(to_bot(told("What is flour?", 2)))
    assert (answer.text, answer.coach_name) == ("An answer.", "Ada")


async def test_there_is_nobody_else_to_talk_with(chat: Chat, ada: UUID, creator: UUID):
    other = await taught(chat.rig.database, creator, "Baker", published=True)
    wishes = ("/coaches", "/coach Baker", f"/coach {other}", "/start coach_baker", f"/ask {other} Why?", "list coaches")
    for number, text in enumerate(wishes):
        (reply,) = await chat.ask(to_bot(told(text, number)))
        assert "This bot is **Ada** alone" in reply.text and not reply.buttons
    (card,) = await chat.ask(to_bot(told("/coach", 20)))
    assert "**Ada**" in card.text and "Show the coaches" not in labels(card)
    (manual,) = await chat.ask(to_bot(told("/help", 21)))
    assert "`/coach" not in manual.text and "Show the coaches" not in labels(manual)


async def test_whatever_wants_to_switch_it_cannot(chat: Chat, ada: UUID, creator: UUID):
    other = await taught(chat.rig.database, creator, "Baker", published=True)
    await chat.ask(to_bot(told("hi", 1)))
    async with chat.rig.database.system() as connection:
        (row,) = await chat.rig.rows("select conversation_id from conversations")
        await coaches.switch(connection, UUID(str(row["conversation_id"])), other)
    assert (await chat.ask(to_bot(told("What is flour?", 2))))[0].coach_name == "Ada"


async def test_brought_anew_for_another_coach_it_is_that_one_from_the_next_message_on(
    chat: Chat, ada: UUID, creator: UUID
):
    await chat.ask(to_bot(told("hi", 1)))
    await bring(chat, creator, await taught(chat.rig.database, creator, "Baker", published=True))
    assert (await chat.ask(to_bot(told("What is flour?", 2))))[0].coach_name == "Baker"


async def test_in_a_group_it_introduces_itself_alone_and_calls_nobody(chat: Chat, ada: UUID, creator: UUID):
    await taught(chat.rig.database, creator, "Baker", published=True)
    (hello,) = await chat.ask(to_bot(told("/start", 1, "-5", kind="group")))
    assert "I am **Ada**" in hello.text and "/coach" not in hello.text
    (answer,) = await chat.ask(to_bot(told("@Baker, what is flour?", 2, "-5", kind="group")))
    assert answer.coach_name == "Ada"


async def test_while_its_coach_is_private_strangers_are_told_so_and_keep_their_rights(
    chat: Chat, ada: UUID, creator: UUID
):
    async with chat.rig.database.person(creator) as connection:
        await coaches.change(connection, ada, published=False)
    for number, text in enumerate(("What is flour?", "/start", "/coaches")):
        (reply,) = await chat.ask(to_bot(told(text, number)))
        assert "not there for you at the moment" in reply.text and not chat.rig.model.requests
    (me,) = await chat.ask(to_bot(told("/me", 9)))
    assert "not there for you" not in me.text
    async with chat.rig.database.person(creator) as connection:
        await coaches.change(connection, ada, published=True)
    assert (await chat.ask(to_bot(told("What is flour?", 10))))[0].coach_name == "Ada"


async def test_the_hubs_own_bot_is_bound_to_nobody(chat: Chat, ada: UUID):
    (switched,) = await chat.ask(told("/coach Ada", 1))
    assert "You are talking with **Ada** now." in switched.text
    assert (await chat.rig.rows("select coach_bound from conversations")) == [{"coach_bound": False}]


async def sent(chat: Chat, caption: str = "", number: int = 1) -> list[Reply]:
    chat.channel.files["tea.md"] = b"# Tea"
    return await chat.ask(to_bot(told(caption, number, attachments=(document("tea.md"),))))


async def test_whoever_sends_it_a_file_hears_that_it_is_one_coach_alone(chat: Chat, ada: UUID):
    for number, guest in enumerate((False, True)):
        await chat.ask(to_bot(told("hi", 10 + number)))
        async with chat.rig.database.system() as connection:
            await connection.execute("update users set guest = %s", (guest,))
        (reply,) = await sent(chat, number=number)
        assert "This bot is **Ada** alone" in reply.text and not reply.buttons
    (typed,) = await chat.ask(to_bot(told(f"/teach {inbox.id_of(to_bot(told('', 1)))} new Tea", 20)))
    assert "This bot is **Ada** alone" in typed.text
    assert not await chat.rig.rows("select from coaches where name = 'Tea'")


async def test_its_creator_teaches_it_whatever_the_caption_says(chat: Chat, creator: UUID, ada: UUID):
    await taught(chat.rig.database, creator, "Baker")
    await chat.ask(to_bot(told("hi", 1)))
    async with chat.rig.database.system() as connection:
        await connection.execute(
            "update coaches set creator_user_id = (select user_id from identities where channel = 'memory')"
        )
    await sent(chat, "teach this to Baker", 2)
    assert await chat.rig.rows("select coach_id from ingestions") == [{"coach_id": ada}]
    assert not any("You are talking with" in text for text in chat.shown())
