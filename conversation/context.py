"""Context: reads what a turn knows when it starts, and lets the coach answer that was called by its name."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from conversation import inbox, payloads
from conversation.coaches import cards
from conversation.errors import NotFound
from conversation.lanes import Lane
from conversation.message import Message
from conversation.quoting import quoted_by
from conversation.skills import calling
from conversation.turn import CoachCard, Memory, Said, Speaker, Turn
from knowledge.db import Connection, load_queries

_QUERIES = load_queries("conversation", "turns.sql")


async def read(connection: Connection, lane: Lane, inbox_id: UUID, message: Message) -> Turn:
    """Read the conversation as its person sees it; raises `NotFound` if it is gone."""
    cursor = await connection.execute(
        _QUERIES["context"],
        {
            "conversation_id": lane.conversation_id,
            "user_id": lane.user_id,
            "message_id": inbox.message_id_of(message),
        },
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound("This conversation is gone.")
    history = _history(row, message.address.kind)
    quoted = quoted_by(message, history)
    turn = Turn(
        inbox_id=inbox_id,
        conversation_id=lane.conversation_id,
        message=message,
        person=_speaker(row),
        coach=_coach(row),
        history=(*history, Said("person", f"> {quoted}")) if quoted else history,
        quoted=quoted,
        memory=tuple(Memory(UUID(fact["fact_id"]), fact["predicate"], fact["object"]) for fact in row["memory"]),
        expects=row["expects"],
        tokens_today=row["tokens_today"],
        withdrawn=row["withdrawn"],
        coach_bound=row["coach_bound"],
    )
    return await calling.called(connection, turn)


async def message_of(connection: Connection, conversation_id: UUID, inbox_id: UUID) -> Message | None:
    """Read an earlier message of a conversation; None if there is none, or its author deleted it."""
    cursor = await connection.execute(_QUERIES["message"], {"conversation_id": conversation_id, "inbox_id": inbox_id})
    row = await cursor.fetchone()
    return payloads.to_message(row["payload"]) if row else None


def _history(row: dict[str, Any], kind: str) -> tuple[Said, ...]:
    """Read what was said before; a thread that was begun below something of ours begins with that."""
    history = tuple(_said(said, kind) for said in row["history"])
    begun_below = row["begun_below"]
    if begun_below is None:
        return history
    return (Said("coach", begun_below["text"], begun_below["about"] or ""), *history)


def _said(said: dict[str, Any], kind: str) -> Said:
    """Read an earlier message; where several people talk, with the name of who said it."""
    named = kind != "direct" and said["author"] == "person" and said["author_name"]
    return Said(
        said["author"], f"{said['author_name']}: {said['text']}" if named else said["text"], said["about"] or ""
    )


def _speaker(row: dict[str, Any]) -> Speaker:
    return Speaker(
        user_id=row["user_id"],
        name=row["display_name"],
        roles=frozenset(row["roles"]),
        guest=row["guest"],
        language=row["language"],
        time_zone=row["time_zone"],
        zone_known=row["zone_known"],
        group=row["group_chat"],
    )


def _coach(row: dict[str, Any]) -> CoachCard:
    return CoachCard(
        coach_id=row["coach_id"],
        name=row["coach_name"],
        description=row["description"],
        persona=row["persona"],
        own=row["own"],
        guide=row["guide"],
        published=row["published"],
        documents=row["documents"],
        topics=tuple(row["topics"]),
        avatar=row["avatar"] or cards.by_name(row["coach_name"]),
    )
