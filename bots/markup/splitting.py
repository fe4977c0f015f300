"""Cutting a long text into messages that together say all of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

Unit = Literal["characters", "utf16"]

# Where a text is best cut, the best first: between paragraphs, lines, sentences, words.
_SEAMS = ("\n\n", "\n", ". ", " ")


def length(text: str, unit: Unit) -> int:
    """Count a text in a platform's unit; in UTF-16 a character outside the basic plane counts two."""
    if unit == "characters":
        return len(text)
    return len(text) + sum(character > "\uffff" for character in text)


def split(text: str, limit: int, unit: Unit = "characters") -> tuple[str, ...]:
    """Cut a text into parts of at most `limit` units; joined, they are the text again, character for character."""
    return tuple(_parts(text, limit, unit)) or ("",)


def _parts(text: str, limit: int, unit: Unit) -> Iterator[str]:
    while length(text, unit) > limit:
        end = _seam(text, _fitting(text, limit, unit))
        yield text[:end]
        text = text[end:]
    if text:
        yield text


def _fitting(text: str, limit: int, unit: Unit) -> int:
    """Count the characters that fit, at least one so that every cut gets on."""
    used = 0
    for position, character in enumerate(text):
        used += length(character, unit)
        if used > limit:
            return max(position, 1)
    return len(text)


def _seam(text: str, most: int) -> int:
    """Find the last good place to cut in the second half of what fits; anywhere, if there is none."""
    for seam in _SEAMS:
        found = text.rfind(seam, most // 2, most)
        if found >= 0:
            return found + len(seam) if found + len(seam) <= most else found
    return most
