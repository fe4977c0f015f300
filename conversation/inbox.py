"""The inbox: what a platform told us is committed here, once, before the platform gets its answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import psycopg

from conversation import bots, payloads
from conversation.errors import NotFound, TooLong
from conversation.message import Address, Attachment, Message
from conversation.people.errors import ShutOut
from conversation.storable import storable
from knowledge.db import Connection, Database, load_queries

LONGEST = 40_000
"""Characters of one message that are kept; a longer text is better sent as a file."""

GATHER = 0.8
"""Seconds to wait for the rest of an album after each of its messages."""

AGAIN = 1.0
"""Seconds in which a button that is pressed once more was pressed twice by accident, though it was answered already."""

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
    """Commit a message of this person; doing it again changes nothing, nor does a button that is pressed twice.

    Raises `TooLong`, `ShutOut`, `DatabaseUnavailable`, and `NotFound` for a conversation that is somebody else's, or a
    message that was taken in another one.
    """
    try:
        async with database.person(user_id) as connection:
            if await (await connection.execute(_QUERIES["shut_out"], {"user_id": user_id})).fetchone():
                raise ShutOut
            return await insert(connection, user_id, message)
    except psycopg.errors.InsufficientPrivilege as error:
        raise NotFound("There is no such conversation.") from error


async def insert(connection: Connection, user_id: UUID, message: Message) -> Accepted:
    """Do what `accept` does, in the person's transaction or the system's."""
    length = max(len(message.text), len(message.action or ""))
    if length > LONGEST:
        raise TooLong(length, LONGEST)
    message = bots.without_tokens(message)
    original = await _original(connection, user_id, message) if message.edits else None
    if original is None:
        return await _take(connection, user_id, message)
    if settled := await _reworded(connection, user_id, message, original):
        return settled
    stands_as = message_id_of(payloads.to_message(original["payload"]))
    anew = replace(message, message_id=stands_as)
    if original["whole"]:
        anew = _in_album(anew, payloads.to_message(original["whole"]))
    return await _take(connection, user_id, anew, original["first"] or original["root"])


async def _reworded(
    connection: Connection, user_id: UUID, message: Message, original: dict[str, Any]
) -> Accepted | None:
    """Write the new wording of a message down; None if it has to be answered anew."""
    first = payloads.to_message(original["payload"])
    text = storable(message.text)
    given = {"inbox_id": original["inbox_id"], "text": text, "message_id": message_id_of(first)}
    standing = await (await connection.execute(_QUERIES["standing"], given)).fetchone()
    same = standing and standing["text"] == text and _files(message) <= _files(first)
    if original["deleted"] or same:
        return Accepted(original["inbox_id"], original["conversation_id"], user_id, False)
    await connection.execute(_QUERIES["reword"], given | _retitled(original, first, text))
    if original["untouched"]:
        return Accepted(original["inbox_id"], original["conversation_id"], user_id, True)
    return None


async def _take(connection: Connection, user_id: UUID, message: Message, replaces: UUID | None = None) -> Accepted:
    """Write a message down, for its lane to answer; one that `replaces` another is answered in its place."""
    if message.action is not None:
        await connection.execute(_QUERIES["press"], {"conversation_id": conversation_of(message.address)})
    row = await (await connection.execute(_QUERIES["accept"], _row(user_id, message, replaces))).fetchone()
    if row is None:
        raise NotFound("There is no such conversation.")
    if not row["fresh"]:
        await _stay_home(connection, message, row["conversation_id"])
    if message.album:
        given = {"conversation_id": row["conversation_id"], "album": message.album, "gather": GATHER}
        await connection.execute(_QUERIES["gather"], given)
    return Accepted(id_of(message), row["conversation_id"], user_id, row["fresh"])


async def _stay_home(connection: Connection, message: Message, conversation_id: UUID) -> None:
    """Raise `NotFound` where what is told again was taken in another conversation: this one must not begin by it."""
    home = await (await connection.execute(_QUERIES["home"], {"inbox_id": id_of(message)})).fetchone()
    if home and home["conversation_id"] != conversation_id:
        raise NotFound("This was said in another chat already.")


def _retitled(original: dict[str, Any], first: Message, text: str) -> dict[str, Any]:
    """Give a thread that was titled by a message which nobody has read yet the title of its new wording."""
    titles = {"title": title_of(text, first), "old_title": title_of(storable(first.text), first)}
    return titles | {"conversation_id": original["conversation_id"], "untouched": original["untouched"]}


async def _original(connection: Connection, user_id: UUID, message: Message) -> dict[str, Any] | None:
    """Find what an edited message was first, if it was for us."""
    given = {**_place(message.address), "user_id": user_id, "native_id": message.native_id}
    return await (await connection.execute(_QUERIES["original"], given)).fetchone()


def _in_album(message: Message, whole: Message) -> Message:
    """Let the new caption of one file of an album count for all of them."""
    files = whole.attachments if _files(message) <= _files(whole) else message.attachments
    return replace(message, attachments=files, album="")


def _files(message: Message) -> set[tuple[str, str, int]]:
    return {(file.kind, file.name, file.size) for file in message.attachments}


def _row(user_id: UUID, message: Message, replaces: UUID | None) -> dict[str, Any]:
    text = storable(message.text)
    return {
        **_place(message.address),
        "conversation_id": conversation_of(message.address),
        "kind": message.address.kind,
        "via": message.address.via if message.address.lasting else "",
        "place": message.address.external_id if message.address.kind == "direct" else message.address.group_id,
        "user_id": user_id,
        "title": title_of(text, message),
        "inbox_id": id_of(message),
        "dedupe_key": message.dedupe_key,
        "payload": payloads.jsonb(payloads.from_message(message)),
        "native_id": "" if replaces else message.native_id,
        "edits": message.edits or message.action is not None,
        "album": message.album,
        "pressed": message.action is not None,
        "again": AGAIN,
        "replaces": replaces,
        "gather": GATHER if message.album else 0.0,
        "message_id": message_id_of(message),
        "author_name": storable(message.author.name),
        "text": text,
        "shown": payloads.jsonb({"files": [_shown(file) for file in message.attachments]}),
    }


def _shown(file: Attachment) -> dict[str, str]:
    """Give what a thread shows of a file; one that was kept can be opened."""
    kept = {"file_id": str(file.file_id)} if file.file_id else {}
    return {"name": file.name, "media_type": file.media_type, **kept}


def _place(address: Address) -> dict[str, Any]:
    return {"channel": address.channel, "account": address.account, "external_id": address.external_id}


async def find(connection: Connection, user_id: UUID, address: Address) -> UUID | None:
    """Find the conversation that lives at an address; None if this person has none there."""
    row = await (await connection.execute(_QUERIES["find"], {**_place(address), "user_id": user_id})).fetchone()
    return row["conversation_id"] if row else None


async def takes_part(connection: Connection, address: Address, native_id: str = "") -> bool:
    """Tell whether we have been spoken to at an address, in the message with this id if it is given; needs a system
    transaction."""
    given = {**_place(address), "native_id": native_id}
    row = await (await connection.execute(_QUERIES["takes_part"], given)).fetchone()
    return bool(row and row["found"])


async def value_of(connection: Connection, user_id: UUID, token: str) -> str | None:
    """Tell what a button stands for whose value was too long for the platform; None if nobody knows any more."""
    row = await (await connection.execute(_QUERIES["token"], {"user_id": user_id, "token": token})).fetchone()
    return row["value"] if row else None


def message_id_of(message: Message) -> UUID:
    """Tell the id under which a person's message stands in its thread."""
    return message.message_id or uuid5(id_of(message), "message")


def title_of(text: str, message: Message) -> str:
    """Title a thread by what opened it: the first words, a command's argument, or the first file's name."""
    line = " ".join(bots.masked_text(text).split())
    if message.action:
        return ""
    if line.startswith("/"):
        line = line.partition(" ")[2]
    if not line and message.attachments:
        line = storable(message.attachments[0].name)
    return line if len(line) <= _TITLE else line[: _TITLE - 1].rsplit(" ", 1)[0] + "…"


async def cancel(database: Database, user_id: UUID, conversation_id: UUID) -> list[UUID]:
    """Ask for the waiting and the running turn of a conversation to stop; gives their inbox ids."""
    async with database.person(user_id) as connection:
        return await cancel_in(connection, user_id, conversation_id)


async def cancel_in(connection: Connection, user_id: UUID, conversation_id: UUID, *, begun: bool = False) -> list[UUID]:
    """Do what `cancel` does, in the person's transaction or the system's; what waits goes on if only what has `begun`
    is meant."""
    given = {"conversation_id": conversation_id, "user_id": user_id, "begun": begun}
    cursor = await connection.execute(_QUERIES["cancel"], given)
    return [row["inbox_id"] for row in await cursor.fetchall()]
