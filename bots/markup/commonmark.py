"""Formatted text as Markdown for platforms that read it, with every other sign in it escaped.

The rules are those of https://spec.commonmark.org/0.31.2/: what a platform's own reader might take for markup but this
one would not is escaped as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bots.markup.emphasis import Dialect, Inline, fence_around
from bots.markup.flat import Flat, Item
from bots.markup.lines import Line, Run, lines_of
from bots.markup.rich_text import DEEPEST_LIST

_LANGUAGE = re.compile(r"[\w+#.-]{1,40}", re.ASCII)


def to_markdown(flat: Flat, dialect: Dialect) -> str:
    """Give a text as Markdown."""
    return markdown_of(lines_of(flat), dialect)


def markdown_of(lines: Iterable[Line], dialect: Dialect) -> str:
    """Give lines as Markdown."""
    writing = _Writing(dialect)
    for line in lines:
        writing.line(line)
    return "".join(writing.pieces)


@dataclass(frozen=True, slots=True)
class _Open:
    """A point that what follows may be in; its lines begin in `column`."""

    item: Item
    column: int


class _Writing:
    """One text being written; lists that cannot be Markdown's are written with their signs as words."""

    def __init__(self, dialect: Dialect) -> None:
        self.pieces: list[str] = []
        self._lists = dialect.lists
        self._inline = Inline(dialect)
        self._open: list[_Open] = []
        self._last: Line | None = None

    def line(self, line: Line) -> None:
        """Write one line or block of code."""
        if self._last and self._last.quoted != line.quoted:
            self._open.clear()
        if line.language is not None:
            self._code(line, line.language)
        elif line.begins and line.item and self._lists and _is_native(line.item):
            self._item(line, line.item)
        elif line.item and self._within(line.item):
            self._goes_on(line)
        else:
            self._words(line)
        self._last = line

    def _code(self, line: Line, language: str) -> None:
        self._open.clear()
        text = self._inline.safe(line.text)
        fence = fence_around(text, 3)
        shown = language if _LANGUAGE.fullmatch(language) else ""
        self._apart(line)
        self._write(line, f"{fence}{shown}\n{text}\n{fence}")

    def _item(self, line: Line, item: Item) -> None:
        """Write the first line of a point; one whose number a reader would count differently becomes words."""
        before = self._leave(item)
        if before and before.number is not None and item.number not in (None, before.number + 1):
            self._words(line)
            return
        alike = before is not None and (before.number is None) == (item.number is None)
        interrupts = item.number in (None, 1) and bool(before or self._open)
        column = self._open[-1].column if self._open else 0
        sign = "- " if item.number is None else f"{item.number}. "
        self._break(line, "\n" if line.gap < 2 and (alike or interrupts) else "\n\n")
        self._open.append(_Open(item, column + len(sign)))
        self._write(line, " " * column + sign + (self._inline.line(line.runs) or "&nbsp;"))

    def _leave(self, item: Item) -> Item | None:
        """Close what a point is not in; give the point before it in its list."""
        before: Item | None = None
        while self._open and self._open[-1].item.depth >= item.depth:
            before = self._open.pop().item
        return before

    def _within(self, item: Item) -> bool:
        return any(open_.item.offset == item.offset for open_ in self._open)

    def _goes_on(self, line: Line) -> None:
        """Write a further line of a point."""
        direct = self._last and self._last.item == line.item and line.gap < 2
        while line.item and self._open[-1].item.offset != line.item.offset:
            self._open.pop()
        column = self._open[-1].column
        self._break(line, "  \n" if direct else "\n\n")
        self._write(line, " " * column + self._inline.line(line.runs))

    def _words(self, line: Line) -> None:
        goes_on = bool(self._last) and not self._open and self._last.language is None
        self._open.clear()
        if goes_on and self._last and self._last.quoted == line.quoted and line.gap < 2:
            self._break(line, "  \n")
        else:
            self._apart(line)
        lead = line.lead
        if line.item and line.begins:
            lead = " " * (line.item.hanging - 4) + lead.lstrip(" ")
        self._write(line, self._inline.line((Run(lead), *line.runs) if lead else line.runs))

    def _apart(self, line: Line) -> None:
        self._break(line, "\n\n")

    def _break(self, line: Line, ends: str) -> None:
        if self._last is None:
            return
        both = line.quoted and self._last.quoted
        self.pieces.append(ends.replace("\n\n", "\n>\n") if both else ends)

    def _write(self, line: Line, text: str) -> None:
        self.pieces.append("> " + text.replace("\n", "\n> ") if line.quoted else text)


def _is_native(item: Item) -> bool:
    """Tell whether Markdown has a sign for this point, and platforms show lists as deep."""
    return item.depth <= DEEPEST_LIST and (item.sign == "• " or (item.number is not None and item.number < 10**9))
