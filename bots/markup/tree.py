"""The tree of a Markdown text: what every writer of a platform's dialect starts from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Text:
    """Words as they are."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Code within a line."""

    text: str


@dataclass(frozen=True, slots=True)
class Break:
    """The end of a line within a paragraph."""


@dataclass(frozen=True, slots=True)
class Span:
    """Emphasised words."""

    kind: Literal["bold", "italic", "strikethrough"]
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead somewhere; a picture is a link to it."""

    address: str
    children: tuple[Inline, ...]


Inline = Text | Code | Break | Span | Link


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words that belong together."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A title, `level` 1 to 6."""

    level: int
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody else said."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Lines of code, without the last line's end."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across."""


@dataclass(frozen=True, slots=True)
class Item:
    """A point of a list; `checked` is None unless it is a task."""

    blocks: tuple[Block, ...]
    checked: bool | None = None


@dataclass(frozen=True, slots=True)
class Items:
    """A list: numbered from `start` on with `delimiter` behind the number, or bulleted where `start` is None."""

    items: tuple[Item, ...]
    start: int | None = None
    delimiter: str = "."
    tight: bool = True


Cell = tuple[Inline, ...]
Alignment = Literal["left", "right", "center"]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; every row has as many cells as the header."""

    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    alignments: tuple[Alignment, ...]


Block = Paragraph | Heading | Quote | CodeBlock | Rule | Items | Table


def words(children: Iterable[Inline]) -> str:
    """Give what is read of inline content, without its formatting."""
    return "".join(_words(child) for child in children)


def _words(child: Inline) -> str:
    match child:
        case Text(text) | Code(text):
            return text
        case Break():
            return " "
        case Span(_, children) | Link(_, children):
            return words(children)


def leads_anywhere(children: Iterable[Inline]) -> bool:
    """Tell whether inline content holds a link."""
    return any(
        isinstance(child, Link) or (isinstance(child, Span) and leads_anywhere(child.children)) for child in children
    )
