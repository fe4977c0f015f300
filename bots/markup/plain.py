"""Cutting a text without formatting where nothing may be added or taken, not even a blank between two parts."""

from __future__ import annotations

from collections.abc import Iterator

from bots.markup.seams import seam
from bots.markup.units import Ruler, Unit


def cut(text: str, limit: int, unit: Unit = "characters") -> tuple[str, ...]:
    """Cut a text into parts of at most `limit` units; joined, they are the text again, character for character."""
    return tuple(_parts(text, limit, Ruler.of(text, unit))) or ("",)


def _parts(text: str, limit: int, ruler: Ruler) -> Iterator[str]:
    start = 0
    while start < len(text):
        most = max(ruler.fitting(start, limit, len(text)), start + 1)
        end = most if most == len(text) else seam(text, start, most)
        while end < most and text[end].isspace():
            end += 1
        yield text[start:end]
        start = end
