"""Lanes: one turn at a time per conversation, across all replicas, by a lease with a fencing token."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from conversation import inbox, payloads
from conversation.errors import LeaseLost
from conversation.message import Message
from conversation.storable import storable
from knowledge.db import Connection, Database, load_queries

LEASE = 10.0
"""Seconds a lane stays leased without renewal: a dead worker's turn starts again within this time plus one sweep."""
RENEWAL = 3.0
"""Seconds between two renewals."""

_QUERIES = load_queries("conversation", "lanes.sql")


@dataclass(frozen=True, slots=True)
class Lane:
    """A leased conversation. Only the holder of the highest `fence` may commit."""

    conversation_id: UUID
    user_id: UUID
    fence: int


@dataclass(frozen=True, slots=True)
class Taken:
    """The oldest waiting message of a lane, how often it was tried, this time included, and how often that failed.

    A try that was cut short, by a process's end or a database that was away, is no failure. With `replaces`, it is a
    later wording of that message, whose answer it takes the place of.
    """

    inbox_id: UUID
    message: Message
    attempts: int
    failures: int
    cancelled: bool
    replaces: UUID | None = None
    language: str = "en"

    @property
    def answers(self) -> UUID:
        """The inbox id whose answer this turn writes."""
        return self.replaces or self.inbox_id

    @property
    def again(self) -> bool:
        """Whether the same words are answered once more, and what was said stands until something better does."""
        return self.replaces is not None and self.message.dedupe_key.startswith("again:")


async def lease(connection: Connection, owner: str, conversation_id: UUID, user_id: UUID) -> Lane | None:
    """Lease a lane that nobody holds; None if somebody does."""
    cursor = await connection.execute(
        _QUERIES["lease"], {"owner": owner, "seconds": LEASE, "conversation_id": conversation_id}
    )
    row = await cursor.fetchone()
    return Lane(conversation_id, user_id, row["fence"]) if row else None


async def take(connection: Connection, conversation_id: UUID) -> Taken | None:
    """Take the oldest waiting message of a leased lane, counting the attempt."""
    cursor = await connection.execute(_QUERIES["take"], {"conversation_id": conversation_id})
    row = await cursor.fetchone()
    if row is None:
        return None
    message = payloads.to_message(row["payload"])
    if row["album"]:
        message = await _whole_album(connection, conversation_id, row["inbox_id"], message)
    fields = {name: row[name] for name in ("inbox_id", "attempts", "failures", "cancelled", "replaces", "language")}
    return Taken(message=message, **fields)


async def _whole_album(connection: Connection, conversation_id: UUID, inbox_id: UUID, message: Message) -> Message:
    """Join the messages of an album into its first, and mark the others as done with it."""
    given = {"conversation_id": conversation_id, "inbox_id": inbox_id, "album": message.album}
    others = [payloads.to_message(row["payload"]) async for row in await connection.execute(_QUERIES["collect"], given)]
    files = tuple(file for each in (message, *others) for file in each.attachments)
    text = next((each.text for each in (message, *others) if each.text.strip()), "")
    if not text:  # what came after the rest of its album was done goes by the same caption
        row = await (await connection.execute(_QUERIES["caption"], given)).fetchone()
        text = row["text"] if row else ""
    if not others and text == message.text:
        return message
    whole = replace(message, text=text, attachments=files)
    await keep(connection, inbox_id, whole)
    return whole


async def keep(connection: Connection, inbox_id: UUID, message: Message, *, reworded: bool = False) -> None:
    """Write down what is known of a waiting message by now; where it was `reworded`, in its thread as well."""
    payload = payloads.jsonb(payloads.from_message(message))
    await connection.execute(_QUERIES["keep"], {"inbox_id": inbox_id, "payload": payload})
    if reworded:
        given = {"message_id": inbox.message_id_of(message), "text": storable(message.text)}
        await connection.execute(_QUERIES["reword"], given)


async def renew(database: Database, lane: Lane, inbox_id: UUID) -> bool:
    """Keep a lane; tell whether its turn was cancelled. Raises `LeaseLost`."""
    async with database.person(lane.user_id) as connection:
        cursor = await connection.execute(
            _QUERIES["renew"],
            {"conversation_id": lane.conversation_id, "fence": lane.fence, "seconds": LEASE, "inbox_id": inbox_id},
        )
        row = await cursor.fetchone()
    if row is None or not row["held"]:
        raise LeaseLost
    return row["cancelled"]


async def hold(connection: Connection, lane: Lane) -> None:
    """Lock a lane for the rest of this transaction; raises `LeaseLost` if the fence has moved on."""
    cursor = await connection.execute(_QUERIES["hold"], {"conversation_id": lane.conversation_id, "fence": lane.fence})
    if await cursor.fetchone() is None:
        raise LeaseLost


async def release(connection: Connection, lane: Lane) -> None:
    """Give a lane back; does nothing if it was lost."""
    await connection.execute(_QUERIES["release"], {"conversation_id": lane.conversation_id, "fence": lane.fence})


async def due(database: Database, settled: float = 0.0, limit: int = 64) -> list[tuple[UUID, UUID]]:
    """List (conversation_id, user_id) of free lanes with messages older than `settled` seconds."""
    async with database.system() as connection:
        cursor = await connection.execute(_QUERIES["due"], {"settled": settled, "limit": limit})
        return [(row["conversation_id"], row["user_id"]) for row in await cursor.fetchall()]


async def finish(connection: Connection, inbox_id: UUID, state: str = "done") -> bool:
    """Mark a message as answered (or `dead`); False if it already was."""
    cursor = await connection.execute(_QUERIES["finish"], {"inbox_id": inbox_id, "state": state})
    return await cursor.fetchone() is not None


async def postpone(database: Database, inbox_id: UUID, seconds: float) -> None:
    """Count a failed attempt, and let the message wait before the next one."""
    async with database.system() as connection:
        await connection.execute(_QUERIES["postpone"], {"inbox_id": inbox_id, "seconds": seconds})
