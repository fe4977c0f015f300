"""Creators' bots beside the hub's own: opened and closed as their tokens come and go, and one channel together."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from bots.telegram.bots import TelegramBots
from bots.telegram.channel import TelegramChannel
from bots.telegram.fleet import Fleet, Pauses
from bots.telegram.keeping import keep_open
from bots.telegram.opening import identify
from bots.telegram.running import Running, Telegram, open_bot
from bots.telegram.settings import TelegramServer, TelegramSettings
from bots.telegram.webhook import HEADER, Webhook
from conversation import bots as registry
from conversation.channel import Part
from conversation.errors import Forbidden, RetryLater
from conversation.installations import Installation, Installations
from conversation.message import Address, Attachment, Message
from knowledge.db import Database
from knowledge.vault import KEY_SIZE, Vault
from tests.bots.loops import looping
from tests.bots.memory import Memory
from tests.bots.telegram.ground import PAUSES, direct, meeting, recorded
from tests.bots.telegram.test_webhook import body
from tests.conftest import coach_of, newcomer
from tests.telegram.platform import Limits, Platform, User, open_platform
from tests.waiting import until, until_other

TEA = "5151515151:AAAnotherFakeTokenOfTeaForTests_01234"
NEWER = "5151515151:AATheTokenAfterTheRevokedOne_0123456"
KEY = b"the hub's own"


@pytest.fixture
def installations(database: Database) -> Installations:
    return Installations(database, Vault({"k": b"k" * KEY_SIZE}))


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    async with open_platform(limits=Limits(enforced=False), http_loopback=True) as running:
        yield running


async def bring(database: Database, installations: Installations, token: str = TEA) -> UUID:
    """Somebody brings a bot."""
    creator = await newcomer(database, "consumer", "creator")
    bot = Installation("telegram", token.partition(":")[0], "tea_bot", {"token": token}, user_id=creator)
    coach_id = await coach_of(database, creator)
    await installations.put(Installation(bot.channel, bot.account, bot.name, bot.secrets, {}, creator, coach_id))
    return creator


@dataclass(slots=True)
class Hub:
    """What a fleet stands in."""

    bots: TelegramBots
    core: Memory = field(default_factory=Memory)
    webhooks: dict[str, Webhook] = field(default_factory=dict[str, Webhook])

    def connect(self, database: Database, telegram: Telegram) -> Running:
        return telegram.attach(self.core, database, "one", None, PAUSES)


@asynccontextmanager
async def fleet(
    platform: Platform, database: Database, installations: Installations, public_url: str = ""
) -> AsyncGenerator[Hub]:
    hub = Hub(TelegramBots(alone=False))
    server = TelegramServer(platform.url, public_url, key=KEY)
    connect = partial(hub.connect, database)
    running = Fleet(hub.bots, server, installations, database, connect, hub.webhooks, Pauses(0.01, 0.05))
    async with looping([running.run]):
        yield hub


async def test_a_bot_is_opened_when_it_is_brought_and_closed_when_it_is_removed(
    platform: Platform, database: Database, installations: Installations
):
    tea = platform.another(TEA, "tea_bot")
    async with fleet(platform, database, installations) as hub:
        await bring(database, installations)
        ann = tea.person("Ann")
        tea.say(ann, "hello tea")
        await until(lambda: hub.core.texts == ["hello tea"])
        (heard,) = hub.core.kept.values()
        await hub.bots.send(heard.address, Part("Good morning"), "k:0")
        assert heard.address.account == "5151515151"
        assert [each.text for each in tea.replies(ann)] == ["Good morning"]
        await installations.remove("telegram", "5151515151")
        await until(lambda: "5151515151" not in hub.bots)


async def test_each_bot_says_what_is_addressed_to_it():
    async with meeting() as (main, telegram):
        tea = main.another(TEA, "tea_bot")
        ann, same = main.person(started=True, id=77), tea.person(started=True, id=77)
        async with keep(
            both := TelegramBots(telegram.channel, alone=False), TelegramServer(main.url, key=KEY).bot(TEA)
        ):
            for account in (telegram.channel.account, "5151515151"):
                await both.send(Address("telegram", account, "77"), Part(f"I am {account}"), "k:0")
        assert [each.text for each in main.replies(ann)] == [f"I am {telegram.channel.account}"]
        assert [each.text for each in tea.replies(same)] == ["I am 5151515151"]


async def test_a_bot_that_a_creator_brought_is_heard_only_while_it_is_theirs(
    database: Database, installations: Installations
):
    async with meeting() as (main, telegram):
        main.another(TEA, "tea_bot")
        async with keep(TelegramBots(telegram.channel), TelegramServer(main.url, key=KEY).bot(TEA)) as bot:
            found: list[bool] = []
            for brings in (False, True):
                if brings:
                    await bring(database, installations)
                async with database.system() as connection:
                    found += [await registry.is_let_go(connection, each) for each in (bot, telegram.channel)]
    assert found == [True, False, False, False]


@asynccontextmanager
async def keep(bots: TelegramBots, settings: TelegramSettings) -> AsyncGenerator[TelegramChannel]:
    """Open one more bot."""
    async with open_bot(settings) as telegram:
        bots.add(telegram.channel)
        yield telegram.channel


async def test_a_file_is_fetched_by_the_bot_it_was_sent_to(tmp_path: Path):
    async with meeting() as (main, telegram):
        tea = main.another(TEA, "tea_bot")
        sent = tea.send_voice(tea.person(), content=b"said to tea")
        async with keep(
            both := TelegramBots(telegram.channel, alone=False), TelegramServer(main.url, key=KEY).bot(TEA)
        ) as bot:
            assert sent.update_id is not None
            message = bot.parse(tea.redeliver(sent.update_id).to_json())
            assert isinstance(message, Message)
            (voice,) = message.attachments
            await both.fetch(voice, tmp_path / "voice")
        assert (tmp_path / "voice").read_bytes() == b"said to tea"


async def test_a_file_id_without_a_bot_is_the_hubs_own(tmp_path: Path):
    async with meeting() as (main, telegram):
        sent = main.send_document(main.person(), "a.txt", b"old")
        file_id = main.redeliver(sent.update_id or 0).payload["document"]["file_id"]
        both = TelegramBots(telegram.channel)
        await both.fetch(Attachment(None, "a.txt", "text/plain", 3, remote=file_id), tmp_path / "a")
        assert (tmp_path / "a").read_bytes() == b"old"


async def test_a_bot_that_is_not_open_yet_is_waited_for_and_one_that_is_gone_is_not():
    bots = TelegramBots(alone=False)
    to = Address("telegram", "99", "5")
    bots.capabilities(to)
    with pytest.raises(RetryLater):
        await bots.send(to, Part("hi"), "k:0")
    bots.settled(["99"])
    with pytest.raises(RetryLater):
        await bots.send(to, Part("hi"), "k:0")
    bots.settled([])
    with pytest.raises(Forbidden):
        await bots.send(to, Part("hi"), "k:0")


async def test_the_owner_of_a_revoked_token_is_told_once(
    platform: Platform, database: Database, installations: Installations
):
    tea = platform.another(TEA, "tea_bot")
    creator = await bring(database, installations)
    conversation = "insert into conversations (conversation_id, channel, account, external_id, user_id) values "
    async with database.system() as connection:
        await connection.execute(conversation + "(gen_random_uuid(), 'memory', '', 'home', %s)", (creator,))
    async with fleet(platform, database, installations) as hub:
        await until(lambda: "5151515151" in hub.bots)
        tea.revoke()
        await until(lambda: "5151515151" not in hub.bots)
        said = await until_other(lambda: told(database), list[str]())
    assert len(said) == 1 and "@tea\\_bot" in said[0]
    assert await installations.all("telegram") == []
    await registry.close(database, "5151515151")
    assert await told(database) == said


async def told(database: Database) -> list[str]:
    async with database.system() as connection:
        cursor = await connection.execute("select payload->>'text' as text from outbox where purpose = 'proactive'")
        return [row["text"] for row in await cursor.fetchall()]


async def test_what_is_logged_of_a_bot_names_it(platform: Platform, database: Database, installations: Installations):
    tea = platform.another(TEA, "tea_bot")
    tea.faults.error("getUpdates", 409, "Conflict: terminated by other getUpdates request")
    await bring(database, installations)
    with capture_logs([merge_contextvars]) as logged:
        async with fleet(platform, database, installations):
            await until(lambda: any(each["event"] == "telegram.conflict" for each in logged))
    assert {each.get("account") for each in logged if each["event"] == "telegram.conflict"} == {"5151515151"}


async def test_a_new_token_takes_the_place_of_the_old_one(
    platform: Platform, database: Database, installations: Installations
):
    platform.another(TEA, "tea_bot")
    newer = platform.another(NEWER, "tea_bot")
    await bring(database, installations)
    async with fleet(platform, database, installations) as hub:
        await until(lambda: "5151515151" in hub.bots)
        await bring(database, installations, NEWER)
        newer.say(newer.person(), "still there?")
        assert await until(lambda: hub.core.texts) == ["still there?"]


async def test_each_bot_has_a_webhook_and_a_secret_of_its_own(
    platform: Platform, database: Database, installations: Installations
):
    tea = platform.another(TEA, "tea_bot")
    await bring(database, installations)
    async with fleet(platform, database, installations, "https://hub.example.org") as hub:
        await until(lambda: tea.backend.postman.webhook.url)
        webhook, asked = hub.webhooks["5151515151"], tea.backend.postman.webhook
        assert asked.url == "https://hub.example.org/webhooks/telegram/5151515151"
        assert len(asked.secret) == 64 and asked.secret != TelegramServer(key=KEY).bot(NEWER).webhook_secret
        update = b'{"update_id": 1}'
        assert await webhook.handle({HEADER: "é"}, body(update)) == 401
        assert await webhook.handle({HEADER: asked.secret}, body(update)) == 200
        await installations.remove("telegram", "5151515151")
        await until(lambda: not tea.backend.postman.webhook.url)
        assert "5151515151" not in hub.webhooks


async def test_bots_are_waited_for_where_there_are_none(
    platform: Platform, database: Database, installations: Installations
):
    tea = platform.another(TEA, "tea_bot")
    hub = Hub(TelegramBots(alone=False))
    opening = partial(
        keep_open,
        hub.bots,
        TelegramServer(platform.url, key=KEY),
        installations,
        database,
        partial(hub.connect, database),
        hub.webhooks,
    )
    async with looping([opening]):
        await bring(database, installations)
        tea.say(tea.person(), "first")
        assert await until(lambda: hub.core.texts) == ["first"]


async def test_a_token_tells_whose_it_is_or_that_it_is_nobodys(platform: Platform):
    platform.another(TEA, "tea_bot")
    assert await identify(TelegramServer(platform.url, key=KEY).bot(TEA)) == "tea_bot"
    assert await identify(TelegramServer(platform.url, key=KEY).bot(NEWER)) is None


def test_the_channel_of_all_reads_what_the_hubs_own_bot_is_told():
    assert TelegramBots().parse(recorded("private_text")) is None
    assert TelegramBots().capabilities(direct(User(5, "Ann"))).edit
