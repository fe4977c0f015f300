"""In a group several coaches answer, each by its name; nobody sees a coach that is somebody's own."""

from __future__ import annotations

from uuid import UUID

import pytest

from conversation import coaches, inbox
from conversation.message import Address
from tests.conftest import newcomer
from tests.conversation.chat import Chat
from tests.conversation.coaching import taught
from tests.conversation.messenger import told

GROUP, THREAD = "-5", "-5:9"


@pytest.fixture
async def ada(chat: Chat) -> UUID:
    return await taught(chat.rig.database, await newcomer(chat.rig.database, "creator"), "Ada", published=True)


async def coach_of(chat: Chat, external_id: str) -> str:
    rows = await chat.rig.rows(
        "select name from conversations join coaches using (coach_id) where external_id = %s", external_id
    )
    return str(rows[0]["name"])


@pytest.mark.parametrize(
    "text",
    [
        "@Ada, what is flour?",
        "@ada: what is flour?",
        "@Ada what is flour?",
        "ASK @ADA what is flour?",
        "frag @Ada, what is flour?",
        "pregúntale a @Ada: what is flour?",
        "спроси у @Ada what is flour?",
        "@Ada से पूछो what is flour?",
        "@Ada，what is flour?",
    ],
)
async def test_who_is_named_answers_and_the_groups_coach_stays(chat: Chat, ada: UUID, text: str):
    (answer,) = await chat.ask(told(text, 1, GROUP, kind="group"))
    assert (answer.text, answer.coach_name, answer.avatar) == ("An answer.", "Ada", answer.avatar)
    assert chat.rig.model.requests[-1].question == "what is flour?"
    assert await coach_of(chat, GROUP) == "Guide"
    (after,) = await chat.ask(told("And rye?", 2, GROUP, kind="group"))
    assert (after.coach_name, after.avatar) == ("Guide", "🧭")


@pytest.mark.parametrize(
    "text",
    [
        "Adamant, what is it?",
        "Ada what is flour?",
        "@Ada,",
        "@Ada",
        "@Ada: 🙂",
        "Is it @Ada, who knows?",
        "@Ada, /stats",
        "ask Ada what is flour?",
        "frag Ada what is flour?",
    ],
)
async def test_a_name_alone_or_inside_a_sentence_calls_nobody(chat: Chat, ada: UUID, text: str):
    replies = await chat.ask(told(text, 1, GROUP, kind="group"))
    assert {reply.coach_name for reply in replies} == {"Guide"}


@pytest.mark.parametrize(
    "text",
    [
        "Ada, what is flour?",
        "ada: what is flour?",
        "Please ask Ada: what is flour?",
        "frag Ada, what is flour?",
        "pregúntale a Ada: what is flour?",
        "спроси у Ada: what is flour?",
        "Ada से पूछो, what is flour?",
    ],
)
async def test_without_an_at_only_who_spoke_in_the_group_before_is_called(chat: Chat, ada: UUID, text: str):
    (stranger,) = await chat.ask(told(text, 1, GROUP, kind="group"))
    assert (stranger.coach_name, chat.rig.model.requests[-1].question) == ("Guide", text)
    await chat.ask(told("@Ada what is rye?", 2, THREAD, kind="thread"))
    (known,) = await chat.ask(told(text, 3, GROUP, kind="group"))
    assert (known.coach_name, chat.rig.model.requests[-1].question) == ("Ada", "what is flour?")
    (elsewhere,) = await chat.ask(told(text, 4, "-55", kind="group"))
    assert elsewhere.coach_name == "Guide"


async def test_who_is_not_known_there_yet_is_offered_to_be_asked(chat: Chat, ada: UUID):
    (answer,) = await chat.ask(told("Ada, what is flour?", 1, GROUP, kind="group"))
    (button,) = answer.buttons
    assert (answer.coach_name, button.label) == ("Guide", "Ask Ada")
    (asked,) = await chat.ask(told("", 2, GROUP, kind="group", action=button.value))
    assert (asked.coach_name, chat.rig.model.requests[-1].question) == ("Ada", "what is flour?")
    (again,) = await chat.ask(told("Ada, what is rye?", 3, GROUP, kind="group"))
    assert (again.coach_name, again.buttons) == ("Ada", ())


async def test_of_namesakes_none_is_offered(chat: Chat, ada: UUID):
    await taught(chat.rig.database, await newcomer(chat.rig.database, "creator"), "ada", published=True)
    (answer,) = await chat.ask(told("Ada, what is flour?", 1, GROUP, kind="group"))
    assert (answer.coach_name, answer.buttons) == ("Guide", ())


async def test_who_did_not_name_us_is_offered_nobody(chat: Chat, ada: UUID):
    await chat.ask(told("hi", 1, THREAD, kind="thread"))
    (answer,) = await chat.ask(told("Ada, what is flour?", 2, THREAD, kind="thread", addressed=False))
    assert (answer.coach_name, answer.buttons) == ("Guide", ())


async def test_who_was_chosen_for_a_group_is_known_in_its_threads(chat: Chat, ada: UUID):
    await chat.ask(told("hi", 1, THREAD, kind="thread"))
    await chat.ask(told("hi", 2, GROUP, kind="group"))
    async with chat.rig.database.system() as connection:
        await coaches.switch(connection, inbox.conversation_of(Address("memory", "", GROUP)), ada)
    (answer,) = await chat.ask(told("Ada, what is flour?", 3, THREAD, kind="thread"))
    assert answer.coach_name == "Ada"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Well", "Well, how hot should green tea be?"),
        ("Me", "ask me anything about tea?"),
        ("Me", "Please ask me: what is tea?"),
        ("Also", "Also: wie heiß ist Tee?"),
        ("Ну", "Ну, что такое чай?"),
    ],
)
async def test_a_coach_that_is_called_like_a_common_word_is_never_called_by_it(chat: Chat, name: str, text: str):
    await taught(chat.rig.database, await newcomer(chat.rig.database), name, published=True)
    (meant,) = await chat.ask(told(f"@{name} what is tea?", 1, GROUP, kind="group"))
    (answer,) = await chat.ask(told(text, 2, GROUP, kind="group"))
    assert (meant.coach_name, answer.coach_name) == (name, "Guide")
    assert chat.rig.model.requests[-1].question == text


async def test_a_name_of_several_words_is_no_word(chat: Chat, ada: UUID):
    await taught(chat.rig.database, await newcomer(chat.rig.database), "Ada Lovelace", published=True)
    await chat.ask(told("@Ada Lovelace what is flour?", 1, GROUP, kind="group"))
    (answer,) = await chat.ask(told("ask Ada Lovelace what is flour?", 2, GROUP, kind="group"))
    assert answer.coach_name == "Ada Lovelace"


async def test_the_longest_name_wins(chat: Chat, ada: UUID):
    await taught(chat.rig.database, await newcomer(chat.rig.database), "Ada Lovelace", published=True)
    (answer,) = await chat.ask(told("@ada  lovelace what is flour?", 1, GROUP, kind="group"))
    assert answer.coach_name == "Ada Lovelace"
    (other,) = await chat.ask(told("@Ada, what is flour?", 2, GROUP, kind="group"))
    assert other.coach_name == "Ada"


async def test_namesakes_are_told_apart_by_a_button_that_anybody_may_press(chat: Chat, ada: UUID):
    twin = await taught(chat.rig.database, await newcomer(chat.rig.database), "ada", published=True)
    (which,) = await chat.ask(told("@Ada, what is flour?", 1, GROUP, kind="group"))
    assert "several coaches called" in which.text and not chat.rig.model.requests
    assert {button.value for button in which.buttons} == {f"/ask {each} what is flour?" for each in (ada, twin)}
    (answer,) = await chat.ask(told("", 2, GROUP, kind="group", action=which.buttons[1].value))
    assert (answer.text, answer.coach_name.lower()) == ("An answer.", "ada")
    assert await coach_of(chat, GROUP) == "Guide"


async def test_the_groups_own_coach_is_meant_before_its_namesakes(chat: Chat, ada: UUID):
    await taught(chat.rig.database, await newcomer(chat.rig.database), "Ada", published=True)
    await chat.ask(told("hi", 1, GROUP, kind="group"))
    async with chat.rig.database.system() as connection:
        await coaches.switch(connection, inbox.conversation_of(Address("memory", "", GROUP)), ada)
    (answer,) = await chat.ask(told("Ada, what is flour?", 2, GROUP, kind="group"))
    assert answer.text == "An answer."


async def test_a_thread_stays_with_the_coach_it_called_and_the_group_does_not(chat: Chat, ada: UUID):
    await chat.ask(told("hi", 1, GROUP, kind="group"))
    await chat.ask(told("@Ada, what is flour?", 2, THREAD, kind="thread"))
    (after,) = await chat.ask(told("And rye?", 3, THREAD, kind="thread"))
    (group,) = await chat.ask(told("And oats?", 4, GROUP, kind="group"))
    (other,) = await chat.ask(told("And oats?", 5, "-5:10", kind="thread"))
    assert [reply.coach_name for reply in (after, group, other)] == ["Ada", "Guide", "Guide"]


async def test_a_coach_of_somebodys_own_is_none_of_the_groups(chat: Chat):
    await chat.ask(told("hi", 1))
    (row,) = await chat.rig.rows("select user_id from identities where external_id = 'ada'")
    secret = await taught(chat.rig.database, UUID(str(row["user_id"])), "Secret")
    (granted,) = await chat.ask(told("/coach Secret", 2))
    assert "You are talking with **Secret** now." in granted.text
    for number, text in enumerate(("@Secret, what is flour?", f"/ask {secret} what is flour?"), 3):
        replies = await chat.ask(told(text, number, GROUP, kind="group"))
        assert {reply.coach_name for reply in replies} == {"Guide"}
    chat.channel.admins = {"ada"}
    (refused,) = await chat.ask(told(f"/coach {secret}", 9, GROUP, kind="group"))
    assert "no longer there for you" in refused.text


async def test_in_a_direct_chat_a_name_calls_nobody(chat: Chat, ada: UUID):
    (answer,) = await chat.ask(told("@Ada, what is flour?", 1))
    assert answer.coach_name == "Guide"


async def test_who_you_are_is_answered_by_who_was_asked(chat: Chat, ada: UUID):
    (answer,) = await chat.ask(told("@Ada, who are you?", 1, GROUP, kind="group"))
    assert "Ada" in answer.text and answer.coach_name == "Ada"


async def test_its_question_is_counted_for_the_coach_that_was_called(chat: Chat, ada: UUID):
    await chat.ask(told("@Ada, what is flour?", 1, GROUP, kind="group"))
    assert await chat.rig.rows("select coach_id, text from questions") == [{"coach_id": ada, "text": "what is flour?"}]
    (said,) = await chat.rig.rows("select coach_id from messages where author = 'coach'")
    assert said["coach_id"] == ada
