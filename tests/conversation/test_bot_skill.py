"""A creator brings a bot of their own: who may, what becomes of the token, and what the bot is then."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import pytest

from conversation import bots, inbox, installations
from conversation.bots import BotIdentity, token_in
from conversation.errors import ChannelError, Unknown
from conversation.installations import Installation, Installations
from conversation.message import Address, Attachment, Author, Message
from conversation.people import identities
from knowledge.db import Database
from knowledge.vault import KEY_SIZE, Vault, VaultError
from tests.conftest import coach_of, newcomer
from tests.conversation.coaching import labels, send, value_of
from tests.conversation.rig import Rig, open_rig

TOKEN = "5151515151:AAAnotherFakeTokenOfTeaForTests_01234"
FATHER = f"""Done! Congratulations on your new bot. You will find it at t.me/tea_bot. You can now add a description.

Use this token to access the HTTP API:
{TOKEN}
Keep your token secure and store it safely, it can be used by anyone to control your bot."""


@dataclass(slots=True)
class Registry:
    """Knows one bot; `others` were brought by somebody else."""

    installations: Installations
    others: set[str] = field(default_factory=set[str])
    fault: ChannelError | None = None

    async def check(self, token: str) -> BotIdentity | None:
        if self.fault:
            raise self.fault
        return BotIdentity("5151515151", "tea_bot", "https://t.me/tea_bot") if token == TOKEN else None

    async def taken(self, account: str, user_id: UUID) -> bool:
        return account in self.others

    def sealed(self, installation: Installation) -> str:
        return self.installations.sealed(installation)


@pytest.fixture
def registry(database: Database) -> Registry:
    return Registry(Installations(database, Vault({"k": b"k" * KEY_SIZE})))


@pytest.fixture
async def rig(database: Database, creator: UUID, registry: Registry) -> AsyncIterator[Rig]:
    async with open_rig(database, creator, bots=registry) as running:
        yield running


@pytest.fixture
async def tea(rig: Rig, creator: UUID) -> UUID:
    """The creator's coach, whom they are talking with."""
    coach_id = await coach_of(rig.database, creator, "Tea *Master*")
    await send(rig, f"/coach {coach_id}")
    return coach_id


async def kept(rig: Rig) -> str:
    """Everything that was kept of what the person wrote."""
    rows = await rig.rows(
        "select payload::text as text from inbox union all select text from messages union all "
        "select title from conversations union all select payload::text from outbox"
    )
    return "\n".join(str(row["text"]) for row in rows)


@pytest.mark.parametrize("text", [f"/bot {TOKEN}", FATHER])
async def test_a_token_makes_the_bot_that_coach_and_is_kept_sealed_alone(
    rig: Rig, registry: Registry, tea: UUID, creator: UUID, text: str
):
    (reply,) = await send(rig, text)
    assert "@tea\\_bot is **Tea \\*Master\\*** now" in reply.text and "Delete your message" in reply.text
    (bot,) = await registry.installations.all("telegram")
    assert (bot.account, bot.name, bot.coach_id, bot.user_id) == ("5151515151", "tea_bot", tea, creator)
    assert bot.secrets == {"token": TOKEN}
    assert TOKEN.partition(":")[2] not in await kept(rig)
    assert bots.MASK in await kept(rig)


async def test_a_private_coach_is_offered_to_be_published(rig: Rig, tea: UUID):
    (reply,) = await send(rig, f"/bot {TOKEN}")
    assert "answers nobody but you" in reply.text
    assert value_of(reply, "Publish") == f"/publish {tea}"
    assert reply.buttons[0].url == "https://t.me/tea_bot"


async def test_bots_are_listed_and_removed(rig: Rig, registry: Registry, tea: UUID):
    await send(rig, f"/bot {TOKEN}")
    (listed,) = await send(rig, "/bot")
    assert "@tea\\_bot: **Tea \\*Master\\***" in listed.text
    (gone,) = await send(rig, action=value_of(listed, "Remove"))
    assert "no longer connected" in gone.text
    assert await registry.installations.all("telegram") == []
    (nothing,) = await send(rig, "/bot remove")
    assert "no such bot" in nothing.text


async def test_a_bot_that_is_brought_again_becomes_the_coach_one_is_talking_with(
    rig: Rig, registry: Registry, tea: UUID, creator: UUID
):
    await send(rig, f"/bot {TOKEN}")
    bread = await coach_of(rig.database, creator, "Baker")
    await send(rig, f"/coach {bread}")
    await send(rig, f"/bot {TOKEN}")
    (bot,) = await registry.installations.all("telegram")
    assert bot.coach_id == bread


async def test_in_a_group_a_token_is_refused_and_said_to_be_exposed(rig: Rig, registry: Registry, tea: UUID):
    (reply,) = await send(rig, f"/bot {TOKEN}", kind="group")
    assert "/revoke" in reply.text
    assert await registry.installations.all("telegram") == []
    assert TOKEN.partition(":")[2] not in await kept(rig)
    (without,) = await send(rig, "/bot", kind="group")
    assert "in private" in without.text


async def test_somebody_elses_coach_cannot_be_a_bot(rig: Rig, registry: Registry, creator: UUID):
    await coach_of(rig.database, creator, "Tea")
    (reply,) = await send(rig, f"/bot {TOKEN}")
    assert "is not yours" in reply.text and labels(reply) == ["Talk with Tea"]
    assert await registry.installations.all("telegram") == []
    assert TOKEN.partition(":")[2] not in await kept(rig)


async def test_who_makes_no_coaches_brings_no_bots(rig: Rig, registry: Registry):
    somebody = await newcomer(rig.database)
    for text in ("/bot", f"/bot {TOKEN}"):
        (reply,) = await send(rig, text, user_id=somebody)
        assert "people who have made a coach" in reply.text and labels(reply) == ["Make a coach"]
    assert await registry.installations.all("telegram") == []


async def test_a_token_nobody_knows_and_a_telegram_that_is_away_are_told_apart(rig: Rig, registry: Registry, tea: UUID):
    (unknown,) = await send(rig, "/bot 5151515151:AAAnUnknownTokenOfNobody_0123456789012")
    assert "does not know this token" in unknown.text
    registry.fault = Unknown("?")
    (away,) = await send(rig, f"/bot {TOKEN}")
    assert "cannot reach Telegram" in away.text
    (wrong,) = await send(rig, "/bot hello")
    assert "no token of a bot" in wrong.text


async def test_a_bot_that_somebody_else_brought_stays_theirs(rig: Rig, registry: Registry, tea: UUID):
    registry.others.add("5151515151")
    (reply,) = await send(rig, f"/bot {TOKEN}")
    assert "not by you" in reply.text
    assert await registry.installations.all("telegram") == []


async def test_without_keys_no_bots_are_taken(database: Database, creator: UUID):
    async with open_rig(database, creator) as rig:
        coach_id = await coach_of(database, creator, "Tea")
        await send(rig, f"/coach {coach_id}")
        (reply,) = await send(rig, f"/bot {TOKEN}")
        assert "encryption key" in reply.text


async def test_nobody_removes_the_bot_of_another(rig: Rig, registry: Registry, tea: UUID):
    await send(rig, f"/bot {TOKEN}")
    other = await newcomer(rig.database, "consumer", "creator")
    (reply,) = await send(rig, "/bot remove 5151515151", user_id=other)
    assert "no such bot" in reply.text
    async with rig.database.person(other) as connection:
        assert await installations.own(connection, "telegram") == []
    assert len(await registry.installations.all("telegram")) == 1


@pytest.mark.parametrize(
    "text", ["12:30", "call 0151 23456789:later", "https://x.org/5151515151:short", "no", TOKEN[:30]]
)
def test_what_is_no_token_is_left_alone(text: str):
    assert token_in(text) is None


async def test_who_meets_another_bot_is_no_stranger(database: Database):
    async with database.system() as connection:
        ann = await identities.resolve(connection, "telegram", "1", "77", "Ann")
        assert await identities.resolve(connection, "telegram", "2", "77", "Ann") == ann
        assert await identities.resolve(connection, "telegram", "2", "78", "Ben") != ann
        elsewhere = [await identities.resolve(connection, "slack", team, "77", "Ann") for team in ("T1", "T2")]
        groups = [await identities.resolve(connection, "telegram", bot, "group:-5", kind="group") for bot in "12"]
    assert len({ann, *elsewhere, *groups}) == 5


async def test_who_is_shut_out_is_so_for_every_bot(database: Database):
    async with database.system() as connection:
        ann = await identities.resolve(connection, "telegram", "1", "77", "Ann")
        await connection.execute("update users set blocked_at = now() where user_id = %s", (ann,))
        out = [await identities.shut_out(connection, "telegram", bot, "77") for bot in "12"]
        assert out == [True, True]
        assert not await identities.shut_out(connection, "telegram", "2", "78")


@pytest.mark.parametrize("kind", ["direct", "group"])
async def test_no_other_skill_reads_a_token(rig: Rig, kind: str):
    await send(rig, "/creator")
    await send(rig, TOKEN, kind=kind)  # type: ignore[arg-type]
    assert TOKEN.partition(":")[2] not in await kept(rig)
    assert TOKEN not in [row["name"] for row in await rig.rows("select name from coaches")]


async def test_who_was_not_let_in_yet_leaves_no_token(rig: Rig, registry: Registry):
    stranger = await newcomer(rig.database)
    async with rig.database.system() as connection:
        await connection.execute("update users set roles = '{}' where user_id = %s", (stranger,))
    (reply,) = await send(rig, f"/bot {TOKEN}", user_id=stranger)
    assert "people who were invited" in reply.text and "Delete your message" in reply.text
    assert TOKEN.partition(":")[2] not in await kept(rig)


def wrote(rig: Rig, text: str, number: int = 1, channel: str = "memory", **more: object) -> Message:
    """A message of the person's with whatever else comes with it; another event for each number."""
    chat = str(UUID(int=7)) if channel == "web" else "chat"
    author = Author("ada", f"Ada {TOKEN}" if more.pop("named", False) else "Ada")
    at = datetime.now(UTC)
    return Message(Address(channel, "", chat), f"event-{number}", author, text, at, **more)  # type: ignore[arg-type]


async def take(rig: Rig, *messages: Message) -> None:
    """Let messages come in, and wait until all are answered."""
    for message in messages:
        accepted = await inbox.accept(rig.database, rig.user_id, message)
        rig.dispatcher.wake(accepted.conversation_id, rig.user_id)
    for message in messages:
        await rig.replies(message)


async def test_a_token_that_comes_with_a_message_is_kept_nowhere(rig: Rig, tea: UUID):
    files = (Attachment(None, f"{TOKEN}.bin", "", 1, kind="other"),)
    fields = {"name": TOKEN}
    bare = wrote(rig, "/bot", quoted=FATHER, named=True)
    await take(rig, bare, wrote(rig, "What is this?", 2, quoted=TOKEN), wrote(rig, "", 3, attachments=files))
    await take(rig, wrote(rig, "", 4, action="/card name", fields=fields), wrote(rig, "", 5, action=f"/bot {TOKEN}"))
    assert TOKEN.partition(":")[2] not in await kept(rig)
    assert not any(TOKEN in str(request) for request in rig.model.requests)


async def test_a_token_in_an_address_of_the_bot_api_is_one(rig: Rig, registry: Registry, tea: UUID):
    await send(rig, f"https://api.telegram.org/bot{TOKEN}/getMe")
    assert len(await registry.installations.all("telegram")) == 1
    assert TOKEN.partition(":")[2] not in await kept(rig)


async def test_a_token_in_the_caption_of_an_album_is_kept_nowhere(rig: Rig, registry: Registry, tea: UUID):
    pictures = [
        wrote(rig, text, number, album="a", native_id=str(number), attachments=(Attachment(None, "x", "", 1),))
        for number, text in ((1, ""), (2, f"/bot {TOKEN}"))
    ]
    await take(rig, *pictures)
    assert len(await registry.installations.all("telegram")) == 1
    assert TOKEN.partition(":")[2] not in await kept(rig)


async def test_a_token_that_an_edit_brings_is_kept_nowhere(rig: Rig, tea: UUID):
    await take(rig, wrote(rig, "hello", 1, native_id="7"))
    await take(rig, wrote(rig, f"/bot {TOKEN}", 2, native_id="7", edits=True))
    await take(rig, wrote(rig, "thanks", 3, native_id="7", edits=True))
    assert TOKEN.partition(":")[2] not in await kept(rig)


async def test_an_open_page_is_told_that_the_token_is_gone(rig: Rig, tea: UUID):
    message = wrote(rig, f"/bot {TOKEN}", channel="web", message_id=UUID(int=9))
    heard: list[dict[str, str]] = []
    async with rig.database.listen("web") as connection:
        accepted = await inbox.accept(rig.database, rig.user_id, message)
        rig.dispatcher.wake(accepted.conversation_id, rig.user_id)
        async for notice in connection.notifies(timeout=10):
            heard.append(json.loads(notice.payload))
            if heard[-1].get("m") == str(UUID(int=9)):
                break
    assert heard[-1] == {"c": str(accepted.conversation_id), "m": str(UUID(int=9))}
    assert TOKEN.partition(":")[2] not in await kept(rig)


@dataclass(slots=True)
class Broken(Registry):
    """Fails whenever it is asked whose a bot is."""

    error: Exception = field(default_factory=VaultError)

    async def taken(self, account: str, user_id: UUID) -> bool:
        raise self.error


@pytest.mark.parametrize("error", [VaultError("gone"), RuntimeError("a bug")])
async def test_a_token_is_not_kept_when_bringing_it_fails(
    database: Database, registry: Registry, creator: UUID, error: Exception
):
    async with open_rig(database, creator, bots=Broken(registry.installations, error=error)) as rig:
        await send(rig, f"/coach {await coach_of(database, creator, 'Tea')}")
        (reply,) = await send(rig, f"/bot {TOKEN}")
        assert "Something went wrong on my side" in reply.text
        assert TOKEN.partition(":")[2] not in await kept(rig)


@dataclass(slots=True)
class Late(Registry):
    """Somebody else brings the same bot right after it was asked whose it is."""

    other: Installation | None = None

    async def taken(self, account: str, user_id: UUID) -> bool:
        before = await self.installations.is_anothers("telegram", account, user_id)
        if self.other is not None:
            await self.installations.put(self.other)
        return before


async def test_of_two_who_bring_a_bot_at_once_the_second_is_told(database: Database, registry: Registry, creator: UUID):
    first = await newcomer(database, "consumer", "creator")
    theirs = Installation("telegram", "5151515151", user_id=first, coach_id=await coach_of(database, first))
    async with open_rig(database, creator, bots=Late(registry.installations, other=theirs)) as rig:
        await send(rig, f"/coach {await coach_of(database, creator, 'Tea')}")
        (reply,) = await send(rig, f"/bot {TOKEN}")
    assert "not by you" in reply.text
    assert [bot.user_id for bot in await registry.installations.all("telegram")] == [first]
