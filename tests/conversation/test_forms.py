"""Forms: opened by a button, filled in, or asked one question at a time where a channel has none."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from conversation import outbox
from conversation.errors import Rejected
from conversation.message import Message, Reply
from knowledge.db import Database
from tests.conversation.chat import Chat, open_chat
from tests.conversation.messenger import told


@pytest.fixture
async def chat(database: Database, person: UUID):
    async with open_chat(database, person, forms="opened") as opened:
        yield opened


async def _press(chat: Chat, number: int, who: str = "ada", at: str = "chat") -> Message:
    """Press the first button of what was said last."""
    receipt = list(chat.channel.posted)[-1]
    button = chat.channel.parts[receipt].buttons[0]
    pressed = replace(told("", number, at, who), action=button.value)
    await chat.take(pressed)
    return pressed


async def test_a_pressed_button_opens_the_form_and_is_no_message(chat: Chat):
    await chat.ask(told("/creator"))
    await _press(chat, 2)
    assert [field.name for field in chat.channel.asked[0].fields] == ["name", "description", "persona"]
    assert len(await chat.rig.rows("select * from inbox")) == 1


async def test_what_was_filled_in_makes_the_coach(chat: Chat):
    await chat.ask(told("/creator"))
    await _press(chat, 2)
    fields = {"name": "Debian Guide", "description": "Packages\nand policies", "persona": "Brief"}
    (made,) = await chat.ask(replace(told("", 3), action=chat.channel.asked[0].action, fields=fields))
    assert "Debian Guide" in made.text
    (coach,) = await chat.rig.rows("select name, description, persona from coaches where not guide")
    assert coach == {"name": "Debian Guide", "description": "Packages and policies", "persona": "Brief"}


async def test_a_form_that_did_not_open_in_time_is_offered_again(chat: Chat):
    await chat.ask(told("/creator"))
    chat.channel.late = Rejected("expired_trigger_id")
    (again,) = await chat.rig.replies(await _press(chat, 2))
    assert "press once more" in again.text
    chat.channel.late = None
    await _press(chat, 3)
    assert [form.title for form in chat.channel.asked] == ["A new coach"]


async def test_a_form_of_another_conversation_does_not_open(chat: Chat):
    await chat.ask(told("/creator"))
    (gone,) = await chat.rig.replies(await _press(chat, 2, "bob", "elsewhere"))
    assert (chat.channel.asked, "no longer there" in gone.text) == ([], True)


async def test_a_digest_is_set_by_its_form(chat: Chat):
    await chat.ask(told("/digest"))
    await _press(chat, 2)
    form = chat.channel.asked[0]
    assert [option.value for option in form.fields[0].options][:3] == ["daily", "weekdays", "weekly monday"]
    fields = {"days": "weekly friday", "time": "07:30", "place": "Berlin"}
    (said,) = await chat.ask(replace(told("", 3), action=form.action, fields=fields))
    assert "Friday" in said.text and "07:30" in said.text


async def test_without_forms_the_questions_come_one_by_one(database: Database, person: UUID):
    async with open_chat(database, person) as chat:
        await chat.ask(told("/creator"))
        assert [button.label for button in chat.channel.parts["1"].buttons] == []
        (made,) = await chat.ask(told("Debian Guide", 2))
        assert "good at" in made.text


async def test_without_buttons_a_number_is_the_choice(database: Database, person: UUID):
    async with open_chat(database, person, buttons=0) as chat:
        await chat.ask(told("/help"))
        assert "\n1\\. Show the coaches" in chat.shown()[-1]
        (coaches,) = await chat.ask(told("1", 2))
        assert "These coaches are there for you" in coaches.text


async def test_a_long_number_is_no_choice(database: Database, person: UUID):
    async with open_chat(database, person, buttons=0) as chat:
        await chat.ask(told("/help"))
        (answer,) = await chat.ask(told("0001", 2))
        assert answer.text == "An answer." and chat.rig.model.requests[-1].question == "0001"


async def test_a_number_chooses_from_the_last_answer_and_not_from_what_came_unasked(database: Database, person: UUID):
    async with open_chat(database, person, buttons=0) as chat:
        await chat.ask(told("/help"))
        (row,) = await chat.rig.rows("select conversation_id, user_id from conversations")
        conversation_id = UUID(str(row["conversation_id"]))
        async with database.person(UUID(str(row["user_id"]))) as connection:
            await outbox.append(connection, conversation_id, "digest:1", Reply("News."), "proactive")
            await outbox.append(connection, conversation_id, "ingestion:1", Reply("Reading."), "progress")
            await outbox.append(connection, conversation_id, "turn:gone:0", Reply(""))
            await outbox.open_row(connection, conversation_id, "turn:begun:0")
        (coaches,) = await chat.ask(told("1", 2))
        assert "These coaches are there for you" in coaches.text
