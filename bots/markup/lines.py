"""A formatted text line by line: what platforms with structures or Markdown of their own are written from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from bots.markup.flat import Flat, Item, end_of
from conversation.channel import Entity

_STYLES = ("bold", "italic", "strikethrough", "code")


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that are formatted alike, and where they lead."""

    text: str
    styles: frozenset[str] = frozenset()
    address: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of words, or a whole block of code, where `language` is a text.

    `gap` counts the line ends before it; `item` is the innermost point of a list that it belongs to, and `begins` says
    that it is the first line of that point. The indentation and the sign that come from the list are in `lead` alone.
    """

    runs: tuple[Run, ...]
    gap: int = 0
    quoted: bool = False
    item: Item | None = None
    begins: bool = False
    lead: str = ""
    language: str | None = None

    @property
    def text(self) -> str:
        """Give its characters without the lead."""
        return "".join(run.text for run in self.runs)


def lines_of(flat: Flat) -> Iterator[Line]:
    """Give the lines in which there is something; what is empty between them is in their gaps."""
    items = _Items(flat.items)
    gap = 0
    for start, pieces in _raw_lines(flat):
        runs, kinds = _runs(pieces), {entity.kind for _, entities in pieces for entity in entities}
        if not runs:
            gap += 1
            continue
        quoted, item = "blockquote" in kinds, items.at(start)
        if "pre" in kinds:
            language = next(entity.value for _, entities in pieces for entity in entities if entity.kind == "pre")
            yield Line(runs, gap, quoted, item, language=language)
        else:
            lead = _lead(item, start, pieces)
            begins = bool(item and item.lead and item.offset == start)
            yield Line(_without(runs, len(lead)), gap, quoted, item, begins, lead)
        gap = 1


_Pieces = list[tuple[str, tuple[Entity, ...]]]


def _raw_lines(flat: Flat) -> Iterator[tuple[int, _Pieces]]:
    """Cut a text at its line ends, but leave blocks of code whole; give each line's place and its pieces."""
    start, pieces = 0, _Pieces()
    at = 0
    for text, entities in _pieces(flat):
        if any(entity.kind == "pre" for entity in entities):
            pieces.append((text, entities))
        else:
            first, *others = text.split("\n")
            if first:
                pieces.append((first, entities))
            place = at + len(first)
            for other in others:
                yield start, pieces
                start, pieces = place + 1, [(other, entities)] if other else []
                place += 1 + len(other)
        at += len(text)
    yield start, pieces


def _pieces(flat: Flat) -> Iterator[tuple[str, tuple[Entity, ...]]]:
    """Cut a text wherever its formatting changes."""
    borders = {0, len(flat.text)}
    for entity in flat.entities:
        borders.update((entity.offset, end_of(entity)))
    places = sorted(borders)
    ahead, open_ = list(reversed(flat.entities)), list[Entity]()
    for start, end in pairwise(places):
        open_ = [entity for entity in open_ if end_of(entity) > start]
        while ahead and ahead[-1].offset <= start:
            open_.append(ahead.pop())
        yield flat.text[start:end], tuple(open_)


def _runs(pieces: _Pieces) -> tuple[Run, ...]:
    formatted = (Run(text, *_look(entities)) for text, entities in pieces)
    alike = groupby(formatted, lambda run: (run.styles, run.address))
    return tuple(Run("".join(run.text for run in runs), *look) for look, runs in alike)


def _look(entities: Sequence[Entity]) -> tuple[frozenset[str], str]:
    address = next((entity.value for entity in entities if entity.kind == "text_link"), "")
    return frozenset(entity.kind for entity in entities if entity.kind in _STYLES), address


def _lead(item: Item | None, start: int, pieces: _Pieces) -> str:
    """Give what a line begins with because it is in a list."""
    first = pieces[0][0]
    if item is None:
        return ""
    if item.offset == start:
        return first[: item.lead]
    return first[: min(item.hanging, len(first) - len(first.lstrip(" ")))]


def _without(runs: tuple[Run, ...], lead: int) -> tuple[Run, ...]:
    if not lead:
        return runs
    first = Run(runs[0].text[lead:], runs[0].styles, runs[0].address)
    return (first, *runs[1:]) if first.text else runs[1:]


class _Items:
    """Finds the innermost point of a list at places that only go up."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._ahead = list(reversed(items))
        self._open: list[Item] = []

    def at(self, place: int) -> Item | None:
        """Give the point that a place lies within."""
        while self._ahead and self._ahead[-1].offset <= place:
            self._open.append(self._ahead.pop())
        while self._open and self._open[-1].end <= place:
            self._open.pop()
        return self._open[-1] if self._open else None
