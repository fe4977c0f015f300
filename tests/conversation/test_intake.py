"""What messengers tell becomes committed messages, once, in the conversation and under the person they belong to."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import UUID

from conversation import inbox, outbox
from conversation.errors import Forbidden, Moved
from conversation.message import Address, Button, Citation, Notice, Reply
from conversation.payloads import to_message
from conversation.people import registration
from knowledge.db import Database
from tests.conversation.chat import Chat, open_chat, users
from tests.conversation.messenger import document, told
from tests.waiting import until, until_so


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


async def test_what_somebody_does_in_anothers_chat_is_dropped_for_good(chat: Chat):
    await chat.ask(told("hi", 1, "c1", "id-1"))
    await chat.take(told("", 2, "c1", "id-2", action="/me"))
    assert len(await chat.rig.rows("select from inbox")) == 1


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


async def test_an_edit_that_changes_no_word_is_no_question(chat: Chat):
    first = told("What is flour?", attachments=())
    await chat.ask(first)
    await chat.take(replace(first, dedupe_key="event-2", edits=True))
    assert len(await chat.rig.rows("select from inbox")) == 1


async def test_an_edit_that_overtakes_its_message_is_answered_alone(chat: Chat):
    first = told("Wat is flour?")
    await chat.ask(replace(first, text="What is flour?", dedupe_key="event-2", edits=True))
    await chat.take(first)
    assert [row["text"] for row in await chat.rig.rows("select payload->>'text' as text from inbox")] == [
        "What is flour?"
    ]


async def test_what_could_not_be_said_while_blocked_is_said_when_the_person_writes_again(chat: Chat):
    chat.channel.faults.append(Forbidden("403"))
    await chat.ask(told("What is flour?", 1))
    assert chat.shown() == []
    chat.rig.model.text = "Another answer."
    await chat.ask(told("And rye?", 2))
    assert chat.shown() == ["An answer.", "Another answer."]


async def test_what_could_not_be_said_while_blocked_is_said_once_unblocked(chat: Chat):
    chat.channel.faults.append(Forbidden("403"))
    await chat.ask(told("What is flour?", 1))
    await chat.take(Notice(Address("memory", "", "chat"), "event-9", "unblocked"))
    await until_so(chat.all_sent)
    assert chat.shown() == ["An answer."]


async def test_a_reply_to_an_earlier_message_is_understood_with_it(chat: Chat):
    await chat.ask(told("What is flour?", 1))
    await chat.ask(told("Which oven is best?", 2))
    await chat.ask(told("why?", 3, quoted="Rye bread needs sourdough."))
    request = chat.rig.model.requests[-1]
    assert request.history[-1].text == "> Rye bread needs sourdough."
    assert request.standalone == "why? (Rye bread needs sourdough.)"


async def test_a_reply_to_what_was_just_said_adds_nothing(chat: Chat):
    await chat.ask(told("What is flour?", 1))
    await chat.ask(told("why?", 2, quoted="An answer."))
    request = chat.rig.model.requests[-1]
    assert (request.standalone, request.history[-1].text) == ("why? (What is flour?)", "An answer.")


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


async def test_a_file_that_comes_after_its_album_goes_by_the_same_caption(chat: Chat):
    chat.channel.files = {"1.txt": b"hello", "2.txt": b"hello"}
    await chat.ask(told("teach this", 1, attachments=(document("1.txt"),), album="a1"))
    await chat.ask(told("", 2, attachments=(document("2.txt"),), album="a1"))
    rows = await chat.rig.rows("select payload->>'text' as text from inbox where attempts > 0")
    assert [row["text"] for row in rows] == ["teach this", "teach this"]


async def test_the_new_caption_of_an_album_counts_for_all_its_files_in_place(chat: Chat):
    files = [told("teach this" if n == 2 else "", n, attachments=(document(f"{n}.txt"),), album="a1") for n in (1, 2)]
    chat.channel.files = {"1.txt": b"hello", "2.txt": b"hello"}
    await chat.take(*files)
    await chat.rig.replies(files[0])
    said = len(chat.shown())
    edit = replace(files[1], text="teach this to Baker", dedupe_key="event-9", edits=True)
    await chat.ask(edit)
    rows = await chat.rig.rows("select payload, replaces from inbox where replaces is not null")
    assert [row["replaces"] for row in rows] == [inbox.id_of(files[0])]
    assert [file.name for file in to_message(rows[0]["payload"]).attachments] == ["1.txt", "2.txt"]
    assert len(chat.shown()) == said


async def test_a_long_button_value_becomes_a_token_and_means_the_same(chat: Chat):
    await chat.ask(told("hi"))
    conversation_id = (await chat.rig.rows("select conversation_id from conversations"))[0]["conversation_id"]
    asked = "What does the long handbook say about " + "flour and " * 10 + "rye?"
    async with chat.rig.database.system() as connection:
        assert isinstance(conversation_id, UUID)
        await outbox.append(connection, conversation_id, "k", Reply("Try", buttons=(Button("Try", asked),)))
        await outbox.notify(connection)
    pressed = await until(lambda: [b for p in chat.channel.parts.values() for b in p.buttons if b.label == "Try"])
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


async def test_the_stop_button_stops_its_answer_and_not_what_waits(chat: Chat):
    chat.rig.model.pause = asyncio.Event()
    chat.rig.model.text = "Never more"
    first, second = told("Go on for ever?", 1), told("What is flour?", 2)
    await chat.take(first)
    await chat.rig.model.started.wait()
    await chat.take(second, told("", 3, action="/stop"))
    await chat.rig.replies(first)
    chat.rig.model.pause.set()
    (reply,) = await chat.rig.replies(second)
    assert reply.text == "Never more"


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


async def test_a_strangers_group_is_let_in_when_somebody_known_speaks_there(database: Database, person: UUID):
    async with open_chat(database, person, "invite") as chat:
        (refused,) = await chat.ask(told("What is flour?", 1, "-5", "mallory", kind="group"))
        assert "private bot" in refused.text
        code = await registration.invite(database)
        await chat.ask(told("hi", 2))
        await chat.ask(told(f"/start invite_{code}", 3))
        (answer,) = await chat.ask(told("What is flour?", 4, "-5", kind="group"))
        assert answer.text == "An answer."


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


async def test_a_message_from_before_a_group_moved_is_answered_where_it_is_now(chat: Chat):
    await chat.ask(told("What is flour?", 1, "-5", kind="group"))
    await chat.take(Notice(Address("memory", "", "-5", "group"), "event-8", "moved", "-1005"))
    await chat.ask(told("And rye?", 2, "-5", kind="group"))
    rows = await chat.rig.rows("select external_id, (select count(*) from messages) as said from conversations")
    assert rows == [{"external_id": "-1005", "said": 4}]


async def test_an_edit_that_cannot_be_answered_gets_an_apology(chat: Chat):
    first = told("What is flour?")
    await chat.ask(first)
    chat.rig.model.error = RuntimeError("a bug")
    edit = replace(first, text="What is rye?", dedupe_key="event-2", edits=True)
    await chat.take(edit)
    await chat.rig.replies(edit)
    (shown,) = chat.shown()
    assert "Something went wrong" in shown


async def test_citations_become_footnotes_with_buttons(chat: Chat):
    await chat.ask(told("hi"))
    conversation_id = (await chat.rig.rows("select conversation_id from conversations"))[0]["conversation_id"]
    cited = Citation(1, UUID(int=1), 1, 0, 5, "flour", "The Book", "page 3")
    async with chat.rig.database.system() as connection:
        assert isinstance(conversation_id, UUID)
        await outbox.append(connection, conversation_id, "k", Reply("It is flour [1].", (cited,)))
        await outbox.notify(connection)
    parts = await until(lambda: [p for p in chat.channel.parts.values() if "page 3" in p.text])
    assert parts[0].buttons[0].label == "[1] page 3"
