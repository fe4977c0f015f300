"""Doors: the addresses under which people find the hub on a channel, as the channel tells them when it starts."""

from __future__ import annotations

import re

from conversation.people.identities import WORLDWIDE
from knowledge.db import Connection, Database, load_queries

_SQL = load_queries("conversation.people", "doors.sql")
_CODE = re.compile(r"[?&][^?&]*\{code\}.*$")
"""The part of an address that hands a code in."""


async def announce(database: Database, channel: str, account: str, url: str) -> None:
    """Note where a channel is found; `{code}` in the address is the place of a code for linking.

    On Telegram that is `https://t.me/NAME_OF_THE_BOT?start=link_{code}`.
    """
    async with database.system() as connection:
        await connection.execute(_SQL["announce"], {"channel": channel, "account": account, "url": url})


async def address(connection: Connection, channel: str, account: str | None = None) -> str:
    """Give the address of a private talk on a channel, with the hub itself if no account is named; "" if it has told
    none.

    Of the bots that people meet worldwide, those of creators are not the hub: they take no codes.
    """
    found = await _found(connection, channel, account)
    return "" if account is None and channel in WORLDWIDE and "{code}" not in found else _CODE.sub("", found)


async def with_code(connection: Connection, channel: str, code: str) -> str:
    """Give the address that opens a channel and hands a code in, "" if it has told none."""
    found = await _found(connection, channel, None)
    return found.replace("{code}", code) if "{code}" in found else ""


async def _found(connection: Connection, channel: str, account: str | None) -> str:
    row = await (await connection.execute(_SQL["door"], {"channel": channel, "account": account})).fetchone()
    return row["url"] if row else ""
