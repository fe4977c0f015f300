"""What its author deleted on the platform is forgotten: no answer comes, and nothing of it is kept."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from uuid import UUID

import psycopg
import pytest

from conversation import inbox, lanes
from conversation.message import Address, Notice
from knowledge.db import Database
from tests.conftest import Addresses, newcomer
from tests.conversation.chat import Chat, open_chat
from tests.conversation.coaching import taught
from tests.conversation.messenger import document, told
from tests.conversation.test_feedback import thinks
from tests.conversation.test_voice import Ear, listening, voice
from tests.waiting import until, until_so

EVERYWHERE = (
    "messages",
    "inbox",
    "outbox",
    "facts",
    "fact_supports",
    "questions",
    "feedback",
    "conversations",
    "checkpoints",
    "checkpoint_blobs",
    "checkpoint_writes",
)


def gone(number: int = 1, chat: str = "chat", kind: str = "direct") -> Notice:
    address = Address("memory", "", chat, kind)  # type: ignore[arg-type]
    return Notice(address, f"deleted-{number}", "deleted", native_id=f"native-{number}")


async def traces(chat: Chat, superuser_url: str, words: str) -> list[str]:
    """List the tables that still hold some words."""
    found: list[str] = []
    async with await psycopg.AsyncConnection.connect(superuser_url) as connection:
        for table in EVERYWHERE:
            rows = await connection.execute(f"select t::text from {table} t")  # type: ignore[arg-type]
            if any(words in json.dumps(row, ensure_ascii=False) for row in await rows.fetchall()):
                found.append(table)
    return found


async def test_nothing_of_a_deleted_question_is_left_and_its_answer_stays(chat: Chat, addresses: Addresses):
    await chat.ask(told("My name is Xerxes, what is flour?", quoted="Xerxes asks", name="Xerxes"))
    await chat.take(thinks(True))
    async with chat.rig.database.system() as connection:
        await connection.execute("update identities set display_name = ''; update users set display_name = ''")
    assert "inbox" in await traces(chat, addresses.superuser_url, "Xerxes")
    await chat.take(gone())
    assert await traces(chat, addresses.superuser_url, "Xerxes") == []
    assert chat.shown() == ["An answer."]
    assert await chat.rig.rows("select from feedback") == []


async def test_the_answer_to_it_is_no_longer_looked_back_at(chat: Chat):
    await chat.ask(told("What is flour?", 1))
    await chat.ask(told("Which oven is best?", 2))
    await chat.take(gone(1))
    await chat.ask(told("why?", 3))
    request = chat.rig.model.requests[-1]
    assert [said.text for said in request.history] == ["Which oven is best?", "An answer."]
    assert request.standalone == "why? (Which oven is best?)"


async def test_told_again_it_changes_nothing_and_the_message_told_again_is_not_answered(chat: Chat):
    message = told("What is flour?", 1)
    await chat.ask(message)
    await chat.ask(told("And rye?", 2))
    await chat.take(gone(), gone(), message, replace(message, text="Flour?", dedupe_key="late-edit", edits=True))
    await chat.ask(told("And oats?", 3))
    assert len(chat.rig.model.requests) == 3
    rows = await chat.rig.rows("select text from messages where author = 'person' order by seq")
    assert [row["text"] for row in rows] == ["And rye?", "And oats?"]


@pytest.mark.parametrize("notice", [gone(1, "other"), gone(2), gone(1, "cha"), replace(gone(), native_id="")])
async def test_a_message_of_another_place_stays(chat: Chat, notice: Notice):
    await chat.ask(told("What is flour?"))
    await chat.take(notice)
    rows = await chat.rig.rows("select text from messages order by seq")
    assert [row["text"] for row in rows] == ["What is flour?", "An answer."]


async def test_a_deleted_message_that_waits_is_never_answered_and_the_running_one_is(chat: Chat):
    chat.rig.model.pause = asyncio.Event()
    chat.rig.model.text = "Two words"
    first, second = told("First?", 1), told("Second?", 2)
    await chat.take(first)
    await chat.rig.model.started.wait()
    await chat.take(second, gone(2))
    chat.rig.model.pause.set()
    await chat.rig.replies(first)
    await chat.ask(told("Third?", 3))
    assert [request.question for request in chat.rig.model.requests] == ["First?", "Third?"]
    assert chat.shown() == ["Two words", "Two words"]


async def test_a_running_answer_is_stopped_and_what_stands_of_it_is_taken_back(database: Database, person: UUID):
    async with open_chat(database, person, interval=0.01) as chat:
        chat.rig.model.pause = asyncio.Event()
        chat.rig.model.text = "Flour is never finished"
        message = told("My name is Xerxes, what is flour?")
        await chat.take(message)
        await until(lambda: bool(chat.shown()))
        await chat.take(gone())
        await chat.rig.replies(message)
        await until_so(chat.all_sent)
        assert (chat.shown(), chat.channel.deleted) == ([], ["1"])
        assert await chat.rig.rows("select from messages") == []
        assert await chat.rig.rows("select from facts") == []
        chat.rig.model.pause.set()
        assert (await chat.ask(told("And rye?", 2)))[0].text == "Flour is never finished"


async def test_what_a_dead_worker_began_is_taken_back_at_once(chat: Chat):
    await chat.ask(told("hi", 1))
    message = told("What is flour?", 2)
    chat.rig.dispatcher.wake = lambda *_: None  # type: ignore[method-assign]
    async with chat.rig.database.system() as connection:
        await connection.execute("update lanes set leased_until = now() + interval '1 minute'")
    await chat.take(message)
    async with chat.rig.database.system() as connection:
        await connection.execute("update inbox set attempts = 1 where state = 'new'")
        await connection.execute(
            "insert into outbox "
            "(outbox_id, conversation_id, user_id, seq, idempotency_key, purpose, payload, state, receipts) "
            "select gen_random_uuid(), conversation_id, user_id, 99, 'turn:x:0', 'reply', '{\"text\": \"\"}', "
            "'open', '{9}' from conversations"
        )
        await connection.execute("update lanes set leased_until = '-infinity'")
    chat.channel.posted["9"] = "…"
    await chat.take(gone(2))
    await until_so(chat.all_sent)
    assert chat.channel.deleted == ["9"]


async def test_an_edited_question_goes_with_all_its_wordings(chat: Chat, addresses: Addresses):
    first = told("What is Xerxes flour?")
    await chat.ask(first)
    await chat.ask(replace(first, text="What is Xerxes rye?", dedupe_key="event-2", edits=True))
    await chat.take(gone())
    assert await traces(chat, addresses.superuser_url, "Xerxes") == []
    assert chat.shown() == ["An answer."]


async def test_a_fact_heard_twice_stays_until_the_last_time_is_deleted(chat: Chat):
    await chat.ask(told("I like rye bread.", 1))
    await chat.ask(told("I like rye bread.", 2))
    for number, left in ((1, 1), (2, 0)):
        await chat.take(gone(number))
        assert len(await chat.rig.rows("select from facts")) == left
        assert len(await chat.rig.rows("select from fact_supports")) == left
    (projected,) = await chat.rig.rows("select wanted from projections where part = 'facts'")
    assert projected["wanted"] == 4


async def test_what_a_deleted_fact_had_ended_holds_again(chat: Chat):
    await chat.ask(told("I live in Berlin.", 1))
    await chat.ask(told("I live in Paris.", 2))
    await chat.take(gone(2))
    rows = await chat.rig.rows("select object, valid_to from facts")
    assert rows == [{"object": "Berlin", "valid_to": None}]


async def test_in_a_thread_the_platform_may_leave_the_thread_out(chat: Chat):
    message = told("What is flour?", 1, "-5:9", kind="thread")
    await chat.ask(message)
    await chat.take(gone(1, "-5", "group"))
    assert [row["author"] for row in await chat.rig.rows("select author from messages")] == ["coach"]


async def test_a_deleted_wish_can_no_longer_be_agreed_to(chat: Chat):
    await chat.ask(told("I like rye bread.", 1))
    (sure,) = await chat.ask(told("/forget rye", 2))
    await chat.take(gone(2))
    (reply,) = await chat.ask(told("", 3, action=sure.buttons[0].value))
    assert reply.text == "That question is no longer open."
    assert len(await chat.rig.rows("select from facts")) == 1


async def test_of_an_album_the_caption_goes_with_its_message(chat: Chat):
    files = [told("teach Xerxes" if n == 2 else "", n, attachments=(document(f"{n}.txt"),), album="a") for n in (1, 2)]
    chat.channel.files = {"1.txt": b"hello", "2.txt": b"hello"}
    await chat.take(*files)
    await chat.rig.replies(files[0])
    await chat.take(gone(2))
    rows = await chat.rig.rows(
        "select payload->>'text' as text, payload->'attachments' as files from inbox order by position"
    )
    assert [row["text"] for row in rows] == ["", ""]
    assert rows[1]["files"] == []


async def test_a_title_made_of_it_goes_and_one_the_person_chose_stays(chat: Chat):
    await chat.ask(told("What is flour?"))
    await chat.take(gone())
    assert (await chat.rig.rows("select title from conversations"))[0]["title"] == ""


async def test_a_deleted_message_keeps_its_place_in_the_inbox(chat: Chat):
    message = told("What is flour?")
    await chat.ask(message)
    await chat.take(gone())
    (row,) = await chat.rig.rows("select inbox_id, state, dedupe_key from inbox")
    assert (row["inbox_id"], row["state"], row["dedupe_key"]) == (inbox.id_of(message), "done", message.dedupe_key)


async def test_what_a_turn_still_finds_out_about_it_is_not_kept(chat: Chat):
    chat.rig.model.pause = asyncio.Event()
    chat.rig.model.text = "Two words"
    message = told("What is Xerxes flour?")
    await chat.take(message)
    await chat.rig.model.started.wait()
    await chat.take(gone())
    async with chat.rig.database.system() as connection:
        await lanes.keep(connection, inbox.id_of(message), message, reworded=True)
    await chat.rig.replies(message)
    assert await chat.rig.rows("select payload->>'text' as text from inbox") == [{"text": ""}]
    assert await chat.rig.rows("select from messages") == []


async def test_a_follow_up_keeps_its_own_words_alone(chat: Chat, addresses: Addresses):
    await chat.ask(told("Where does Xerxes live?", 1))
    await chat.ask(told("and his sister?", 2))
    await chat.take(gone(1))
    await until_so(chat.all_sent)
    assert await traces(chat, addresses.superuser_url, "Xerxes") == []
    rows = await chat.rig.rows("select payload->>'about' as about from messages where author = 'coach' order by seq")
    assert [row["about"] for row in rows] == ["", "and his sister?"]


async def test_what_was_understood_of_a_voice_message_goes_from_its_answer(
    database: Database, person: UUID, addresses: Addresses
):
    async with listening(database, person, Ear()) as heard:
        heard.channel.files["voice-1"] = b"My secret is Xerxes"
        await heard.ask(voice())
        await heard.take(gone())
        await until_so(heard.all_sent)
        assert await traces(heard, addresses.superuser_url, "Xerxes") == []
        assert not any("Xerxes" in text for text in heard.shown())


@pytest.mark.parametrize("press", [False, True])
async def test_buttons_that_ask_it_again_go_with_it(chat: Chat, addresses: Addresses, press: bool):
    for _ in range(2):
        await taught(chat.rig.database, await newcomer(chat.rig.database, "creator"), "Ada", published=True)
    (which,) = await chat.ask(told("@Ada, where does Xerxes live?", 1, "-5", kind="group"))
    if press:
        await chat.ask(told("", 2, "-5", kind="group", action=which.buttons[0].value, native_id=""))
    await chat.take(gone(1, "-5", "group"))
    await until_so(chat.all_sent)
    assert await traces(chat, addresses.superuser_url, "Xerxes") == []
    assert await chat.rig.rows("select from button_tokens where value like '%%Xerxes%%'") == []


async def test_a_reply_no_longer_quotes_it(chat: Chat, addresses: Addresses):
    await chat.ask(told("Xerxes lives in Ulm", 1))
    await chat.ask(told("what did I mean?", 2, quoted="Xerxes lives in Ulm"))
    await chat.take(gone(1))
    await until_so(chat.all_sent)
    assert await traces(chat, addresses.superuser_url, "Xerxes") == []


async def test_a_title_follows_what_was_reworded_before_it_was_read(chat: Chat, addresses: Addresses):
    chat.rig.dispatcher.wake = lambda *_: None  # type: ignore[method-assign]
    first = told("Xerxes is my password")
    await chat.take(first, replace(first, text="What is flour?", dedupe_key="event-9", edits=True))
    assert (await chat.rig.rows("select title from conversations"))[0]["title"] == "What is flour?"
    await chat.take(gone())
    assert await traces(chat, addresses.superuser_url, "Xerxes") == []


async def test_an_older_question_does_not_take_the_next_message_for_its_answer(chat: Chat):
    await chat.ask(told("/creator", 1))
    await chat.ask(told("How hot is green tea?", 2))
    before = await chat.rig.rows("select from coaches")
    await chat.take(gone(2))
    await chat.ask(told("thanks a lot", 3))
    assert await chat.rig.rows("select from coaches") == before


async def test_a_deletion_that_overtakes_its_message_is_heeded_for_a_day(chat: Chat, addresses: Addresses):
    await chat.take(gone(), gone(), told("Where does Xerxes live?"))
    assert await traces(chat, addresses.superuser_url, "Xerxes") == []
    assert await chat.rig.rows("select from inbox") == []
    async with await psycopg.AsyncConnection.connect(addresses.superuser_url) as connection:
        await connection.execute("update withdrawn set withdrawn_at = now() - interval '25 hours'")
    await chat.take(gone(7))
    assert len(await chat.rig.rows("select from withdrawn")) == 1
