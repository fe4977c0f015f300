"""Where a text is best cut: between paragraphs, items, lines, sentences, words, and at last between characters."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from bots.markup.graphemes import is_border

_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_ITEM = re.compile(r"\n(?=[ >]*(?:[•☐☑]|\d{1,9}[.)]) )")
_LINE = re.compile(r"\n")
_SENTENCE = re.compile(r"(?:(?<!\d)\.|[!?…।؟۔])[\"'”’»)\]]*(?=\s)|[。！？]+")
# Not before a no-break space, and not between the sign of an item and its words.
_WORD = re.compile(r"(?<![•☐☑])[^\S\u00a0\u2007\u202f]+")
_AHEAD = 24
"""Characters behind the window that the patterns look at."""


@dataclass(frozen=True, slots=True)
class Grain:
    """What a text's formatting says about cutting it: stretches of code, in order, and the ends of its headings."""

    codes: Sequence[tuple[int, int]] = ()
    headings: Collection[int] = field(default=frozenset[int]())

    def code_at(self, position: int) -> tuple[int, int] | None:
        """Give the stretch of code that a position lies within."""
        place = bisect_right(self.codes, position, key=lambda code: code[0]) - 1
        if place < 0:
            return None
        start, end = self.codes[place]
        return (start, end) if start < position < end else None


def seam(text: str, start: int, most: int, grain: Grain | None = None) -> int:
    """Find the best place in `start < place <= most` to end a part; what blanks follow belong to neither part."""
    grain = grain or Grain()
    for position in _candidates(text, start, most, grain):
        if _parts_whole(text, position, start):
            return position
    anywhere = range(most, start, -1)
    whole = (at for at in anywhere if _parts_whole(text, at, start))
    return next(whole, None) or next((at for at in anywhere if is_border(text, at, start)), most)


def _parts_whole(text: str, position: int, start: int) -> bool:
    """Tell whether characters are whole on both sides, also without the blanks between them."""
    if not is_border(text, position, start):
        return False
    following = position
    while following < len(text) and text[following].isspace():
        following += 1
    return following == position or is_border(text, following, start)


def _candidates(text: str, start: int, most: int, grain: Grain) -> Iterator[int]:
    """Give places to cut, the best first: the latest of its kind, if the part would not be left mostly empty."""
    third, half = start + (most - start) // 3, start + (most - start) // 2
    for pattern, least in ((_PARAGRAPH, third), (_ITEM, half), (_LINE, half)):
        for at in _found(pattern, text, least, most):
            if at not in grain.headings and not grain.code_at(at):
                yield at
    if grain.code_at(most):
        yield from _found(_LINE, text, half, most)
    yield from _sentences(text, half, most)
    yield from _found(_WORD, text, half, most)
    yield from _found(_WORD, text, start, half)


def _found(pattern: re.Pattern[str], text: str, least: int, most: int) -> Iterator[int]:
    matches = pattern.finditer(text, least + 1, min(most + _AHEAD, len(text)))
    return reversed([found.start() for found in matches if found.start() <= most])


def _sentences(text: str, least: int, most: int) -> Iterator[int]:
    matches = _SENTENCE.finditer(text, least, min(most + 1, len(text)))
    return reversed([found.end() for found in matches if found.end() <= most])
