"""What people think of answers: one voice each, told to the creator as numbers, and gone with who gave it."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from conversation import coaches, feedback, inbox
from conversation.message import Address, Author, Feedback, Message
from conversation.people import roles
from tests.conftest import newcomer
from tests.conversation.chat import Chat
from tests.conversation.coaching import send, taught
from tests.conversation.messenger import told


def thinks(
    good: bool | None, receipt: str = "1", who: str = "ada", chat: str = "chat", kind: str = "direct"
) -> Feedback:
    address = Address("memory", "", chat, kind)  # type: ignore[arg-type]
    return Feedback(address, f"feedback-{who}-{good}", Author(who), receipt, good)


async def said(chat: Chat) -> list[tuple[object, object]]:
    rows = await chat.rig.rows("select author, good from feedback order by author")
    return [(row["author"], row["good"]) for row in rows]


async def ask_of(chat: Chat, coach_id: UUID, message: Message) -> None:
    """Ask a coach in a chat."""
    await chat.ask(replace(message, text="hi", dedupe_key="hi", native_id="hi"))
    async with chat.rig.database.system() as connection:
        await coaches.switch(connection, inbox.conversation_of(message.address), coach_id)
    await chat.ask(message)


async def answered(chat: Chat, person: UUID) -> None:
    """Answer a question that comes in as on the web."""
    message = told("What is flour?")
    accepted = await inbox.accept(chat.rig.database, person, message)
    chat.rig.dispatcher.wake(accepted.conversation_id, person)
    await chat.rig.replies(message)


async def test_an_opinion_can_be_given_changed_and_taken_back(chat: Chat):
    await chat.ask(told("What is flour?"))
    for good, kept in ((True, [("ada", True)]), (False, [("ada", False)]), (None, []), (None, [])):
        await chat.take(thinks(good), thinks(good))
        assert await said(chat) == kept


async def test_an_answer_from_sources_asks_for_an_opinion_and_what_is_no_answer_does_not(chat: Chat):
    (answer,) = await chat.ask(told("What is flour?", 1))
    (listed,) = await chat.ask(told("/coaches", 2))
    assert answer.feedback and not listed.feedback


@pytest.mark.parametrize(
    ("receipt", "where"), [("7", "chat"), ("1", "other"), ("1", "cha"), ("", "chat"), ("1~", "chat"), ("%", "chat")]
)
async def test_an_opinion_of_what_is_not_there_is_nobodys(chat: Chat, receipt: str, where: str):
    await chat.ask(told("What is flour?"))
    await chat.take(thinks(True, receipt, chat=where))
    assert await said(chat) == []


async def test_a_receipt_that_a_room_made_longer_is_known_by_its_beginning(chat: Chat):
    await chat.ask(told("What is flour?"))
    async with chat.rig.database.system() as connection:
        await connection.execute("update outbox set receipts = '{17.5~stream,18}'")
    await chat.take(thinks(True, "17"))
    assert await said(chat) == []
    await chat.take(thinks(True, "17.5"))
    assert await said(chat) == [("ada", True)]


async def test_in_a_group_each_has_a_voice_also_in_a_thread_and_as_a_stranger(chat: Chat):
    await chat.ask(told("What is flour?", 1, "-5:9", kind="thread"))
    await chat.take(*(thinks(who != "bob", who=who, chat="-5", kind="group") for who in ("ada", "bob", "eve")))
    assert await said(chat) == [("ada", True), ("bob", False), ("eve", True)]
    owners = await chat.rig.rows("select kind from feedback join users using (user_id) order by author")
    assert [row["kind"] for row in owners] == ["person", "group", "group"]


async def test_the_creator_sees_how_many_and_which_question_was_answered_badly(chat: Chat, creator: UUID):
    coach_id = await taught(chat.rig.database, creator, "Baker", published=True)
    await ask_of(chat, coach_id, told("What is flour?", 2, "-5", kind="group"))
    for who, good in (("ada", False), ("bob", False), ("eve", True)):
        await chat.take(thinks(good, str(len(chat.channel.posted)), who, "-5", "group"))
    (stats,) = await send(chat.rig, "/stats", user_id=creator)
    assert "Feedback: 1 👍, 2 👎" in stats.text
    assert "liked least" in stats.text and "What is flour? (2 👎)" in stats.text


async def test_the_creators_own_opinion_and_those_of_other_coaches_are_not_counted(chat: Chat, creator: UUID):
    coach_id = await taught(chat.rig.database, creator, "Baker", published=True)
    await chat.ask(told("What is flour?"))
    await chat.take(thinks(True))
    (stats,) = await send(chat.rig, "/stats", user_id=creator)
    assert "Feedback" not in stats.text
    async with chat.rig.database.person(creator) as connection:
        assert await feedback.least_liked(connection, coach_id) == []


async def test_on_the_web_a_person_judges_their_own_answers_and_nobody_elses(chat: Chat, person: UUID):
    await answered(chat, person)
    (answer,) = await chat.rig.rows("select message_id from messages where author = 'coach'")
    (own,) = await chat.rig.rows("select message_id from messages where author = 'person'")
    message_id, stranger = UUID(str(answer["message_id"])), await newcomer(chat.rig.database)
    async with chat.rig.database.person(person) as connection:
        assert await feedback.give(connection, message_id, str(person), True)
        assert not await feedback.give(connection, UUID(str(own["message_id"])), str(person), True)
        assert await feedback.voices(connection, [message_id]) == {message_id: True}
    async with chat.rig.database.person(stranger) as connection:
        assert not await feedback.give(connection, message_id, str(stranger), False)
        assert not await feedback.give(connection, message_id, str(person), None)
        assert await feedback.voices(connection, [message_id]) == {}


async def test_somebody_has_one_voice_under_two_names(chat: Chat, person: UUID):
    await answered(chat, person)
    (answer,) = await chat.rig.rows("select message_id from messages where author = 'coach'")
    async with chat.rig.database.person(person) as connection:
        await feedback.give(connection, UUID(str(answer["message_id"])), "before", True)
        await feedback.give(connection, UUID(str(answer["message_id"])), "now", False)
    assert await said(chat) == [("now", False)]


async def test_who_is_shut_out_has_no_voice(chat: Chat):
    await chat.ask(told("What is flour?"))
    (row,) = await chat.rig.rows("select user_id from identities")
    await roles.block(chat.rig.database, str(row["user_id"]))
    await chat.take(thinks(True))
    assert await said(chat) == []


async def test_forgetting_everything_forgets_opinions_too(chat: Chat):
    await chat.ask(told("What is flour?", 1, "-5", kind="group"))
    await chat.ask(told("hello there", 2))
    await chat.take(thinks(True, chat="-5", kind="group"))
    (sure,) = await chat.ask(told("/forget everything", 3))
    await chat.ask(told("", 4, action=sure.buttons[0].value))
    assert await said(chat) == []


async def test_a_deleted_coach_takes_what_was_thought_of_it_along(chat: Chat, creator: UUID):
    coach_id = await taught(chat.rig.database, creator, "Baker", published=True)
    await ask_of(chat, coach_id, told("What is flour?", 2))
    await chat.take(thinks(True, str(len(chat.channel.posted))))
    assert await said(chat) == [("ada", True)]
    async with chat.rig.database.person(creator) as connection:
        await coaches.delete(connection, coach_id)
    assert await said(chat) == []


async def test_the_creator_cannot_read_who_judged(chat: Chat, creator: UUID):
    coach_id = await taught(chat.rig.database, creator, "Baker", published=True)
    await ask_of(chat, coach_id, told("What is flour?", 2))
    await chat.take(thinks(False, str(len(chat.channel.posted))))
    async with chat.rig.database.person(creator) as connection:
        assert (await connection.execute("select from feedback")).rowcount == 0
        assert (await feedback.figures(connection))[coach_id].disliked == 1
        (worst,) = await feedback.least_liked(connection, coach_id)
    assert (worst.text, worst.disliked) == ("What is flour?", 1)


async def test_an_answer_with_other_words_begins_without_opinions(chat: Chat):
    first = told("What is flour?", 1)
    await chat.ask(first)
    await chat.take(thinks(False))
    chat.rig.model.text = "Another answer."
    await chat.ask(replace(first, text="What is rye?", dedupe_key="event-2", edits=True))
    assert await said(chat) == []
