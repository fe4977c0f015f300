"""What nothing can store, such as half an emoji, is no reason to answer nothing."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from conversation import inbox, threads
from conversation.people import identities
from conversation.storable import storable, storable_json
from tests.conversation.chat import Chat
from tests.conversation.messenger import document, told
from tests.conversation.rig import Rig

HALF = "half \ud83d an emoji\x00"
WHOLE = "half \ufffd an emoji"


@pytest.mark.parametrize(
    ("written", "kept"), [(HALF, WHOLE), ("\udc00", "\ufffd"), ("", ""), ("a 😀 é \n", "a 😀 é \n")]
)
def test_whatever_is_written_can_be_kept_and_what_can_be_is_left_as_it_is(written: str, kept: str):
    assert storable(written) == kept


def test_texts_are_found_wherever_they_stand():
    assert storable_json({"a": [HALF, 1, None, (HALF,)], "b": {"c": HALF}}) == {
        "a": [WHOLE, 1, None, [WHOLE]],
        "b": {"c": WHOLE},
    }


async def test_a_message_with_half_an_emoji_in_it_is_answered(chat: Chat):
    message = told(HALF, 1, name=HALF, quoted=HALF, fields={"a": HALF}, attachments=(document(HALF, "x"),))
    (reply,) = await chat.ask(replace(message, attachments=()))
    assert reply.text == "An answer."
    await chat.take(replace(message, dedupe_key="files", native_id="files"))
    said = await chat.rig.rows("select text, author_name, payload::text from messages where author = 'person'")
    assert {row["text"] for row in said} == {WHOLE} and WHOLE in str(said[-1]["payload"])


async def test_half_an_emoji_in_a_file_name_may_title_a_thread(rig: Rig):
    message = told("", 1, attachments=(document(HALF, "x"),))
    await inbox.accept(rig.database, rig.user_id, message)
    (row,) = await rig.rows("select title from conversations")
    assert row["title"] == WHOLE


async def test_an_edit_may_bring_half_an_emoji(chat: Chat):
    await chat.ask(told("hello", 1, native_id="n"))
    await chat.ask(told(HALF, 2, native_id="n", edits=True))
    assert chat.shown() == ["An answer."]
    (row,) = await chat.rig.rows("select text from messages where author = 'person'")
    assert row["text"] == WHOLE


async def test_threads_are_searched_and_named_with_half_an_emoji(rig: Rig):
    await rig.ask("hello")
    (row,) = await rig.rows("select conversation_id from conversations")
    conversation_id = UUID(str(row["conversation_id"]))
    async with rig.database.person(rig.user_id) as connection:
        assert await threads.rename(connection, conversation_id, HALF)
        (found,) = await threads.listing(connection, rig.user_id, rig.channel.name, 5, search=HALF)
    assert found.title == WHOLE


async def test_a_name_with_half_an_emoji_in_it_is_shown_without(rig: Rig):
    async with rig.database.system() as connection:
        user_id = await identities.resolve(connection, "memory", "", str(uuid4()), "Ada \ud83d")
    (row,) = await rig.rows("select display_name from users where user_id = %s", user_id)
    assert row["display_name"] == "Ada"
