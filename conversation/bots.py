"""Bots that creators bring: a token of their own makes a bot of a platform that is one of their coaches."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Protocol, cast, runtime_checkable
from uuid import UUID

from conversation import outbox
from conversation.installations import Installation
from conversation.markdown import plain
from conversation.message import Message, Reply
from conversation.speech import Speech
from knowledge.db import Connection, Database, load_queries

CHANNEL = "telegram"
"""Where such bots live."""
MASK = "[token]"

_TOKEN = re.compile(r"(?:(?<![\w:-])|(?<=/bot))[0-9]{6,15}:[A-Za-z0-9_-]{30,60}(?![\w-])")
"""A token by itself, or in an address of the Bot API."""
_QUERIES = load_queries("conversation", "bots.sql")


@dataclass(frozen=True, slots=True)
class BotIdentity:
    """Who a bot is on its platform: its id there, its user name without the @, and the address that opens it."""

    account: str
    name: str
    url: str


class Bots(Protocol):
    """What brings somebody's own bot into the hub."""

    async def check(self, token: str) -> BotIdentity | None:
        """Ask the platform whose token this is; None for nobody's. Raises a `ChannelError`."""
        ...

    async def taken(self, account: str, user_id: UUID) -> bool:
        """Tell whether this bot is the hub's own, or was brought by somebody else than this person."""
        ...

    def sealed(self, installation: Installation) -> str:
        """Seal the secrets of an installation."""
        ...


@runtime_checkable
class Brought(Protocol):
    """A channel that may be a bot which a creator brought."""

    @property
    def account(self) -> str:
        """The bot's id on its platform."""
        ...

    @property
    def brought(self) -> bool:
        """Whether a creator brought it."""
        ...


async def is_let_go(connection: Connection, channel: object) -> bool:
    """Tell whether this is a bot that was brought and is not any more, which may still run for a moment.

    What is said to it is not heard: it would be taken for a bot of the hub, and its creator still reads along. One that
    is there stays so until this system transaction ends.
    """
    if not (isinstance(channel, Brought) and channel.brought):
        return False
    given = {"channel": CHANNEL, "account": channel.account}
    return await (await connection.execute(_QUERIES["brought"], given)).fetchone() is None


def token_in(text: str) -> str | None:
    """Find the token in what somebody wrote, such as the whole message of @BotFather."""
    found = _TOKEN.search(text)
    return found[0] if found else None


def without_tokens(message: Message) -> Message:
    """Take tokens out of all that comes with a message but its text, which the skill has to read before `mask`."""
    return replace(
        message,
        action=None if message.action is None else masked_text(message.action),
        quoted=masked_text(message.quoted),
        fields={name: masked_text(value) for name, value in message.fields.items()},
        author=replace(message.author, name=masked_text(message.author.name)),
        attachments=tuple(replace(file, name=masked_text(file.name)) for file in message.attachments),
    )


async def mask(connection: Connection, conversation_id: UUID, inbox_id: UUID) -> None:
    """Take tokens out of a conversation in which this message brought one, wherever it is shown.

    All of it is looked through: the other messages of an album, and earlier wordings, hold the same words. What has not
    been answered yet is left, because its turn has to read it.
    """
    given = {
        "conversation_id": conversation_id,
        "inbox_id": inbox_id,
        "token": "[0-9]{6,15}:[A-Za-z0-9_-]{30,}",
        "pattern": "[0-9]{6,15}:[A-Za-z0-9_-]+",
        "mask": MASK,
    }
    await connection.execute(_QUERIES["mask"], given)


def masked(value: object) -> object:
    """Take tokens out of an event as its platform brought it."""
    if isinstance(value, str):
        return masked_text(value)
    if isinstance(value, list):
        return [masked(each) for each in cast("list[object]", value)]
    if isinstance(value, dict):
        return {name: masked(each) for name, each in cast("dict[str, object]", value).items()}
    return value


def masked_text(text: str) -> str:
    """Take tokens out of a text."""
    return _TOKEN.sub(MASK, text)


async def reclaim(database: Database, account: str) -> bool:
    """Forget that a creator brought a bot which is the hub's own now; tells whether somebody had."""
    async with database.system() as connection:
        given = {"channel": CHANNEL, "account": account}
        return await (await connection.execute(_QUERIES["reclaim"], given)).fetchone() is not None


async def close(database: Database, account: str) -> None:
    """Forget a bot whose token counts no more, and tell who brought it; whoever is first does, and once."""
    async with database.system() as connection:
        given = {"channel": CHANNEL, "account": account}
        row = await (await connection.execute(_QUERIES["close"], given)).fetchone()
        if row is None or row["conversation_id"] is None:
            return
        said = Speech(row["language"]).say(
            "Telegram no longer knows the token of your bot @{bot}, so I have closed it. "
            "Make a new token at @BotFather and send it to me with `/bot`, and it goes on.",
            bot=plain(row["name"]),
        )
        key = f"bot:{account}:closed:{row['installed_at'].timestamp()}"
        await outbox.append(connection, row["conversation_id"], key, Reply(said), "proactive")
        await outbox.notify(connection)
