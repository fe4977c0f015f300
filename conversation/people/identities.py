"""Identities: the same person on several channels, each known there by the channel's own id and never by a name."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID, uuid4

from conversation.people import names
from conversation.people.errors import InvalidName, NobodyFound
from knowledge.db import Connection, load_queries

_SQL = load_queries("conversation.people", "identities.sql")

WEB = "web"
WORLDWIDE = frozenset({"telegram"})
"""Channels where people have the same id for every bot: who meets another bot of the hub is no stranger to it."""


async def find(connection: Connection, channel: str, account: str, external_id: str) -> UUID | None:
    """Tell who this is on a channel, or None for a stranger; needs a system transaction."""
    values = {"channel": channel, "account": account, "external_id": external_id}
    row = await (await connection.execute(_SQL["find"], values)).fetchone()
    return row["user_id"] if row else None


async def resolve(
    connection: Connection,
    channel: str,
    account: str,
    external_id: str,
    display_name: str = "",
    *,
    language: str = "en",
    kind: Literal["person", "group"] = "person",
    welcome: bool = True,
) -> UUID:
    """Tell who this is on a channel, and make a stranger a person; needs a system transaction.

    A newcomer gets this language; one who is not `welcome`, where nobody may join uninvited, gets no role; a group is
    let in as soon as somebody who is speaks there. On the web
    the id is the person's own, who signed in before: an unknown one raises `NobodyFound`.
    """
    values: dict[str, Any] = {
        "channel": channel,
        "account": account,
        "external_id": external_id,
        "display_name": _shown(display_name),
        "language": language,
        "kind": kind,
        "roles": ["consumer"] if welcome else [],
    }
    row = await (await connection.execute(_SQL["find"], values)).fetchone()
    if row is None:
        await connection.execute(_SQL["lock"], values | ({"account": ""} if channel in WORLDWIDE else {}))
        row = await (await connection.execute(_SQL["find"], values)).fetchone()
    if row is None:
        return await _add(connection, values)
    if kind == "group" and welcome and not row["welcome"]:
        await connection.execute(_SQL["let_in"], {"user_id": row["user_id"], "roles": values["roles"]})
    if row["unseen"]:
        await connection.execute(_SQL["seen"], {"user_id": row["user_id"]})
    if values["display_name"] not in ("", row["display_name"]):
        await connection.execute(_SQL["rename"], values)
    return row["user_id"]


async def _add(connection: Connection, values: dict[str, Any]) -> UUID:
    if values["channel"] == WEB:
        user_id = await _of_the_web(connection, values["external_id"])
    else:
        user_id = await _met_elsewhere(connection, values) or uuid4()
        await connection.execute(_SQL["add_person"], values | {"user_id": user_id})
    await connection.execute(_SQL["add"], values | {"user_id": user_id})
    return user_id


async def _met_elsewhere(connection: Connection, values: dict[str, Any]) -> UUID | None:
    """Find who this is by another bot of the channel."""
    if values["channel"] not in WORLDWIDE or values["kind"] != "person":
        return None
    row = await (await connection.execute(_SQL["elsewhere"], values)).fetchone()
    return row["user_id"] if row else None


async def _of_the_web(connection: Connection, external_id: str) -> UUID:
    try:
        user_id = UUID(external_id)
    except ValueError as error:
        raise NobodyFound(external_id) from error
    row = await (await connection.execute(_SQL["exists"], {"user_id": user_id})).fetchone()
    if row is None:
        raise NobodyFound(external_id)
    return user_id


async def shut_out(connection: Connection, channel: str, account: str, *external_ids: str) -> bool:
    """Tell whether somebody among these may not use the hub; needs a system transaction."""
    values = {"channel": channel, "account": account, "external_ids": list(external_ids), "wide": channel in WORLDWIDE}
    return await (await connection.execute(_SQL["shut_out"], values)).fetchone() is not None


def _shown(display_name: str) -> str:
    """A platform's name as we keep it: cut to our length, empty if nothing of it can be shown."""
    try:
        return names.display_name(display_name[: names.LONGEST_NAME])
    except InvalidName:
        return ""


async def welcome(connection: Connection, user_id: UUID) -> bool:
    """Tell whether this person may use the hub; needs a system transaction."""
    row = await (await connection.execute(_SQL["welcome"], {"user_id": user_id})).fetchone()
    return bool(row and row["welcome"])
