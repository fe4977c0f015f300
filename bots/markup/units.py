"""How platforms count: in characters, or in UTF-16 where a character outside the basic plane counts two."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Unit = Literal["characters", "utf16"]

_WIDE = re.compile("[\U00010000-\U0010ffff]")


def length(text: str, unit: Unit) -> int:
    """Count a text in a platform's unit."""
    if unit == "characters" or text.isascii():
        return len(text)
    return len(text) + len(_WIDE.findall(text))


@dataclass(frozen=True, slots=True)
class Ruler:
    """A text's positions in a platform's unit; `wide` are those of the characters that count two, in order."""

    wide: Sequence[int]

    @classmethod
    def of(cls, text: str, unit: Unit) -> Ruler:
        """Measure a text."""
        if unit == "characters" or text.isascii():
            return cls(())
        return cls([found.start() for found in _WIDE.finditer(text)])

    def at(self, position: int) -> int:
        """Give where a position lies in the platform's unit."""
        return position + bisect_left(self.wide, position)

    def between(self, start: int, end: int) -> int:
        """Count a stretch in the platform's unit."""
        return self.at(end) - self.at(start)

    def fitting(self, start: int, limit: int, end: int) -> int:
        """Find the last position up to `end` that is at most `limit` units behind `start`."""
        position = min(start + limit, end)
        while (over := self.between(start, position) - limit) > 0:
            position -= (over + 1) // 2
        return position
