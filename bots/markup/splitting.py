"""Cutting a formatted text into messages that together say all of it, each with its own formatting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bots.markup.flat import Flat, Item, end_of, is_blank, stretch
from bots.markup.seams import Grain, seam
from bots.markup.units import Ruler, Unit
from conversation.channel import Entity

ENTITIES = 100
"""Entities that Telegram reads in one message; it ignores those that follow."""

_INDENTATION = 80
"""White space before a line of code that a part may begin with; more of it is no indentation."""

# What is kept first where there is too much formatting: without it more would be lost than looks.
_WEIGHTS = {"text_link": 0, "pre": 1, "code": 2, "blockquote": 3}


def split(
    flat: Flat, limit: int, unit: Unit = "utf16", *, first_limit: int | None = None, headroom: int = 0,
    most_entities: int = ENTITIES,
) -> tuple[Flat, ...]:  # fmt: skip
    """Cut a text into parts of at most `limit` units; none for a text in which nothing can be seen.

    `first_limit` holds for the first part alone, which may follow something; the last one leaves `headroom` for what
    will follow it. Platforms take blanks off the ends of a message, so these are in `before` and `after`; but a part
    may begin with the indentation of code, which Telegram keeps because an entity begins there.
    """
    first = limit if first_limit is None else first_limit
    if headroom < 0 or min(limit, first) - headroom < 2:
        raise ValueError("a part has to hold at least one character, which may count two")
    return _Splitting(flat, unit, most_entities).parts(first, limit, headroom)


class _Splitting:
    """One text on its way; `_near` are the entities that may reach into the part at hand, in order."""

    def __init__(self, flat: Flat, unit: Unit, most_entities: int) -> None:
        self._text = flat.text
        self._flat = flat
        self._end = len(flat.text.rstrip())
        self._ruler = Ruler.of(flat.text, unit)
        self._grain = _grain(flat)
        self._most_entities = most_entities
        self._ahead = sorted(flat.entities, key=lambda entity: (-entity.offset, entity.length))
        self._near: list[Entity] = []
        self._items = list(reversed(flat.items))
        self._points: list[Item] = []

    def parts(self, first: int, limit: int, headroom: int) -> tuple[Flat, ...]:
        """Cut the text, and leave what is blank between the parts."""
        found: list[tuple[int, int, tuple[Entity, ...]]] = []
        start = self._opening(0, limit)
        while start < self._end:
            most = self._reach(start, limit if found else first, headroom)
            end = most if most == self._end else seam(self._text, start, most, self._grain)
            seen = self._text[start:end].rstrip()
            if not is_blank(seen):
                found.append((start, start + len(seen), self._formatting(start, start + len(seen))))
            start = self._opening(end, limit)
        return tuple(self._joined(found))

    def _joined(self, found: Sequence[tuple[int, int, tuple[Entity, ...]]]) -> Iterator[Flat]:
        """Make the parts, each with the blanks up to the next one."""
        for place, (start, end, entities) in enumerate(found, 1):
            before = self._flat.before + self._text[:start] if place == 1 else ""
            after = self._text[end:] + self._flat.after if place == len(found) else self._text[end : found[place][0]]
            yield Flat(self._text[start:end], entities, before, after, tuple(self._items_within(start, end)))

    def _items_within(self, start: int, end: int) -> Iterator[Item]:
        """Give the points of lists within a part; one that goes on from the part before has no sign any more."""
        self._points = [item for item in self._points if item.end > start]
        while self._items and self._items[-1].offset < end:
            self._points.append(self._items.pop())
        for item in self._points:
            first, last = max(item.offset, start), min(item.end, end)
            if first < last:
                lead = max(item.offset + item.lead - first, 0)
                yield replace(item, offset=first - start, length=last - first, lead=lead)

    def _opening(self, position: int, limit: int) -> int:
        """Find where the next part begins: at something to be seen, or at the indentation of its line of code."""
        text = self._text
        first = position
        while first < self._end and text[first].isspace():
            first += 1
        line = text.rfind("\n", position, first) + 1 or position
        code = self._grain.code_at(first)
        begins = (line == 0 or text[line - 1] == "\n") and not is_blank(text[first : first + 1])
        indented = begins and code and code[0] <= line
        return line if indented and first - line <= min(_INDENTATION, limit // 4) else first

    def _reach(self, start: int, room: int, headroom: int) -> int:
        """Find how far a part may go at most, for its length and its entities."""
        most = self._ruler.fitting(start, room, self._end)
        if headroom and is_blank(self._text[most : most + room]):
            most = self._ruler.fitting(start, room - headroom, self._end)
        self._near = [entity for entity in self._near if end_of(entity) > start]
        while self._ahead and self._ahead[-1].offset < most:
            self._near.append(self._ahead.pop())
        if len(self._near) > self._most_entities:
            crowded = self._near[self._most_entities].offset
            if crowded - start >= (most - start) // 4:
                return max(crowded, start + 1)
        return most

    def _formatting(self, start: int, end: int) -> tuple[Entity, ...]:
        """Give the entities within a part; those that go on behind it begin anew in the next."""
        inside: list[Entity] = []
        for entity in self._near:
            first, last = max(entity.offset, start), min(end_of(entity), end)
            if first < last:
                inside += stretch(self._text[first:last], entity.kind, first - start, entity.value)
        weights = [(_WEIGHTS.get(entity.kind, len(_WEIGHTS)), place) for place, entity in enumerate(inside)]
        kept = sorted(place for _, place in sorted(weights)[: self._most_entities])
        return tuple(inside[place] for place in kept)


def _grain(flat: Flat) -> Grain:
    codes = [(entity.offset, end_of(entity)) for entity in flat.entities if entity.kind == "pre"]
    bold = [(entity.offset, end_of(entity)) for entity in flat.entities if entity.kind == "bold"]
    return Grain(codes, frozenset(end for start, end in bold if flat.text[max(start - 1, 0) : start] in ("", "\n")))
