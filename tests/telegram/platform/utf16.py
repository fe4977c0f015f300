"""Text in the platform's unit: offsets and lengths count UTF-16 code units."""

from __future__ import annotations

_LOW_SURROGATES = range(0xDC00, 0xE000)


def units(text: str) -> int:
    """Length of a text."""
    return len(_encoded(text)) // 2


def cut(text: str, offset: int, length: int) -> str:
    """The part of a text that an entity covers."""
    return _encoded(text)[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")


def splits_a_character(text: str, offset: int) -> bool:
    """Whether an offset lies between the two halves of one character."""
    half = _encoded(text)[2 * offset : 2 * offset + 2]
    return len(half) == 2 and int.from_bytes(half, "little") in _LOW_SURROGATES


def offset_of(text: str, index: int) -> int:
    """Where a Python index lies, in units."""
    return units(text[:index])


def _encoded(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")
