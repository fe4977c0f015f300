"""What messengers tell becomes committed messages, once, in the conversation and under the person they belong to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import UUID

import pytest

from conversation import outbox
from conversation.errors import Moved
from conversation.intake import Intake
from conversation.message import Address, Button, Citation, Message, Notice, Reply
from conversation.payloads import to_message
from conversation.people import registration
from knowledge.db import Database
from tests.conversation.messenger import Messenger, document, told
from tests.conversation.rig import Rig, open_rig


class Chat:
    """A rig whose messages come in through the intake."""

    def __init__(self, rig: Rig, channel: Messenger, intake: Intake) -> None:
        self.rig, self.channel, self.intake = rig, channel, intake

    async def take(self, *events: object) -> None:
        for event in events:
            await self.intake.take(self.channel, event)

    async def ask(self, message: Message) -> list[Reply]:
        await self.take(message)
        return await self.rig.replies(message)

    def shown(self) -> list[str]:
        return list(self.channel.posted.values())


@asynccontextmanager
async def open_chat(database: Database, person: UUID, policy: str = "open", **more: object) -> AsyncGenerator[Chat]:
    channel = Messenger(**more)  # type: ignore[arg-type]
    async with open_rig(database, person, channel) as rig:
        yield Chat(rig, channel, Intake(database, rig.dispatcher, policy))  # type: ignore[arg-type]


@pytest.fixture
async def chat(database: Database, person: UUID):
    async with open_chat(database, person) as opened:
        yield opened


async def users(chat: Chat) -> list[dict[str, object]]:
    return await chat.rig.rows("select * from users join identities using (user_id) where channel = 'memory'")


async def test_a_stranger_becomes_a_person_who_speaks_their_platforms_language(chat: Chat):
    await chat.ask(told("What is flour?", language="de-AT"))
    (row,) = await users(chat)
    assert (row["language"], row["kind"], row["roles"]) == ("de", "person", ["consumer"])


async def test_an_event_told_twice_is_answered_once(chat: Chat):
    message = told("What is flour?")
    await chat.take(message, message)
    await chat.rig.replies(message)
    assert chat.shown() == ["An answer."]


async def test_two_people_of_one_name_are_two(chat: Chat):
    await chat.ask(told("hi", 1, "c1", "id-1", name="Ada"))
    await chat.ask(told("hi", 2, "c2", "id-2", name="Ada"))
    assert len({row["user_id"] for row in await users(chat)}) == 2


async def test_an_edited_question_is_answered_anew_in_place(chat: Chat):
    first = told("What is flour?")
    await chat.ask(first)
    chat.rig.model.text = "Another answer."
    edit = replace(first, text="What is rye flour?", dedupe_key="event-2", edits=True)
    await chat.take(edit)
    await chat.rig.replies(edit)
    assert chat.shown() == ["Another answer."]
    lines = await chat.rig.rows("select author, text from messages order by seq")
    assert [line["text"] for line in lines] == ["What is rye flour?", "Another answer."]


async def test_a_shorter_second_answer_takes_the_rest_of_the_first_back(chat: Chat):
    chat.rig.model.text = "word " * 150
    first = told("What is flour?")
    await chat.ask(first)
    chat.rig.model.text = "Short."
    edit = replace(first, text="What is rye?", dedupe_key="event-2", edits=True)
    await chat.ask(edit)
    assert (chat.shown(), chat.channel.deleted) == (["Short."], ["2"])


async def test_a_question_edited_before_its_turn_is_asked_once_as_edited(chat: Chat):
    chat.rig.model.pause = asyncio.Event()
    chat.rig.model.text = "Two words"
    await chat.take(told("First?", 1))
    await chat.rig.model.started.wait()
    await chat.take(told("Secnd?", 2), replace(told("Second?", 2), dedupe_key="event-3", edits=True))
    chat.rig.model.pause.set()
    await chat.rig.replies(told("Secnd?", 2))
    assert [request.question for request in chat.rig.model.requests] == ["First?", "Second?"]


async def test_the_edit_of_something_that_was_not_for_us_is_a_new_message(chat: Chat):
    await chat.ask(replace(told("@bot What is flour?", 7), edits=True))
    assert chat.shown() == ["An answer."]


async def test_an_album_is_one_message_with_its_caption(chat: Chat):
    files = [
        told("teach this" if n == 3 else "", n, attachments=(document(f"{n}.txt"),), album="a1") for n in range(1, 6)
    ]
    chat.channel.files = {f"{n}.txt": b"hello" for n in (1, 2, 4, 5)}
    await chat.take(*files)
    await chat.rig.replies(files[0])
    rows = await chat.rig.rows("select payload from inbox where attempts > 0")
    assert len(rows) == 1
    message = to_message(rows[0]["payload"])
    assert message.text == "teach this"
    assert [bool(file.file_id) for file in message.attachments] == [True, True, False, True, True]
    assert message.attachments[2].problem.startswith("The platform no longer has this file.")


async def test_a_long_button_value_becomes_a_token_and_means_the_same(chat: Chat):
    await chat.ask(told("hi"))
    conversation_id = (await chat.rig.rows("select conversation_id from conversations"))[0]["conversation_id"]
    asked = "What does the long handbook say about " + "flour and " * 10 + "rye?"
    async with chat.rig.database.system() as connection:
        assert isinstance(conversation_id, UUID)
        await outbox.append(connection, conversation_id, "k", Reply("Try", buttons=(Button("Try", asked),)))
        await outbox.notify(connection)
    async with asyncio.timeout(10):
        while not (pressed := [b for p in chat.channel.parts.values() for b in p.buttons if b.label == "Try"]):
            await asyncio.sleep(0.01)
    assert len(pressed[0].value.encode()) <= 64
    await chat.ask(told("", 2, action=pressed[0].value))
    assert chat.rig.model.requests[-1].question == asked


async def test_somebody_elses_or_a_forgotten_button_gets_a_kind_answer(chat: Chat):
    (reply,) = await chat.ask(told("", 1, action="t:nobodyknowsme"))
    assert "gone" in reply.text


async def test_the_stop_button_stops_and_is_no_message(chat: Chat):
    chat.rig.model.pause = asyncio.Event()
    chat.rig.model.text = "Never more"
    message = told("Go on for ever?")
    await chat.take(message)
    await chat.rig.model.started.wait()
    await chat.take(told("", 2, action="/stop"), told("", 3, action="/stop"))
    (reply,) = await chat.rig.replies(message)
    assert "Stopped" in reply.text
    assert len(await chat.rig.rows("select from inbox")) == 1


async def test_a_group_is_a_person_of_its_own_without_anybodys_memory(chat: Chat):
    await chat.ask(told("My name is Ada and I like rye.", 1))
    chat.rig.model.requests.clear()
    await chat.ask(told("What do I like about flour?", 2, "-100:7", kind="thread"))
    assert chat.rig.model.requests[-1].memory == ()
    assert sorted(str(row["kind"]) for row in await users(chat)) == ["group", "person"]


async def test_in_a_group_it_is_told_who_said_what(chat: Chat):
    await chat.ask(told("What is flour?", 1, "-100", "ada", kind="group"))
    await chat.ask(told("And why is it white?", 2, "-100", "bob", kind="group"))
    assert [said.text for said in chat.rig.model.requests[-1].history] == ["Ada: What is flour?", "An answer."]


async def test_a_private_bot_tells_strangers_how_to_be_let_in(database: Database, person: UUID):
    async with open_chat(database, person, "invite") as chat:
        (refused,) = await chat.ask(told("What is flour?", 1))
        assert "invitation" in refused.text and not chat.rig.model.requests
        code = await registration.invite(database)
        (welcome,) = await chat.ask(told(f"/start invite_{code}", 2))
        assert "let in" in welcome.text
        (answer,) = await chat.ask(told("What is flour?", 3))
        assert answer.text == "An answer."
        (used,) = await chat.ask(told(code, 4, "other", "mallory"))
        assert "was used" in used.text


async def test_blocked_and_unblocked_is_kept(chat: Chat):
    await chat.ask(told("hi"))
    address = Address("memory", "", "chat")
    await chat.take(Notice(address, "event-8", "blocked"))
    assert (await chat.rig.rows("select blocked_at is not null as is from conversations"))[0]["is"]
    await chat.take(Notice(address, "event-9", "unblocked"))
    assert not (await chat.rig.rows("select blocked_at is not null as is from conversations"))[0]["is"]


async def test_a_group_that_moved_goes_on_with_its_threads(chat: Chat):
    await chat.ask(told("What is flour?", 1, "-5", kind="group"))
    chat.channel.faults.append(Moved("-1005"))
    await chat.ask(told("And rye?", 2, "-5", kind="group"))
    await chat.ask(told("And oats?", 3, "-1005", kind="group"))
    rows = await chat.rig.rows("select external_id, (select count(*) from messages) as said from conversations")
    assert rows == [{"external_id": "-1005", "said": 6}]


async def test_citations_become_footnotes_with_buttons(chat: Chat):
    await chat.ask(told("hi"))
    conversation_id = (await chat.rig.rows("select conversation_id from conversations"))[0]["conversation_id"]
    cited = Citation(1, UUID(int=1), 1, 0, 5, "flour", "The Book", "page 3")
    async with chat.rig.database.system() as connection:
        assert isinstance(conversation_id, UUID)
        await outbox.append(connection, conversation_id, "k", Reply("It is flour [1].", (cited,)))
        await outbox.notify(connection)
    async with asyncio.timeout(10):
        while not (parts := [p for p in chat.channel.parts.values() if "page 3" in p.text]):
            await asyncio.sleep(0.01)
    assert parts[0].buttons[0].label == "[1] page 3"
