"""The inbox: what a platform told us is committed here, once, before the platform gets its answer."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

import psycopg

from conversation import payloads
from conversation.errors import NotFound, TooLong
from conversation.message import Address, Message
from knowledge.db import Connection, Database, load_queries

LONGEST = 40_000
"""Characters of one message that are kept; a longer text is better sent as a file."""

_QUERIES = load_queries("conversation", "inbox.sql")
_TITLE = 60


@dataclass(frozen=True, slots=True)
class Accepted:
    """A committed message: where its turn will run, and whether it was new (a redelivery is not)."""

    inbox_id: UUID
    conversation_id: UUID
    user_id: UUID
    fresh: bool


def id_of(message: Message) -> UUID:
    """Derive the inbox id, so that a redelivered event finds its own row."""
    address = message.address
    return uuid5(NAMESPACE_URL, f"inbox:{address.channel}:{address.account}:{message.dedupe_key}")


def conversation_of(address: Address) -> UUID:
    """Derive a conversation's id from its address."""
    return uuid5(NAMESPACE_URL, f"conversation:{address.channel}:{address.account}:{address.external_id}")


async def accept(database: Database, user_id: UUID, message: Message) -> Accepted:
    """Commit a message of this person; doing it again changes nothing.

    Raises `TooLong`, `NotFound` for a conversation that is somebody else's, and `DatabaseUnavailable`.
    """
    length = max(len(message.text), len(message.action or ""))
    if length > LONGEST:
        raise TooLong(length, LONGEST)
    try:
        async with database.person(user_id) as connection:
            return await _insert(connection, user_id, message)
    except psycopg.errors.InsufficientPrivilege as error:
        raise NotFound("There is no such conversation.") from error


async def _insert(connection: Connection, user_id: UUID, message: Message) -> Accepted:
    inbox_id, address = id_of(message), message.address
    text = message.text.replace("\x00", "")
    cursor = await connection.execute(
        _QUERIES["accept"],
        {
            "conversation_id": conversation_of(address),
            "channel": address.channel,
            "account": address.account,
            "external_id": address.external_id,
            "kind": address.kind,
            "user_id": user_id,
            "title": title_of(text, message),
            "inbox_id": inbox_id,
            "dedupe_key": message.dedupe_key,
            "payload": payloads.jsonb(payloads.from_message(message)),
            "message_id": message_id_of(message),
            "text": text,
            "shown": payloads.jsonb(
                {"files": [{"name": f.name, "media_type": f.media_type} for f in message.attachments]}
            ),
        },
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound("There is no such conversation.")
    return Accepted(inbox_id, row["conversation_id"], user_id, row["fresh"])


def message_id_of(message: Message) -> UUID:
    """Tell the id under which a person's message stands in its thread."""
    return message.message_id or uuid5(id_of(message), "message")


def title_of(text: str, message: Message) -> str:
    """Title a thread by what opened it: the first words, a command's argument, or the first file's name."""
    line = " ".join(text.split())
    if message.action:
        return ""
    if line.startswith("/"):
        line = line.partition(" ")[2]
    if not line and message.attachments:
        line = message.attachments[0].name
    return line if len(line) <= _TITLE else line[: _TITLE - 1].rsplit(" ", 1)[0] + "…"


async def cancel(database: Database, user_id: UUID, conversation_id: UUID) -> list[UUID]:
    """Ask for the waiting and the running turn of a conversation to stop; gives their inbox ids."""
    async with database.person(user_id) as connection:
        cursor = await connection.execute(_QUERIES["cancel"], {"conversation_id": conversation_id})
        return [row["inbox_id"] for row in await cursor.fetchall()]
