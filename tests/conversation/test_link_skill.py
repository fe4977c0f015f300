"""Linking two chats, as the person in them meets it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest

from conversation import inbox
from conversation.message import Address, Author, Message, Reply
from conversation.people import linking
from conversation.sanitising import sanitise
from conversation.skills import link_words
from conversation.skills.link import deep_link_code
from conversation.speech import Speech
from knowledge.db import Database
from tests.conftest import newcomer
from tests.conversation.rig import Rig, open_rig


@dataclass(slots=True)
class Chat:
    """One person's chat with the hub."""

    rig: Rig
    user_id: UUID
    name: str

    async def ask(self, text: str) -> list[Reply]:
        self.rig.user_id = self.user_id
        return await self.rig.ask(text, chat=self.name)

    async def say(self, text: str) -> Reply:
        (reply,) = await self.ask(text)
        return reply

    async def heard(self) -> list[Reply]:
        """What was said here unasked."""
        rows = await self.rig.rows(
            "select idempotency_key from outbox join conversations using (conversation_id) "
            "where external_id = %s and purpose = 'proactive' order by seq",
            self.name,
        )
        return [(await self.rig.said(str(row["idempotency_key"])))[0] for row in rows]


@pytest.fixture
async def chats(database: Database, person: UUID) -> AsyncGenerator[tuple[Chat, Chat]]:
    """Two chats of two people, who are one."""
    async with open_rig(database, person) as rig:
        first, second = Chat(rig, person, "first"), Chat(rig, await newcomer(database), "second")
        yield first, second


def code_of(reply: Reply) -> str:
    found = re.search(r"\*\*(\w{4}-\w{4})\*\*", reply.text)
    assert found, reply.text
    return found[1]


async def joined(first: Chat, second: Chat) -> Reply:
    """Link two chats; gives what the first is told."""
    await second.say(f"/link {code_of(await first.say('/link'))}")
    (question,) = await first.heard()
    return await first.say(question.buttons[0].value)


@pytest.mark.parametrize(
    ("text", "code"),
    [("/start link_ABCD2345", "ABCD2345"), ("/start", ""), ("/start coach_tea", ""), ("start link_x", "")],
)
def test_a_deep_link_hands_its_code_in(text: str, code: str):
    assert deep_link_code(text) == code


@pytest.mark.parametrize("web", [True, False])
def test_the_way_to_telegram_survives_sanitising(web: bool):
    reply = link_words.code(Speech(), "ABCD2345", "https://t.me/bot?start=link_ABCD2345", web=web)
    assert sanitise(reply.text) == reply.text
    assert ("/account/link/qr/ABCD2345.svg" in reply.text) is web
    assert [button.url for button in reply.buttons] == ([] if web else ["https://t.me/bot?start=link_ABCD2345"])


async def test_a_code_from_one_chat_asks_there_and_the_yes_joins_both(chats: tuple[Chat, Chat]):
    first, second = chats
    waiting = await second.say(f"/link {code_of(await first.say('/link'))}")
    assert "say yes in Memory" in waiting.text
    (question,) = await first.heard()
    assert "**Ada** in Memory. Is that you?" in question.text

    done = await first.say(question.buttons[0].value)
    assert "are one person now" in done.text and done.buttons[0].label == "Undo the link"
    assert "are one person now" in (await second.heard())[0].text
    rows = await first.rig.rows("select distinct user_id from conversations")
    assert rows == [{"user_id": first.user_id}]


async def test_the_coach_remembers_in_the_other_chat(chats: tuple[Chat, Chat]):
    first, second = chats
    await second.ask("My name is Grace.")
    await joined(first, second)

    second.user_id = first.user_id
    assert "Grace" in (await second.say("/me")).text
    assert "Grace" in (await first.say("/me")).text


@pytest.mark.parametrize("way", ["/start link_{}", "{}", "/link {}"])
async def test_a_code_can_come_by_deep_link_or_bare_right_after(chats: tuple[Chat, Chat], way: str):
    first, second = chats
    code = code_of(await first.say("/link"))
    await second.say("/link")
    said = await second.say(way.format(code))
    if way.startswith("/start"):
        said = await second.say(said.buttons[0].value)
    assert "Thank you" in said.text


async def test_a_link_that_somebody_else_made_joins_nobody_at_a_tap(chats: tuple[Chat, Chat]):
    first, second = chats
    asked = await second.say(f"/start link_{code_of(await first.say('/link'))}")
    assert "only if you made it yourself" in asked.text
    assert await first.heard() == [] and await first.rig.rows("select 1 from joins") == []


async def test_a_bare_code_out_of_the_blue_is_a_question(chats: tuple[Chat, Chat]):
    _, second = chats
    assert "code" not in (await second.say("ABCD-2345")).text


async def test_the_one_who_is_asked_may_be_the_one_who_goes_and_still_gets_the_answer(
    chats: tuple[Chat, Chat], database: Database
):
    first, second = chats
    async with database.system() as connection:
        await connection.execute(
            "insert into web_accounts (user_id, email, password_hash) values (%s, 'ada@example.com', 'x')",
            (second.user_id,),
        )
    done = await joined(first, second)

    assert "are one person now" in done.text
    first.user_id = second.user_id
    undone = await first.say(done.buttons[0].value)
    assert "two people again" in undone.text
    rows = await first.rig.rows("select count(distinct user_id) as people from conversations")
    assert rows == [{"people": 2}]


async def test_an_answer_that_is_being_written_while_they_join_arrives_once(chats: tuple[Chat, Chat]):
    first, second = chats
    await second.say("What is a pot?")
    await second.say(f"/link {code_of(await first.say('/link'))}")
    (question,) = await first.heard()
    model = first.rig.model
    model.pause, model.started = asyncio.Event(), asyncio.Event()
    first.rig.user_id = second.user_id
    asked = await first.rig.say("What is tea?", chat=second.name)
    await model.started.wait()

    await linked_by(first, question)
    model.pause.set()
    (reply,) = await first.rig.replies(asked)
    assert reply.text == "An answer."
    rows = await first.rig.rows("select user_id from inbox where inbox_id = %s", inbox.id_of(asked))
    assert rows == [{"user_id": first.user_id}]


async def linked_by(chat: Chat, question: Reply) -> None:
    """Say yes without waiting for every other chat."""
    join_id = UUID(question.buttons[0].value.rpartition(" ")[2])
    assert await linking.answer(chat.rig.database, join_id, chat.user_id, yes=True) == "joined"


async def test_memory_on_both_sides_is_asked_about(chats: tuple[Chat, Chat]):
    first, second = chats
    await first.ask("I live in Rome.")
    await second.ask("I work as a nurse.")
    choice = await joined(first, second)
    assert [button.label for button in choice.buttons] == [
        "Both",
        "Only what is known here",
        "Only what the other chat knows",
    ]
    await first.say(choice.buttons[2].value)
    told = (await first.say("/me")).text
    assert "nurse" in told and "Rome" not in told


async def test_bad_codes_get_a_kind_answer_and_ten_of_them_a_pause(chats: tuple[Chat, Chat]):
    first, second = chats
    code = code_of(await first.say("/link"))
    assert "your own code" in (await first.say(f"/link {code}")).text
    assert "Thank you" in (await second.say(f"/link {code}")).text
    assert "was used already" in (await second.say(f"/link {code}")).text
    for number in range(9):
        assert "do not know this code" in (await second.say(f"/link nonsense-{number}")).text
    assert "too many codes" in (await second.say("/link 2222-2222")).text


async def test_a_no_links_nothing_and_says_so_in_both_chats(chats: tuple[Chat, Chat]):
    first, second = chats
    await second.say(f"/link {code_of(await first.say('/link'))}")
    (question,) = await first.heard()
    assert "nothing was linked" in (await first.say(question.buttons[1].value)).text
    assert "was not them" in (await second.heard())[0].text
    assert "no longer open" in (await first.say(question.buttons[0].value)).text


async def test_somebody_elses_button_joins_nobody(chats: tuple[Chat, Chat]):
    first, second = chats
    await second.say(f"/link {code_of(await first.say('/link'))}")
    (question,) = await first.heard()
    assert "no longer open" in (await second.say(question.buttons[0].value)).text


async def test_a_name_with_markdown_in_it_is_shown_as_it_is(chats: tuple[Chat, Chat], database: Database):
    first, second = chats
    async with database.system() as connection:
        await connection.execute("update users set display_name = '**[x](http://y)**'")
    await second.say(f"/link {code_of(await first.say('/link'))}")
    (question,) = await first.heard()
    assert r"\*\*\[x\](http://y)\*\*" in question.text


async def test_linked_places_are_listed_and_unlinked_after_asking(chats: tuple[Chat, Chat], database: Database):
    first, second = chats
    async with database.system() as connection:
        for number, chat in enumerate((first, second)):
            await connection.execute(
                "insert into identities (channel, account, external_id, user_id, display_name) "
                "values (%s, '', %s, %s, 'Ada')",
                (("telegram", "slack")[number], chat.name, chat.user_id),
            )
    await joined(first, second)
    listed = await first.say("/link")
    assert "Telegram: Ada, since" in listed.text and "Slack: Ada, since" in listed.text
    labels = [button.label for button in listed.buttons]
    assert sorted(labels) == ["Get a code", "Undo the link", "Unlink Slack Ada", "Unlink Telegram Ada"]

    asked = await first.say("/unlink slack")
    assert "Shall I undo the link with Slack (Ada)?" in asked.text
    assert "two people again" in (await first.say(asked.buttons[0].value)).text
    assert "only place" not in (await first.say("/unlink")).text


async def test_in_a_group_it_is_offered_in_private(chats: tuple[Chat, Chat], database: Database):
    first, _ = chats
    from conversation.people import doors

    await doors.announce(database, "memory", "", "https://chat.example/bot?start=link_{code}")
    address = Address("memory", "", "a group", "group")
    for number, text in enumerate(("/link", "/unlink", "/export", "/me", "/forget", "/link 2222-2222")):
        message = Message(address, f"group-{number}", Author("ada"), text, datetime.now(UTC))
        accepted = await inbox.accept(database, first.user_id, message)
        first.rig.dispatcher.wake(accepted.conversation_id, first.user_id)
        (reply,) = await first.rig.replies(message)
        assert "in private" in reply.text and reply.buttons[0].url == "https://chat.example/bot"
