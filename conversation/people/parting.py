"""Parting: where a person is linked, and taking one of these places away again.

Who is separated becomes a new person with their own threads; memory, coaches and sources stay with the one they leave.
What was joined less than a day ago is undone instead, so that each side has again what it had.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from conversation.people import merging
from conversation.people.identities import WEB, WORLDWIDE
from knowledge.db import Connection, load_queries

_SQL = load_queries("conversation.people", "parting.sql")
_LINKING = load_queries("conversation.people", "linking.sql")

Parted = Literal["undone", "parted", "last", "account", "unknown"]


@dataclass(frozen=True, slots=True)
class Link:
    """A place where a person is known. `key` names it in a button; an account on the web has its `email`.

    Where people have the same id for every bot (`WORLDWIDE`), all bots are one place, named by the first of them.
    """

    channel: str
    account: str
    external_id: str
    name: str
    since: datetime
    email: str = ""

    @property
    def key(self) -> str:
        """A short name that tells nobody who it is."""
        if self.channel == WEB:
            return WEB
        return hashlib.sha256(f"{self.channel}/{self.account}/{self.external_id}".encode()).hexdigest()[:12]


async def links(connection: Connection, user_id: UUID) -> list[Link]:
    """List where a person is known, the first first."""
    rows = await (await connection.execute(_LINKING["identities"], {"user_id": user_id})).fetchall()
    found = [
        Link(row["channel"], row["account"], row["external_id"], row["display_name"], row["created_at"]) for row in rows
    ]
    found = list({_known_by(each.channel, each.account, each.external_id): each for each in reversed(found)}.values())
    web = await (await connection.execute(_LINKING["web"], {"user_id": user_id})).fetchone()
    if web and web["since"]:
        found.append(Link(WEB, "", "", web["email"], web["since"], web["email"]))
    return sorted(found, key=lambda link: link.since)


async def part(connection: Connection, user_id: UUID, key: str, new_user_id: UUID) -> Parted:
    """Take a place away from a person, in a system transaction; doing it again with the same new id changes nothing."""
    if await (await connection.execute(_SQL["exists"], {"new_user_id": new_user_id})).fetchone():
        return "parted"
    known = await links(connection, user_id)
    link = next((link for link in known if link.key == key), None)
    if link is None:
        return "unknown"
    if len(known) == 1:
        return "last"
    if join_id := await joined_with(connection, user_id, link):
        if not await merging.undo(connection, join_id, user_id):
            return "unknown"
        await _keep_whole(connection, user_id)
        return "undone"
    if link.email:
        return "account"
    await _separate(connection, user_id, link, new_user_id)
    return "parted"


async def joined_with(connection: Connection, user_id: UUID, link: Link) -> UUID | None:
    """Tell which joining brought this place within the last day, so that it is undone instead."""
    rows = await connection.execute(_SQL["joins_with"], {"user_id": user_id, "undo": merging.UNDO})
    for row in await rows.fetchall():
        if _brought(row["record"], link):
            return row["join_id"]
    return None


def _brought(record: dict[str, Any], link: Link) -> bool:
    identities = record["moved"].get("identities.user_id", [])
    if link.channel == WEB:
        by_web = "web_sessions.user_id" in record["moved"] or any(key[0] == WEB for key in identities)
        return by_web and not link.email
    known = _known_by(link.channel, link.account, link.external_id)
    return any(_known_by(*key) == known for key in identities)


def _known_by(channel: str, account: str, external_id: str) -> tuple[str, str, str]:
    """Tell by what somebody is known: two places with the same are one."""
    return channel, "" if channel in WORLDWIDE else account, external_id


async def _keep_whole(connection: Connection, user_id: UUID) -> None:
    """Let who goes back take along the bots they met since they were joined."""
    rows = await connection.execute(_SQL["halved"], {"user_id": user_id, "worldwide": list(WORLDWIDE)})
    for row in await rows.fetchall():
        link = Link(row["channel"], row["account"], row["external_id"], row["display_name"], row["created_at"])
        await _separate(connection, user_id, link, row["back"])


async def _separate(connection: Connection, user_id: UUID, link: Link, new_user_id: UUID) -> None:
    web = link.channel == WEB
    values: dict[str, Any] = {
        "user_id": user_id,
        "new_user_id": new_user_id,
        "guest": web,
        "name": link.name or "Guest",
    }
    values |= {"channel": link.channel, "account": link.account, "external_id": link.external_id}
    values["wide"] = link.channel in WORLDWIDE
    rows = await (await connection.execute(_SQL["web_talks" if web else "talks"], values)).fetchall()
    values["conversations"] = [row["conversation_id"] for row in rows]
    await connection.execute(_SQL["lanes"], values)
    await connection.execute(_SQL["lock"], values)
    await connection.execute(_SQL["person"], values)
    await connection.execute(_SQL["move_web" if web else "move_identity"], values)
    await connection.execute(_SQL["move_talks"], values)
    await connection.execute(_SQL["follow"], values)
