"""Unsaid: what its author deleted on the platform is forgotten here as well, wherever it was kept.

The row of the inbox stays without its words, so that the platform may tell of it again without being answered. An
answer that stands there stays, without what it repeats of a voice message and without buttons that ask the question
again; where it restates the question, the coach no longer looks back at it. What is deleted before it came in is not
heard for a day.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from conversation import inbox, outbox, payloads
from conversation.feedback import placed
from conversation.message import Address
from conversation.people import erasing
from conversation.storable import storable
from knowledge.db import Connection, load_queries

_SQL = load_queries("conversation.people", "unsaid.sql")


async def unsay(connection: Connection, address: Address, native_id: str) -> list[UUID]:
    """Forget a message with all of its wordings, in a system transaction; doing it again changes nothing.

    Gives the conversations in which it is being answered at this moment.
    """
    if not native_id:
        return []
    given: dict[str, Any] = {**placed(address), "native_id": native_id}
    found = await (await connection.execute(_SQL["places"], given)).fetchall()
    given["conversations"] = [row["conversation_id"] for row in found]
    lanes = await (await connection.execute(_SQL["lanes"], given)).fetchall()  # before its turn can commit
    rows = await (await connection.execute(_SQL["rows"], given)).fetchall()
    if rows:
        await _forget(connection, rows)
        await _forget_facts(connection, rows[0]["user_id"], _message_ids(rows))
    else:
        await connection.execute(_SQL["withdraw"], given)
    running = {row["conversation_id"] for row in rows if row["runs"]}
    for conversation_id in running - {row["conversation_id"] for row in lanes if row["leased"]}:
        await outbox.close_open(connection, conversation_id)  # nobody else is there to do it
    await outbox.notify(connection)
    return sorted(running)


async def _forget(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Take the words out of inbox, thread, title, questions, buttons, and what later answers lean on."""
    said = [payloads.to_message(row["payload"]) for row in rows]
    given: dict[str, Any] = {
        "inbox_ids": [row["inbox_id"] for row in rows],
        "roots": [row["root"] for row in rows],
        "keys": [f"turn:{row['root']}:%" for row in rows],
        "conversations": [row["conversation_id"] for row in rows],
        "message_ids": _message_ids(rows),
        "texts": [text for message in said if (text := storable(message.text).strip())],
        "spoken": [f"turn:{row['root']}:%" for row, message in zip(rows, said, strict=True) if message.spoken],
        "titles": [inbox.title_of(message.text, message) for message in said],
    }
    for statement in ("heard", "buttons", "leaning", "scrub", "messages", "title", "answers"):
        await connection.execute(_SQL[statement], given)


async def _forget_facts(connection: Connection, user_id: UUID, message_ids: list[UUID]) -> None:
    """Forget what was heard in these messages alone; what a fact of theirs had ended holds again."""
    given: dict[str, Any] = {"user_id": user_id, "message_ids": message_ids}
    await connection.execute(_SQL["dropped"], given)
    given["fact_ids"] = await _ids(connection, "facts", given)
    if not given["fact_ids"]:
        return
    alone = await _ids(connection, "alone", given)
    await connection.execute(_SQL["supports"], given)
    await connection.execute(_SQL["revive"], {"fact_ids": alone})
    await erasing.erase_facts(connection, user_id, alone)


async def _ids(connection: Connection, statement: str, given: dict[str, Any]) -> list[UUID]:
    return [row["fact_id"] for row in await (await connection.execute(_SQL[statement], given)).fetchall()]


def _message_ids(rows: Sequence[dict[str, Any]]) -> list[UUID]:
    return [inbox.message_id_of(payloads.to_message(row["payload"])) for row in rows]
