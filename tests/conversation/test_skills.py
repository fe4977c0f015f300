"""What a coach can do besides answering, as a person meets it."""

from datetime import UTC, datetime

import pytest

from conversation import inbox
from conversation.message import Address, Author, Message
from conversation.skills.smalltalk import kind_of
from knowledge.db import Database
from tests.conftest import coach_of
from tests.conversation.rig import Rig


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Hi!", "greeting"),
        ("Good morning, coach", "greeting"),
        ("thanks a lot", "thanks"),
        ("Great, thank you so much!", "thanks"),
        ("Who are you?", "identity"),
        ("what can you do", "abilities"),
        ("🙂🙂", "wordless"),
        ("Hi, how do I declare a conflict?", None),
        ("thanks to whom does the package owe its name?", None),
        ("What can you do about a broken build?", None),
    ],
)
def test_small_talk_is_told_from_questions(text: str, kind: str | None):
    assert kind_of(text) == kind


async def test_becoming_a_creator_in_plain_words_makes_a_private_coach(rig: Rig):
    (reply,) = await rig.ask("Please create a coach called Tea Master.")
    assert "**Tea Master** is ready" in reply.text
    (row,) = await rig.rows("select name, published, creator_user_id from coaches where not guide")
    assert (row["name"], row["published"], row["creator_user_id"]) == ("Tea Master", False, rig.user_id)
    (user,) = await rig.rows("select roles from users where user_id = %s", rig.user_id)
    assert "creator" in user["roles"]  # type: ignore[operator]


async def test_without_a_name_it_asks_and_takes_the_next_message_for_it(rig: Rig):
    (asked,) = await rig.ask("I want to become a creator")
    assert "What should your coach be called" in asked.text
    (made,) = await rig.ask("Debian Guide")
    assert "**Debian Guide** is ready" in made.text


async def test_an_unknown_command_names_the_nearest(rig: Rig):
    (reply,) = await rig.ask("/forgt")
    assert "`/forgt`" in reply.text and reply.buttons[0].value == "/forget"


async def test_changing_over_to_a_coach_lets_it_answer(rig: Rig):
    await coach_of(rig.database, rig.user_id, "Archivist")
    (listed,) = await rig.ask("/coaches")
    assert "**Archivist**" in listed.text
    (hello,) = await rig.ask("/coach archivist")
    assert "You are talking with **Archivist** now" in hello.text
    (untaught,) = await rig.ask("What do you hold?")
    assert untaught.coach_name == "Archivist" and "not been taught anything yet" in untaught.text


async def test_a_private_coach_of_somebody_else_is_not_there(rig: Rig):
    from tests.conftest import newcomer

    await coach_of(rig.database, await newcomer(rig.database), "Secret")
    (reply,) = await rig.ask("/coach Secret")
    assert "know no coach" in reply.text


async def test_what_a_person_tells_is_remembered_shown_and_forgotten_after_asking(rig: Rig):
    await rig.ask("I live in Berlin. What is tea?")
    await rig.ask("I live in Berlin")
    (shown,) = await rig.ask("/me")
    assert "You live in Berlin" in shown.text and "“I live in Berlin”" in shown.text
    (asked,) = await rig.ask("/forget")
    assert "Shall I forget this: You live in Berlin?" in asked.text
    assert (await rig.press(asked, 0))[0].text.startswith("Forgotten.")
    assert "nothing about you" in (await rig.ask("/me"))[0].text
    assert (await rig.press(asked, 0))[0].text == "That is settled already."


async def test_saying_no_leaves_everything_as_it_is(rig: Rig):
    await rig.ask("My name is Grace.")
    (asked,) = await rig.ask("forget everything about me")
    assert "leave everything" in (await rig.press(asked, 1))[0].text
    assert "Grace" in (await rig.ask("/me"))[0].text


async def test_a_newer_single_valued_fact_ends_the_old_one(rig: Rig):
    await rig.ask("I live in Berlin.")
    await rig.ask("I live in Rome.")
    rows = await rig.rows("select object, valid_to is null as holds, ended_by is null as last from facts order by 1")
    assert [(row["object"], row["holds"], row["last"]) for row in rows] == [
        ("Berlin", False, False),
        ("Rome", True, True),
    ]


async def test_facts_support_quotes_are_spans_of_the_message(rig: Rig):
    await rig.ask("Hello, my name is Ada and I work as a nurse.")
    rows = await rig.rows(
        "select quote, substr(text, start_char + 1, end_char - start_char) as slice "
        "from fact_supports join messages using (message_id)"
    )
    assert rows and all(row["quote"] == row["slice"] for row in rows)


async def test_publishing_lets_everyone_see_the_coach(rig: Rig):
    await rig.ask("/creator Tea Master")
    (reply,) = await rig.ask("/publish")
    assert "is published" in reply.text
    (row,) = await rig.rows("select published from coaches where name = 'Tea Master'")
    assert row["published"] is True


async def test_consent_of_somebody_else_does_not_count(rig: Rig, database: Database):
    await rig.ask("My name is Grace.")
    (asked,) = await rig.ask("/forget")
    from tests.conftest import newcomer

    stranger = await newcomer(database)
    rig.user_id, mine = stranger, rig.user_id
    (reply,) = await rig.ask(asked.buttons[0].value, chat="strangers chat")
    assert "no longer open" in reply.text
    rig.user_id = mine
    assert "Grace" in (await rig.ask("/me"))[0].text


async def test_consent_covers_what_was_asked_about_and_nothing_learned_since(rig: Rig):
    await rig.ask("My name is Grace.")
    (asked,) = await rig.ask("/forget")
    await rig.ask("I live in Rome.")
    (reply,) = await rig.press(asked, 0)
    assert "has changed meanwhile" in reply.text
    assert "Grace" in (shown := (await rig.ask("/me"))[0].text) and "Rome" in shown


async def test_a_yes_whose_turn_was_given_up_can_be_said_again(rig: Rig):
    await rig.ask("My name is Grace.")
    (asked,) = await rig.ask("/forget")
    await rig.press(asked, 0)
    async with rig.database.system() as connection:  # as if that turn had died after thinking, each time
        await connection.execute("update inbox set state = 'dead' where payload->>'text' like '/yes %'")
    assert (await rig.press(asked, 0))[0].text.startswith("Forgotten.")


async def test_in_a_group_nothing_of_a_persons_memory_is_listed_or_forgotten(rig: Rig):
    await rig.ask("My name is Grace.")
    address = Address("memory", "", "a group", "group")
    for number, text in enumerate(("/forget", "/me")):
        message = Message(address, f"group-{number}", Author("ada"), text, datetime.now(UTC))
        accepted = await inbox.accept(rig.database, rig.user_id, message)
        rig.dispatcher.wake(accepted.conversation_id, rig.user_id)
        (reply,) = await rig.replies(message)
        assert "direct message" in reply.text and "Grace" not in reply.text
