"""Putting a text together line by line, with what each line begins with and the formatting of its stretches."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from bots.markup.flat import Flat, end_of, is_blank, stretch
from conversation.channel import Entity

_EMPHASIS = ("bold", "italic", "strikethrough")


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

    def flat(self) -> Flat:
        """Give what was written."""
        entities = sorted(self._entities, key=lambda found: (found.offset, -found.length, found.kind != "blockquote"))
        return Flat("".join(self._pieces), tuple(entities))

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
            self._emit(self._lead.rstrip())
            self._lead = None
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
    def marked(self, kind: str, value: str = "") -> Generator[None]:
        """Format what is written; a quote stands on lines of its own, without indentation."""
        outer = self._prefix
        if kind == "blockquote":
            self.own_line()
            self._prefix = ""
        self._begin()
        first, start = len(self._pieces), self._position
        yield
        self._mark(kind, "".join(self._pieces[first:]), start, value)
        self._prefix = outer

    def _begin(self) -> None:
        if self._fresh:
            self._end_lines()
            self._emit(self._prefix if self._lead is None else self._lead)
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
