"""Bots that creators bring: a token of their own makes a bot of a platform that is one of their coaches."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol, cast
from uuid import UUID

from conversation import outbox
from conversation.installations import Installation
from conversation.markdown import plain
from conversation.message import Reply
from conversation.speech import Speech
from knowledge.db import Connection, Database, load_queries

CHANNEL = "telegram"
"""Where such bots live."""
MASK = "[token]"

_TOKEN = re.compile(r"(?<![\w:-])[0-9]{6,15}:[A-Za-z0-9_-]{30,60}(?![\w-])")
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


def token_in(text: str) -> str | None:
    """Find the token in what somebody wrote, such as the whole message of @BotFather."""
    found = _TOKEN.search(text)
    return found[0] if found else None


async def mask(connection: Connection, conversation_id: UUID, inbox_id: UUID, message_id: UUID) -> None:
    """Take tokens out of a message that was kept, out of its thread and its title."""
    given = {
        "conversation_id": conversation_id,
        "inbox_id": inbox_id,
        "message_id": message_id,
        "pattern": "[0-9]{6,15}:[A-Za-z0-9_-]+",
        "mask": MASK,
    }
    await connection.execute(_QUERIES["mask"], given)


def masked(value: object) -> object:
    """Take tokens out of an event as its platform brought it."""
    if isinstance(value, str):
        return _TOKEN.sub(MASK, value)
    if isinstance(value, list):
        return [masked(each) for each in cast("list[object]", value)]
    if isinstance(value, dict):
        return {name: masked(each) for name, each in cast("dict[str, object]", value).items()}
    return value


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
