"""What every parser returns: the pages of a document, and the blocks that lie in its text."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["heading", "paragraph", "list_item", "table", "code"]


@dataclass(frozen=True, slots=True)
class Page:
    """One page, slide, chapter or run of rows; `label` is what a person would say, such as "page 12"."""

    number: int
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of the document, `start:end` in its whole text; `level` counts headings and nested lists from 1."""

    kind: Kind
    level: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document after parsing: every page text ends with a newline, and blocks lie in `text` in order.

    `unit` names what it is made of: "page", "slide", "chapter", "row", or "" for formats without pages.
    """

    title: str
    media_type: str
    pages: tuple[Page, ...]
    blocks: tuple[Block, ...]
    unit: str

    @property
    def units(self) -> int:
        """How many of its units it has; rows share a page, and each is a block of its own."""
        return sum(block.kind == "table" for block in self.blocks) if self.unit == "row" else len(self.pages)

    @property
    def text(self) -> str:
        """The whole text; spans of blocks and chunks are positions in it."""
        return "".join(page.text for page in self.pages)
