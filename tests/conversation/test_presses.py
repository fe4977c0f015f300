"""Buttons pressed twice, by somebody else, or when what they are about is gone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from uuid import UUID

import pytest

from conversation import coaches
from conversation.message import Reply
from knowledge.db import Database
from tests.conftest import coach_of
from tests.conversation.coaching import value_of
from tests.conversation.messenger import told
from tests.conversation.test_intake import Chat, open_chat

GONE = "That coach is no longer there for you."


@pytest.fixture
async def chat(database: Database, person: UUID) -> AsyncGenerator[Chat]:
    async with open_chat(database, person) as opened:
        yield opened


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
