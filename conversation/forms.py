"""Forms: finding the one that a pressed button stands for, and reading what was filled in."""

from __future__ import annotations

from uuid import UUID

from conversation import inbox, payloads
from conversation.message import Form, Message
from knowledge.db import Connection, Database, load_queries

OPEN = "/form"
"""How the value of a button begins that opens a form: `/form` and the id of the outbox row it stands under."""

_QUERIES = load_queries("conversation", "forms.sql")


def meant(message: Message) -> UUID | None:
    """Tell under which row the form stands that somebody wants to fill in; None if that is not what they did."""
    word, _, rest = (message.action or "").partition(" ")
    if word != OPEN:
        return None
    try:
        return UUID(rest.strip())
    except ValueError:
        return None


async def wanted(database: Database, message: Message) -> Form | None:
    """Find the form that a pressed button of this conversation opens; None where there is none any more."""
    outbox_id = meant(message)
    if outbox_id is None:
        return None
    async with database.system() as connection:
        return await find(connection, inbox.conversation_of(message.address), outbox_id)


async def find(connection: Connection, conversation_id: UUID, outbox_id: UUID) -> Form | None:
    """Read the form of something that was said in a conversation."""
    given = {"outbox_id": outbox_id, "conversation_id": conversation_id}
    row = await (await connection.execute(_QUERIES["form"], given)).fetchone()
    return payloads.to_reply(row["payload"]).form if row else None
