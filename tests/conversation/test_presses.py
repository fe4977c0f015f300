"""Buttons pressed twice, by somebody else, or when what they are about is gone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest

from conversation import coaches
from conversation.message import Message, Reply
from tests.conftest import coach_of
from tests.conversation.chat import Chat
from tests.conversation.coaching import value_of
from tests.conversation.messenger import told

GONE = "That coach is no longer there for you."


async def made(chat: Chat, name: str = "Baker", number: int = 1) -> UUID:
    """Let Ada make a coach."""
    await chat.ask(told(f"/creator {name}", number))
    (row,) = await chat.rig.rows("select coach_id from coaches where name = %s", name)
    return UUID(str(row["coach_id"]))


async def press(chat: Chat, value: str, *numbers: int, who: str = "ada", where: str = "chat") -> list[Reply]:
    """Press a button, once under each number, all at the same time."""
    kind = "group" if where.startswith("-") else "direct"
    events = [told("", number, where, who, kind=kind, action=value) for number in numbers]
    await asyncio.gather(*(chat.take(event) for event in events))
    return [(await chat.rig.replies(event))[0] for event in events]


def clicked(number: int, action: str = "/coaches", who: str = "ada", where: str = "chat") -> Message:
    """Make a press under one and the same message."""
    kind = "group" if where.startswith("-") else "direct"
    return told("", number, where, who, kind=kind, action=action, native_id="native-9")


async def heard(chat: Chat) -> int:
    """Count what was written down."""
    return len(await chat.rig.rows("select from inbox"))


async def test_a_button_that_is_clicked_twice_is_pressed_once(chat: Chat):
    await asyncio.gather(*(chat.take(clicked(number)) for number in range(1, 6)))
    assert await heard(chat) == 1


async def test_two_buttons_of_a_message_are_two_and_so_are_two_people(chat: Chat):
    await chat.take(clicked(1, where="-5"), clicked(2, "/help", where="-5"), clicked(3, who="bob", where="-5"))
    assert await heard(chat) == 3


async def test_a_button_that_is_pressed_again_later_means_it(chat: Chat):
    await chat.ask(clicked(1))
    async with chat.rig.database.system() as connection:
        await connection.execute("update inbox set received_at = received_at - interval '4 s'")
    await chat.ask(clicked(2))
    assert await heard(chat) == 2


async def test_a_button_whose_answer_is_being_written_is_not_pressed_again(chat: Chat):
    chat.rig.model.pause = asyncio.Event()
    chat.rig.model.text = "Two words"
    await chat.take(clicked(1, "What is flour?"))
    await chat.rig.model.started.wait()
    async with chat.rig.database.system() as connection:
        await connection.execute("update inbox set received_at = received_at - interval '1 min'")
    await chat.take(clicked(2, "What is flour?"))
    chat.rig.model.pause.set()
    assert await heard(chat) == 1


async def test_a_form_is_handed_in_as_often_as_its_answers_differ(chat: Chat):
    names = ("Baker", "Baker", "Cook")
    forms = [replace(clicked(number, "/creator"), fields={"name": name}) for number, name in enumerate(names, 1)]
    await chat.take(*forms)
    assert await heard(chat) == 2


async def test_a_consent_given_twice_counts_once(chat: Chat):
    await chat.ask(told("I like rye.", 1))
    (sure,) = await chat.ask(told("/forget rye", 2))
    said = await press(chat, sure.buttons[0].value, 3, 4)
    assert "That is settled already." in {reply.text for reply in said}
    (late,) = await press(chat, sure.buttons[1].value, 5)
    assert late.text == "That is settled already."
    assert await chat.rig.rows("select from facts") == []


async def test_a_coach_deleted_twice_is_deleted_once(chat: Chat):
    coach_id = await made(chat)
    first, second = await press(chat, f"/card delete {coach_id}", 2, 3)
    (done,) = await press(chat, first.buttons[0].value, 4)
    assert "I have deleted **Baker**" in done.text
    (again,) = await press(chat, second.buttons[0].value, 5)
    assert GONE in again.text or "has changed meanwhile" in again.text


async def test_published_twice_is_published(chat: Chat):
    coach_id = await made(chat)
    for reply in await press(chat, f"/publish {coach_id}", 2, 3):
        assert "**Baker** is published" in reply.text
    assert await chat.rig.rows("select published from coaches where coach_id = %s", coach_id) == [{"published": True}]


@pytest.mark.parametrize(
    "value",
    ["/card name {id} Cook", "/card about {id}", "/card delete {id}", "/publish {id}", "/coach {id}", "/ask {id} Why?"],
)
async def test_what_is_about_a_coach_that_is_gone_is_answered_politely(chat: Chat, value: str):
    await made(chat, "Other", 9)
    coach_id = await made(chat)
    (row,) = await chat.rig.rows("select creator_user_id from coaches where coach_id = %s", coach_id)
    async with chat.rig.database.person(UUID(str(row["creator_user_id"]))) as connection:
        assert await coaches.delete(connection, coach_id)
    await chat.ask(told("/coach Other", 2))
    (reply,) = await press(chat, value.format(id=coach_id), 3)
    assert GONE in reply.text


async def test_a_form_about_a_coach_that_is_gone_is_answered_politely(chat: Chat):
    message = told("", 2, action="/card name 00000000-0000-0000-0000-000000000001", fields={"name": "Cook"})
    (reply,) = await chat.ask(message)
    assert reply.text == GONE


async def test_a_card_is_changed_by_its_creator_alone(chat: Chat, person: UUID):
    await chat.ask(told("hi", 1))
    coach_id = await coach_of(chat.rig.database, person)
    async with chat.rig.database.person(person) as connection:
        await coaches.change(connection, coach_id, published=True)
    for number, what in enumerate(("name", "delete"), 2):
        (reply,) = await press(chat, f"/card {what} {coach_id} Mine", number)
        assert reply.text == "**Archivist** is not yours." and not reply.buttons


async def test_in_a_group_a_button_asks_for_the_right_person(chat: Chat):
    coach_id = await made(chat)
    await press(chat, f"/publish {coach_id}", 2)
    await chat.ask(told("hi", 3, "-5", kind="group"))
    chat.channel.admins = {"ada"}
    (refused,) = await press(chat, f"/coach {coach_id}", 4, who="bob", where="-5")
    assert "its admins choose the coach" in refused.text
    (done,) = await press(chat, f"/coach {coach_id}", 5, who="ada", where="-5")
    assert "You are talking with **Baker** now." in done.text and done.avatar
    (private,) = await press(chat, f"/card delete {coach_id}", 6, who="ada", where="-5")
    assert "in private" in private.text


async def test_a_group_is_greeted_once_however_often_we_are_told_that_we_were_added(chat: Chat):
    (hello,) = await press(chat, "/start", 1, where="-5")
    assert hello.text.startswith("Hello everyone! I am **Guide**.") and value_of(hello, "Browse")
    event = told("", 2, "-5", kind="group", action="/start")
    assert await chat.ask(event) == []
    (typed,) = await chat.ask(told("/start", 3, "-5", kind="group"))
    assert "Mention me" in typed.text and len(typed.text) < len(hello.text)
