"""Markdown as plain text with entities: how it reads on a platform that knows no lists, headings or tables."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from bots.markup import tables, tree
from bots.markup.flat import Flat, is_blank
from bots.markup.parsing import parse
from bots.markup.writing import Writer

RULE = "———"
EMPTY = "–"
_INDENT = "    "
_BARE = re.compile(r"https?://[\w!#$%&()+,\-./:;=?@~]+")
_AFTER_BARE = ".,:;!?)"


@dataclass(frozen=True, slots=True)
class Links:
    """Which links a platform opens: those of the `schemes` with at most `longest` characters.

    One that does not find addresses within a text by itself gets them as links too (`bare`).
    """

    schemes: tuple[str, ...] = ("http", "https", "tg")
    longest: int | None = None
    bare: bool = False

    def opens(self, address: str) -> bool:
        """Tell whether an address can be opened from words."""
        return _scheme(address) in self.schemes and (self.longest is None or len(address) <= self.longest)


def flatten(markdown: str, base: str = "", links: Links | None = None) -> Flat:
    """Give Markdown as text and entities; links within the hub lead below `base`, or nowhere if there is none."""
    flattening = _Flattening(base, links or Links())
    flattening.blocks(parse(markdown))
    return flattening.writer.flat()


def flatten_words(children: Iterable[tree.Inline], base: str = "", links: Links | None = None) -> Flat:
    """Give inline content, such as that of a table's cell, as text and entities."""
    flattening = _Flattening(base, links or Links())
    flattening.blocks([tree.Paragraph(tuple(children))])
    return flattening.writer.flat()


class _Flattening:
    """One text being flattened; `_open` are the kinds of formatting that hold at the moment."""

    def __init__(self, base: str, links: Links) -> None:
        self.writer = Writer()
        self._base = base
        self._links = links
        self._open: set[str] = set()

    def blocks(self, blocks: Iterable[tree.Block], apart: int = 2) -> None:
        """Write blocks with so many line ends between them; a heading stays close to what it heads."""
        gap = 0
        for block in blocks:
            if gap:
                self.writer.part(gap)
            self._block(block)
            gap = 1 if isinstance(block, tree.Heading) else apart

    def _block(self, block: tree.Block) -> None:
        match block:
            case tree.Paragraph(children):
                self._inlines(children)
            case tree.Heading(_, children) if children:
                with self._formatted("bold"):
                    self._inlines(children)
            case tree.Quote(blocks) if blocks:
                self._quote(blocks)
            case tree.CodeBlock(text, language):
                self.writer.pre(text, language)
            case tree.Rule():
                self.writer.write(RULE)
            case tree.Items():
                self._items(block)
            case tree.Table():
                self._table(block)
            case tree.Heading() | tree.Quote():
                pass

    def _quote(self, blocks: tuple[tree.Block, ...]) -> None:
        """Mark a quote; within another one it cannot be marked, and begins its lines with a sign."""
        if "blockquote" in self._open:
            with self.writer.indented("> ", "> "):
                self.blocks(blocks)
        else:
            with self._formatted("blockquote"):
                self.blocks(blocks)

    def _items(self, items: tree.Items) -> None:
        apart = 1 if items.tight else 2
        for place, item in enumerate(items.items):
            if place:
                self.writer.part(apart)
            sign, number, box = _marker(items, place, item)
            with self.writer.item(sign, _INDENT, number, box):
                self.blocks(item.blocks, apart)

    def _table(self, table: tree.Table) -> None:
        if (text := tables.aligned(table)) is not None:
            self.writer.pre(text)
            return
        if not table.rows:
            self._row(table, table.header)
        for place, row in enumerate(table.rows):
            if place:
                self.writer.part(2)
            self._row(table, row)

    def _row(self, table: tree.Table, row: tuple[tree.Cell, ...]) -> None:
        for place, (name, cell) in enumerate(zip(table.header, row, strict=True)):
            if place:
                self.writer.part(1)
            if row is not table.header and name:
                self._name(name)
            self._inlines(cell or (tree.Text(EMPTY),))

    def _name(self, name: tree.Cell) -> None:
        with self._formatted("bold"):
            self._inlines(name)
            self.writer.write(":")
        self.writer.write(" ")

    def _inlines(self, children: Iterable[tree.Inline]) -> None:
        for child in children:
            self._inline(child)

    def _inline(self, child: tree.Inline) -> None:
        match child:
            case tree.Text(text):
                self._text(text)
            case tree.Code(text):
                self._code(text)
            case tree.Break():
                self.writer.write("\n")
            case tree.Span(kind, children):
                with self._formatted(kind):
                    self._inlines(children)
            case tree.Link():
                self._link(child)

    def _text(self, text: str) -> None:
        """Write words, with the addresses among them as links where the platform would not find them."""
        at = 0
        if self._links.bare and "text_link" not in self._open and "://" in text:
            for found in _BARE.finditer(text):
                address = found[0].rstrip(_AFTER_BARE)
                if self._links.opens(address):
                    self.writer.write(text[at : found.start()])
                    with self._formatted("text_link", address):
                        self.writer.write(address)
                    at = found.start() + len(address)
        self.writer.write(text[at:])

    def _code(self, text: str) -> None:
        """Write code; within a link it is only words, because an entity of either kind excludes the other."""
        if "text_link" in self._open:
            self.writer.write(text)
        else:
            self.writer.code(text)

    def _link(self, link: tree.Link) -> None:
        shown, address = tree.words(link.children), self._address(link.address)
        if is_blank(shown):
            self._text(address)
        elif _is_the_same(shown, link.address) and not self._links.bare:
            self._inlines(link.children)
        elif self._links.opens(address):
            with self._formatted("text_link", address):
                self._inlines(link.children)
        else:
            self._inlines(link.children)
            if _scheme(address) and not _is_the_same(shown, link.address):
                self.writer.write(f" ({address.removeprefix('mailto:')})")

    def _address(self, address: str) -> str:
        return self._base.rstrip("/") + address if self._base and address.startswith("/") else address

    @contextmanager
    def _formatted(self, kind: str, value: str = "") -> Generator[None]:
        """Format what is written, unless it is already."""
        if kind in self._open:
            yield
            return
        self._open.add(kind)
        with self.writer.marked(kind, value):
            yield
        self._open.discard(kind)


def _scheme(address: str) -> str:
    """Give the scheme of an address; none where it has none or is no address."""
    try:
        return urlsplit(address).scheme
    except ValueError:
        return ""


def _is_the_same(shown: str, address: str) -> bool:
    """Tell whether the words of a link are its address, which platforms find by themselves."""
    return shown in (address, address.removeprefix("mailto:"))


def _marker(items: tree.Items, place: int, item: tree.Item) -> tuple[str, int | None, str]:
    """Give the sign of a point, its number and the box behind the number."""
    box = "" if item.checked is None else "☑ " if item.checked else "☐ "
    if items.start is None:
        return (box or "• "), None, ""
    number = items.start + place
    return f"{number}{items.delimiter} ", number if items.delimiter == "." else None, box
