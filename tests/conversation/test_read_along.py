"""What is said to a creator's own bot can be read by its creator, so the hub says nothing there that is not theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from conversation.digests import store
from conversation.digests.schedule import EVERY_DAY, Schedule
from conversation.digests.store import Digest
from conversation.message import Message, Reply
from conversation.people import doors, linking
from conversation.people.linking import Entry, Join, Side
from tests.conftest import newcomer
from tests.conversation.chat import Chat, users
from tests.conversation.coaching import labels, taught
from tests.conversation.messenger import Messenger, told
from tests.conversation.test_bot_skill import TOKEN

BOT = "own-bot"
HUB = "https://chat.example/hub"


class Ada:
    """Somebody who talks with the hub and with a bot that a creator brought."""

    def __init__(self, chat: Chat, user_id: UUID) -> None:
        self.chat, self.user_id, self.number = chat, user_id, 100

    def _next(self, text: str, **more: Any) -> Message:
        self.number += 1
        return told(text, self.number, **more)

    async def hub(self, text: str, **more: Any) -> Reply:
        (reply,) = await self.chat.ask(self._next(text, **more))
        return reply

    async def bot(self, text: str, **more: Any) -> Reply:
        message = self._next(text, **more)
        (reply,) = await self.chat.ask(replace(message, address=replace(message.address, account=BOT)))
        return reply

    async def conversation(self, account: str) -> UUID:
        (row,) = await self.chat.rig.rows("select conversation_id from conversations where account = %s", account)
        return UUID(str(row["conversation_id"]))


@pytest.fixture
async def ada(chat: Chat, creator: UUID) -> Ada:
    database = chat.rig.database
    coach_id = await taught(database, creator, "Tea", published=True)
    await chat.ask(told("hi", 1))
    (known,) = await users(chat)
    async with database.system() as connection:
        await connection.execute(
            "insert into installations (channel, account, secrets, user_id, coach_id) "
            "values ('memory', %s, '', %s, %s)",
            (BOT, creator, coach_id),
        )
        await connection.execute(
            "insert into identities (channel, account, external_id, user_id) values ('memory', %s, 'ada', %s)",
            (BOT, known["user_id"]),
        )
    await doors.announce(database, "memory", "", f"{HUB}?start=link_{{code}}")
    return Ada(chat, UUID(str(known["user_id"])))


PERSONAL = (
    *("/export", "export my data", "/me", "What do you know about me?", "/unlink", "/unlink web"),
    *("/link", "/link new", "/link 2222-2222", f"/link yes {UUID(int=1)}", "/start link_ABCD2345"),
    *("/digest", "/digest daily 08:00", "/digest now", "/forget everything"),
)


@pytest.mark.parametrize("kind", ["direct", "group"])
async def test_what_is_between_a_person_and_the_hub_is_kindly_put_off(ada: Ada, kind: str):
    await ada.hub("I live in Berlin.")
    for text in PERSONAL:
        if kind == "group" and text.startswith("/digest"):
            continue  # the digest of a group tells of what was said in the group
        reply = await ada.bot(text, kind=kind, chat=f"a {kind}")
        assert "Whoever made this bot can read what is said here" in reply.text, text
        assert [button.url for button in reply.buttons] == [HUB] and not reply.files
        assert "Berlin" not in reply.text
    assert not await ada.chat.rig.rows("select from one_time_codes")


async def test_without_a_bot_of_the_hub_the_web_chat_is_named(ada: Ada):
    async with ada.chat.rig.database.system() as connection:
        await connection.execute("delete from doors")
    reply = await ada.bot("/me")
    assert "[the web chat](/chat)" in reply.text and not reply.buttons


async def test_no_button_of_the_bot_takes_a_person_over(ada: Ada, creator: UUID):
    code = await linking.issue(ada.chat.rig.database, creator, None, Side("web", "Creator"))
    for text in (f"/link {code}", f"/start link_{code}", code):
        await ada.bot(text)
    assert not await ada.chat.rig.rows("select from joins")


async def test_who_is_asked_whether_it_was_them_is_asked_in_the_hubs_own_chat(ada: Ada):
    await ada.bot("hi")
    database = ada.chat.rig.database
    code = await linking.issue(database, ada.user_id, None, Side("web", "Ada"))
    entry = Entry(uuid4(), code, await newcomer(database), None, Side("slack", "Ada"))
    entered = await linking.enter(database, entry)
    assert isinstance(entered, Join) and entered.asked_in == await ada.conversation("")


async def test_what_was_told_elsewhere_stays_out_of_what_the_model_is_given(ada: Ada):
    await ada.hub("I live in Berlin.")
    await ada.bot("I work as a nurse.")
    await ada.bot("What is flour?")
    assert ada.chat.rig.model.requests[-1].memory == ("works as: a nurse",)
    await ada.hub("And what is flour?")
    assert set(ada.chat.rig.model.requests[-1].memory) == {"lives in: Berlin", "works as: a nurse"}


async def test_what_was_told_elsewhere_and_here_again_may_be_used(ada: Ada):
    await ada.hub("I live in Berlin.")
    await ada.bot("I live in Berlin.")
    await ada.bot("What is flour?")
    assert ada.chat.rig.model.requests[-1].memory == ("lives in: Berlin",)


async def test_the_name_told_elsewhere_greets_nobody_there(ada: Ada):
    await ada.hub("My name is Augusta.")
    async with ada.chat.rig.database.system() as connection:
        await connection.execute("update users set display_name = 'Augusta King'")
    for text in ("/start", "hello"):
        assert "Augusta" not in (await ada.bot(text)).text
    assert "Hello Augusta!" in (await ada.hub("hello")).text


async def test_what_was_told_there_is_forgotten_there_and_nothing_else_is_shown(ada: Ada):
    await ada.hub("I live in Berlin.")
    assert "nothing like that" in (await ada.bot("/forget")).text
    await ada.bot("I work as a nurse.")
    asked = await ada.bot("/forget")
    assert "nurse" in asked.text and "Berlin" not in asked.text
    await ada.bot("", action=asked.buttons[0].value)
    assert [row["object"] for row in await ada.chat.rig.rows("select object from facts")] == ["Berlin"]


async def test_one_thread_can_be_forgotten_there(ada: Ada):
    await ada.bot("What is flour?")
    assert "Shall I forget this thread" in (await ada.bot("/forget thread")).text


async def test_to_anothers_bot_nothing_is_said_of_ones_own_coaches(ada: Ada):
    await ada.hub("/creator Mine")
    (mine,) = await ada.chat.rig.rows("select coach_id from coaches where name = 'Mine'")
    cards = (f"/card {what} {mine['coach_id']}" for what in ("about", "delete"))
    for text in ("/stats", "/publish Mine", "/bot", "/bot remove", *cards):
        reply = await ada.bot(text)
        assert "Whoever made this bot can read what is said here" in reply.text and "Mine" not in reply.text


async def test_a_token_that_is_sent_to_anothers_bot_is_said_to_be_exposed(ada: Ada):
    await ada.hub("/creator Mine")
    reply = await ada.bot(f"/bot {TOKEN}")
    assert "this token too" in reply.text and "/revoke" in reply.text
    assert not await ada.chat.rig.rows("select from messages where text like '%%AAAnother%%'")


async def test_its_help_lists_nothing_of_the_hub_and_says_who_reads_along(ada: Ada):
    await ada.hub("/creator Mine")
    manual = await ada.bot("/help")
    for command in ("me", "export", "link", "digest", "creator", "stats", "bot", "coaches"):
        assert f"`/{command}`" not in manual.text
    assert "Nobody reads your chats" not in manual.text and "can read what is said here" in manual.text
    assert not labels(manual) and "`/me`" not in (await ada.bot("what can you do")).text
    assert "Did you mean" not in (await ada.bot("/exprt")).text


async def test_a_digest_that_was_set_there_tells_nothing(ada: Ada):
    await ada.bot("hi")
    now = datetime.now(UTC)
    places = {account: await ada.conversation(account) for account in ("", BOT)}
    for conversation_id, unreachable in ((places[BOT], True), (places[""], False)):
        schedule = Schedule(EVERY_DAY, now.time())
        digest = Digest(
            uuid4(),
            ada.user_id,
            conversation_id,
            "personal",
            schedule,
            now,
            "UTC",
            False,
            None,
            now - timedelta(days=1),
        )
        async with ada.chat.rig.database.system() as connection:
            await store.put(connection, digest)
            assert [due.unreachable for due in await store.due(connection, now, (), 5)] == [unreachable]


class LetGo(Messenger):
    """A creator's bot that still runs."""

    account, brought = BOT, True


async def test_a_bot_that_was_let_go_is_not_heard_while_it_still_runs(ada: Ada):
    bot = LetGo()
    message = told("/me", 50)
    message = replace(message, address=replace(message.address, channel="telegram", account=BOT))
    async with ada.chat.rig.database.system() as connection:
        await connection.execute("update installations set channel = 'telegram'")
    assert await ada.chat.intake.take(bot, message) is not None
    async with ada.chat.rig.database.system() as connection:
        await connection.execute("delete from coaches where name = 'Tea'")
    assert await ada.chat.intake.take(bot, replace(message, dedupe_key="late", text="/export")) is None
    assert not await ada.chat.rig.rows("select from inbox where dedupe_key = 'late'")


async def test_the_bot_of_a_creator_is_no_door_to_the_hub(chat: Chat):
    await doors.announce(chat.rig.database, "telegram", "5", "https://t.me/tea_bot")
    async with chat.rig.database.system() as connection:
        assert await doors.address(connection, "telegram") == ""
        assert await doors.address(connection, "telegram", "5") == "https://t.me/tea_bot"
