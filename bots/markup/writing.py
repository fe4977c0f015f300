"""Putting a text together line by line, with what each line begins with and the formatting of its stretches."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from bots.markup.flat import Flat, Item, end_of, is_blank, stretch
from conversation.channel import Entity

_EMPHASIS = ("bold", "italic", "strikethrough")


@dataclass(slots=True)
class _Point:
    """A point of a list that is being written; `offset` is known once its first line begins."""

    offset: int = 0
    lead: int = 0


class Writer:
    """Collects text and entities; line ends and indentation are written once something follows them."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._position = 0
        self._entities: list[Entity] = []
        self._codes: list[Entity] = []
        self._gap = 0
        self._fresh = True
        self._prefix = ""
        self._lead: str | None = None
        self._items: list[Item] = []
        self._ahead: _Point | None = None
        self._depth = 0

    def flat(self) -> Flat:
        """Give what was written."""
        entities = sorted(self._entities, key=lambda found: (found.offset, -found.length, found.kind != "blockquote"))
        items = sorted(self._items, key=lambda item: (item.offset, item.depth))
        return Flat("".join(self._pieces), tuple(entities), items=tuple(items))

    def part(self, line_ends: int) -> None:
        """Let what follows begin at least so many line ends further down."""
        self._gap = max(self._gap, line_ends)
        self._fresh = True

    def write(self, text: str) -> None:
        """Write text; every line of it is indented."""
        if text:
            self._begin()
            self._emit(text.replace("\n", f"\n{self._prefix}"))

    def code(self, text: str) -> None:
        """Write code within a line."""
        self._begin()
        self._exact("code", text)

    def pre(self, text: str, language: str = "") -> None:
        """Write a block of code on lines of its own, as it is."""
        if not is_blank(text):
            self.own_line()
            self._end_lines()
            self._exact("pre", text, language)

    def own_line(self) -> None:
        """Write the sign of an item that has none of its words beside it."""
        if self._lead is not None:
            self._end_lines()
            self._emit_lead(self._lead.rstrip())
            self.part(1)

    @contextmanager
    def indented(self, lead: str, rest: str) -> Generator[None]:
        """Begin the first line with `lead` and the others with `rest`."""
        outer = self._prefix
        self._lead = (outer if self._lead is None else self._lead) + lead
        self._prefix = outer + rest
        yield
        self.own_line()
        self._prefix = outer

    @contextmanager
    def item(self, sign: str, rest: str, number: int | None = None, box: str = "") -> Generator[None]:
        """Write a point of a list; the second of two signs on one line is only text of the first one's point."""
        outer, point = self._prefix, _Point()
        known = self._lead is None and not outer.strip()
        with self.indented(sign + box, rest):
            if known:
                self._ahead = point
            self._depth += 1
            yield
            self._depth -= 1
        if known:
            lead, length = min(point.lead, len(outer + sign)), self._position - point.offset
            self._items.append(Item(point.offset, length, lead, len(outer + rest), self._depth, sign, number))

    @contextmanager
    def marked(self, kind: str, value: str = "") -> Generator[None]:
        """Format what is written; a quote stands on lines of its own, without indentation."""
        outer, depth = self._prefix, self._depth
        if kind == "blockquote":
            self.own_line()
            self._prefix, self._depth = "", 0
            self._end_lines()
            self._fresh = True
        else:
            self._begin()
        first, start = len(self._pieces), self._position
        yield
        self._mark(kind, "".join(self._pieces[first:]), start, value)
        self._prefix, self._depth = outer, depth

    def _begin(self) -> None:
        if self._fresh:
            self._end_lines()
            self._emit_lead(self._prefix if self._lead is None else self._lead)

    def _emit_lead(self, text: str) -> None:
        if self._ahead is not None and self._lead is not None:
            self._ahead.offset, self._ahead.lead = self._position, len(text)
            self._ahead = None
        self._emit(text)
        self._lead = None

    def _end_lines(self) -> None:
        if self._position:
            self._emit("\n" * self._gap)
        self._gap = 0
        self._fresh = False

    def _emit(self, text: str) -> None:
        self._pieces.append(text)
        self._position += len(text)

    def _exact(self, kind: str, text: str, value: str = "") -> None:
        found = stretch(text, kind, self._position, value)
        self._entities += found
        self._codes += found
        self._emit(text)

    def _mark(self, kind: str, text: str, start: int, value: str) -> None:
        """Format a stretch; emphasis stops before code and goes on behind it, because neither may hold the other."""
        at = start
        for code in self._codes_since(start) if kind in _EMPHASIS else ():
            self._entities += stretch(text[at - start : code.offset - start], kind, at, value)
            at = end_of(code)
        self._entities += stretch(text[at - start :], kind, at, value)

    def _codes_since(self, start: int) -> list[Entity]:
        first = len(self._codes)
        while first and self._codes[first - 1].offset >= start:
            first -= 1
        return self._codes[first:]
