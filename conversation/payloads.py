"""How messages and replies are written into the ledger's `jsonb` columns, and read back."""

from __future__ import annotations

from typing import Any

from psycopg.types.json import Jsonb
from pydantic import TypeAdapter

from conversation.message import Message, Reply
from conversation.storable import storable_json

_MESSAGE = TypeAdapter(Message)
_REPLY = TypeAdapter(Reply)


def from_message(message: Message) -> dict[str, Any]:
    """Write a message down as plain JSON values."""
    return _MESSAGE.dump_python(message, mode="json")


def to_message(payload: object) -> Message:
    """Read a message back."""
    return _MESSAGE.validate_python(payload)


def from_reply(reply: Reply) -> dict[str, Any]:
    """Write a reply down as plain JSON values."""
    return _REPLY.dump_python(reply, mode="json")


def to_reply(payload: object) -> Reply:
    """Read a reply back."""
    return _REPLY.validate_python(payload)


def jsonb(payload: object) -> Jsonb:
    """Wrap plain JSON values for a `jsonb` parameter, their texts as the ledger can keep them."""
    return Jsonb(storable_json(payload))
