"""An answer that is given again replaces the first one only by a better one; an effect never comes twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from conversation import inbox, outbox, threads
from conversation.turns import reply_key
from knowledge.db import Database
from tests.conftest import newcomer
from tests.conversation.chat import Chat, open_chat
from tests.conversation.coaching import taught
from tests.conversation.messenger import told


@pytest.fixture(params=[None, 0.01], ids=["silent", "live"])
async def chat(database: Database, person: UUID, request: pytest.FixtureRequest) -> AsyncGenerator[Chat]:
    async with open_chat(database, person, interval=request.param) as opened:
        yield opened


async def asked(chat: Chat, text: str, number: int = 1) -> UUID:
    """Ask, and give the id of the answer."""
    message = told(text, number, message_id=uuid4())
    await chat.ask(message)
    return outbox.id_of(reply_key(inbox.id_of(message)))


async def place(chat: Chat) -> tuple[UUID, UUID]:
    (row,) = await chat.rig.rows("select conversation_id, user_id from conversations")
    return UUID(str(row["conversation_id"])), UUID(str(row["user_id"]))


async def again(chat: Chat, answer_id: UUID, failures: int = 0) -> threads.Again | None:
    """Want an answer again, where that failed so often before."""
    conversation_id, user_id = await place(chat)
    async with chat.rig.database.person(user_id) as connection:
        wanted = await threads.again(connection, conversation_id, answer_id)
        await connection.execute("update inbox set failures = %s where state = 'new'", (failures,))
    chat.rig.dispatcher.wake(conversation_id, user_id)
    return wanted


async def over(chat: Chat) -> list[str]:
    """Wait until nothing goes on, and give what the coach has said."""
    waiting = "select from inbox where state = 'new' union all select from outbox where state <> 'sent'"
    async with asyncio.timeout(20):
        while await chat.rig.rows(waiting):
            await asyncio.sleep(0.01)
    return [str(row["text"]) for row in await chat.rig.rows("select text from messages where author = 'coach'")]


async def line(chat: Chat, answer_id: UUID) -> threads.Line:
    async with chat.rig.database.person((await place(chat))[1]) as connection:
        found = await threads.message(connection, answer_id)
    assert found
    return found


async def stop(chat: Chat) -> None:
    conversation_id, user_id = await place(chat)
    await inbox.cancel(chat.rig.database, user_id, conversation_id)
    chat.rig.dispatcher.stop(conversation_id)


async def test_given_again_it_takes_the_place_of_the_first(chat: Chat):
    answer_id = await asked(chat, "What is flour?")
    chat.rig.model.text = "Ground grain."
    await again(chat, answer_id)
    assert (await over(chat), chat.shown()) == (["Ground grain."], ["Ground grain."])


async def test_stopped_while_it_is_given_again_the_first_one_stands_on(chat: Chat):
    answer_id = await asked(chat, "What is flour?")
    chat.rig.model.text, chat.rig.model.pause = "Something that nobody wants", asyncio.Event()
    chat.rig.model.started.clear()
    await again(chat, answer_id)
    await chat.rig.model.started.wait()
    while chat.channel.interval and not chat.shown()[0].startswith("Something"):
        await asyncio.sleep(0.005)
    await stop(chat)
    assert (await over(chat), chat.shown()) == (["An answer."], ["An answer."])
    assert len(await chat.rig.rows("select from questions")) == 1
    shown = await line(chat, answer_id)
    assert not shown.failed and shown.payload["feedback"]
    chat.rig.model.pause = None
    assert (await again(chat, answer_id)) == threads.Again(shown.answers or uuid4(), True)
    assert await over(chat) == ["Something that nobody wants"]


async def test_given_up_when_it_is_given_again_the_first_one_stands_on_and_that_is_said_below(chat: Chat):
    answer_id = await asked(chat, "What is flour?")
    await again(chat, answer_id, failures=9)
    said = await over(chat)
    assert said[0] == "An answer." and "Something went wrong" in said[1] and chat.shown() == said
    assert not (await line(chat, answer_id)).failed
    (apology,) = await chat.rig.rows("select message_id from messages where text like 'Something went%%'")
    assert (await line(chat, UUID(str(apology["message_id"])))).failed


async def test_an_apology_is_replaced_when_trying_again_helps(chat: Chat):
    answer_id = await asked(chat, "What is flour?")
    await again(chat, answer_id, failures=9)
    await over(chat)
    (apology,) = await chat.rig.rows("select message_id from messages where text like 'Something went%%'")
    chat.rig.model.text = "Ground grain."
    assert await again(chat, UUID(str(apology["message_id"])))
    assert await over(chat) == ["An answer.", "Ground grain."]


async def test_a_stopped_answer_failed_and_can_be_given_again(chat: Chat):
    chat.rig.model.pause = asyncio.Event()
    message = told("What is flour?", message_id=uuid4())
    await chat.take(message)
    await chat.rig.model.started.wait()
    await stop(chat)
    (reply,) = await chat.rig.replies(message)
    answer_id = outbox.id_of(reply_key(inbox.id_of(message)))
    assert reply.stopped and (await line(chat, answer_id)).failed
    chat.rig.model.pause = None
    assert await again(chat, answer_id)
    assert await over(chat) == ["An answer."] and not (await line(chat, answer_id)).failed


@pytest.mark.parametrize("stopped", [False, True])
async def test_an_effect_does_not_come_twice(chat: Chat, stopped: bool):
    answer_id = await asked(chat, "/creator Baker")
    if stopped:
        async with chat.rig.database.system() as connection:
            await connection.execute("update inbox set cancelled = true")
    assert await again(chat, answer_id) is None
    assert not (await line(chat, answer_id)).failed
    assert len(await chat.rig.rows("select from coaches where name like 'Baker%%'")) == 1


async def test_an_edit_that_is_deleted_before_its_answer_leaves_the_first_answer(chat: Chat):
    first = told("What is flour?")
    await chat.ask(first)
    chat.rig.model.text, chat.rig.model.pause = "Something that nobody wants", asyncio.Event()
    chat.rig.model.started.clear()
    await chat.take(replace(first, text="What is rye?", dedupe_key="event-2", edits=True))
    await chat.rig.model.started.wait()
    conversation_id, user_id = await place(chat)
    async with chat.rig.database.person(user_id) as connection:
        await connection.execute("update inbox set deleted_at = now() where state = 'new'")
    chat.rig.dispatcher.stop(conversation_id)
    assert (await over(chat), chat.shown()) == (["An answer."], ["An answer."])


@pytest.mark.parametrize("edits", [False, True])
async def test_whose_answer_it_was_answers_again_though_another_coach_is_there_now(chat: Chat, edits: bool):
    ada = await taught(chat.rig.database, await newcomer(chat.rig.database, "creator"), "Ada", published=True)
    first = told("What is flour?", message_id=uuid4())
    await chat.ask(first)
    await chat.ask(told("/coach Ada", 2))
    if edits:
        await chat.take(replace(first, text="What is rye?", dedupe_key="event-3", edits=True))
    else:
        await again(chat, outbox.id_of(reply_key(inbox.id_of(first))))
    await over(chat)
    said = await chat.rig.rows(
        "select payload->>'coach_name' as name from messages where author = 'coach' order by seq"
    )
    assert [row["name"] for row in said] == ["Guide", "Ada"]
    assert await chat.rig.rows("select coach_id from conversations") == [{"coach_id": ada}]


async def test_a_coach_that_is_gone_leaves_its_answers_to_who_is_there(chat: Chat):
    ada = await taught(chat.rig.database, await newcomer(chat.rig.database, "creator"), "Ada", published=True)
    await chat.ask(told("/coach Ada", 1))
    answer_id = await asked(chat, "What is flour?", 2)
    await chat.ask(told("/coach Guide", 3))
    async with chat.rig.database.system() as connection:
        await connection.execute("update coaches set published = false where coach_id = %s", (ada,))
    await again(chat, answer_id)
    await over(chat)
    assert (await line(chat, answer_id)).coach_name == "Guide"
