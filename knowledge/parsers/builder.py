"""The builder that parsers fill block by block, so that spans and pages always agree with the text."""

from knowledge.parsers.clean import clean_code, clean_line, clean_lines
from knowledge.parsers.document import Block, Kind, Page, Parsed
from knowledge.parsers.errors import TooBig
from knowledge.parsers.source import Source
from knowledge.phrases import Phrase

MOST_TEXT = 60_000_000


class Builder:
    """Collects pages and blocks of one document; a block is followed by an empty line, a page ends with a newline."""

    def __init__(self, source: Source, media_type: str, unit: str = "") -> None:
        self._source = source
        self._media_type = media_type
        self._unit = unit
        self._pages: list[Page] = []
        self._blocks: list[Block] = []
        self._label: str | None = None
        self._pieces: list[str] = []
        self._length = 0

    @property
    def blocks(self) -> list[Block]:
        """The blocks so far."""
        return self._blocks

    def page(self, label: str = "") -> None:
        """Begins a page; the page before it ends, even when it is empty."""
        self._end_page()
        self._label = label

    def heading(self, level: int, text: str) -> None:
        """Adds a heading of a level from 1 to 9."""
        self._add("heading", max(1, min(level, 9)), clean_line(text))

    def paragraph(self, text: str) -> None:
        """Adds a paragraph, joined to one line."""
        self._add("paragraph", 1, clean_line(text))

    def list_item(self, level: int, text: str, mark: str = "•") -> None:
        """Adds a list item behind its mark, such as "•" or "3."."""
        if words := clean_line(text):
            self._add("list_item", level, f"{mark} {words}")

    def table(self, text: str) -> None:
        """Adds a table, one line a row."""
        self._add("table", 1, clean_lines(text))

    def code(self, text: str) -> None:
        """Adds preformatted text."""
        self._add("code", 1, clean_code(text))

    def build(self, title: str) -> Parsed:
        """The document; `title` falls back to the first heading of the top level, then to the file's name."""
        self._end_page()
        pages = tuple(self._pages)
        parsed = Parsed("", self._media_type, pages, tuple(self._blocks), self._unit)
        best = clean_line(title) or self._first_heading(parsed.text) or self._source.stem
        return Parsed(best[:300], self._media_type, pages, parsed.blocks, self._unit)

    def _first_heading(self, text: str) -> str:
        headings = [block for block in self._blocks[:50] if block.kind == "heading"]
        top = min(headings, key=lambda block: block.level, default=None)
        return text[top.start : top.end] if top else ""

    def _add(self, kind: Kind, level: int, text: str) -> None:
        if not text:
            return
        start = self._length
        self._blocks.append(Block(kind, level, start, start + len(text)))
        self._pieces.append(text + "\n\n")
        self._length = start + len(text) + 2
        if self._length > MOST_TEXT:
            raise TooBig(
                self._source.name,
                Phrase("it holds more than {millions} million characters", millions=MOST_TEXT // 1_000_000),
            )

    def _end_page(self) -> None:
        if self._label is None and not self._pieces:
            return
        text = "".join(self._pieces)
        if not text:
            text = "\n"
            self._length += 1
        self._pages.append(Page(len(self._pages) + 1, self._label or "", text))
        self._pieces = []
        self._label = None
