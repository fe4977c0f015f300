"""How messages and replies are written into the ledger's `jsonb` columns, and read back."""

from __future__ import annotations

from typing import Any

from psycopg.types.json import Jsonb
from pydantic import TypeAdapter

from conversation.message import Message, Reply

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
    """Wrap plain JSON values for a `jsonb` parameter; NUL, which Postgres cannot keep, is dropped."""
    return Jsonb(_clean(payload))


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    return value
