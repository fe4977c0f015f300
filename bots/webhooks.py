"""What rooms that are called by a platform share: how a call is read, and how it is answered."""

from __future__ import annotations

from collections.abc import AsyncIterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a platform's call."""

    status: int
    body: bytes = b""
    media_type: str = "text/plain"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


async def read(body: AsyncIterable[bytes], limit: int) -> bytes | None:
    """Give a body of at most `limit` bytes, or None as soon as it is longer."""
    text = bytearray()
    async for piece in body:
        text += piece
        if len(text) > limit:
            return None
    return bytes(text)
