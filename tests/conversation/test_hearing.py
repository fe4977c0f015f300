"""Who is heard and who is not: talk that is not for us, edits of it, people who are shut out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from conversation import inbox, payloads
from conversation.message import Button, Field, Form, Message, Reply
from conversation.people import roles
from conversation.people.errors import ShutOut
from knowledge.db import Database
from tests.conversation.chat import Chat, open_chat, users
from tests.conversation.messenger import told

GROUP, THREAD = "-5", "-5:9"


def overheard(text: str, number: int, where: str = THREAD, kind: str = "thread", **more: Any) -> Message:
    """Make what somebody wrote without naming us."""
    return told(text, number, where, kind=kind, addressed=False, **more)


def edit(message: Message, text: str, number: int, *, addressed: bool) -> Message:
    return replace(message, text=text, dedupe_key=f"event-{number}", edits=True, addressed=addressed)


async def heard(chat: Chat) -> list[object]:
    return [row["text"] for row in await chat.rig.rows("select payload->>'text' as text from inbox order by position")]


@pytest.mark.parametrize(("where", "kind"), [(THREAD, "thread"), (GROUP, "group")])
async def test_talk_between_others_leaves_no_trace(chat: Chat, where: str, kind: str):
    await chat.take(overheard("Who brings cake?", 1, where, kind))
    assert await heard(chat) == [] and await users(chat) == []
    assert await chat.rig.rows("select from conversations") == []


async def test_in_a_thread_we_take_part_in_a_follow_up_needs_no_mention(chat: Chat):
    await chat.ask(told("What is flour?", 1, THREAD, kind="thread"))
    (answer,) = await chat.ask(overheard("And rye?", 2))
    assert answer.text == "An answer."
    await chat.take(overheard("Who brings cake?", 3, "-5:10"), overheard("Who brings tea?", 4, GROUP, "group"))
    assert await heard(chat) == ["What is flour?", "And rye?"]


async def test_having_spoken_in_a_group_does_not_make_all_its_talk_ours(chat: Chat):
    await chat.ask(told("What is flour?", 1, GROUP, kind="group"))
    await chat.take(overheard("Who brings cake?", 2, GROUP, "group"))
    assert await heard(chat) == ["What is flour?"]


async def test_an_edit_that_names_us_now_is_a_question_and_its_next_edit_answers_in_place(chat: Chat):
    first = overheard("What is flour?", 1)
    await chat.take(first)
    named = edit(first, "What is flour, bot?", 2, addressed=True)
    await chat.ask(named)
    chat.rig.model.text = "Another answer."
    await chat.ask(edit(first, "What is rye, bot?", 3, addressed=True))
    (shown,) = chat.shown()
    assert shown.endswith("Another answer.")


async def test_an_edit_of_other_peoples_talk_is_theirs_and_one_of_a_question_to_us_is_ours(chat: Chat):
    await chat.ask(told("What is flour?", 1, THREAD, kind="thread"))
    await chat.take(edit(overheard("Cake?", 7), "Which cake?", 8, addressed=False))
    assert await heard(chat) == ["What is flour?"]
    asked = overheard("What is flour?", 1)
    chat.rig.model.text = "Another answer."
    await chat.ask(edit(asked, "What is rye?", 9, addressed=False))
    (shown,) = chat.shown()
    assert shown.endswith("Another answer.")


async def test_an_edit_that_overtakes_its_message_in_a_group_is_answered_alone(chat: Chat):
    first = told("Wat is flour?", 1, GROUP, kind="group")
    await chat.ask(edit(first, "What is flour?", 2, addressed=True))
    await chat.take(first)
    assert await heard(chat) == ["What is flour?"]


async def test_who_is_shut_out_is_not_heard_and_others_in_the_group_are(chat: Chat):
    await chat.ask(told("hi", 1, GROUP, "mallory", kind="group"))
    await chat.ask(told("hi", 2, "m", "mallory"))
    (mallory,) = await chat.rig.rows("select user_id from identities where external_id = 'mallory'")
    await roles.block(chat.rig.database, str(mallory["user_id"]))
    before = await heard(chat)
    await chat.take(
        told("What is flour?", 3, "m", "mallory"),
        told("What is flour?", 4, GROUP, "mallory", kind="group"),
        told("", 5, GROUP, "mallory", kind="group", action="/coaches"),
        told("/stop", 6, GROUP, "mallory", kind="group"),
    )
    assert await heard(chat) == before
    assert (await chat.ask(told("What is flour?", 7, GROUP, "ada", kind="group")))[0].text == "An answer."
    await roles.unblock(chat.rig.database, str(mallory["user_id"]))
    assert (await chat.ask(told("What is flour?", 8, "m", "mallory")))[0].text == "An answer."


async def test_a_group_can_be_shut_out_as_a_whole(chat: Chat):
    await chat.ask(told("hi", 1, GROUP, kind="group"))
    (group,) = await chat.rig.rows("select user_id from users where kind = 'group'")
    await roles.block(chat.rig.database, str(group["user_id"]))
    await chat.take(told("What is flour?", 2, GROUP, kind="group"), told("And?", 3, THREAD, kind="thread"))
    assert await heard(chat) == ["hi"]
    assert (await chat.ask(told("What is flour?", 4)))[0].text == "An answer."


async def test_a_form_does_not_open_for_who_is_shut_out(database: Database, person: UUID):
    async with open_chat(database, person, forms="opened") as chat:
        await chat.ask(told("hi", 1))
        (row,) = await chat.rig.rows("select outbox_id, user_id from outbox")
        form = Form("Name", "/creator", (Field("name", "Name"),), "Open", "Send")
        async with database.system() as connection:
            payload = payloads.jsonb(payloads.from_reply(Reply("x", buttons=(Button("x", "y"),), form=form)))
            await connection.execute("update outbox set payload = %s", (payload,))
        press = told("", 2, action=f"/form {row['outbox_id']}")
        await roles.block(database, str(row["user_id"]))
        await chat.take(press)
        assert chat.channel.asked == []
        await roles.unblock(database, str(row["user_id"]))
        await chat.take(press)
        assert chat.channel.asked == [form]


async def test_on_the_web_who_is_shut_out_is_told_so_kindly(database: Database, person: UUID):
    await roles.block(database, str(person))
    with pytest.raises(ShutOut, match="please ask its operator"):
        await inbox.accept(database, person, told("hi"))


async def test_each_answer_goes_the_way_of_its_own_question(database: Database, person: UUID):
    async with open_chat(database, person) as chat:
        for number, who in enumerate(("ada", "bob"), 1):
            asked = told("/me", number, "kitchen", who, kind="group")
            await chat.ask(replace(asked, address=replace(asked.address, via=f"to {who}")))
        rows = await chat.rig.rows("select payload->>'via' as via from outbox order by seq")
        assert [row["via"] for row in rows] == ["to ada", "to bob"]
