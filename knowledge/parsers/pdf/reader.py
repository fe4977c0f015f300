"""The parser of PDF documents."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import pypdfium2 as pdfium

from knowledge.parsers.builder import Builder
from knowledge.parsers.document import Parsed
from knowledge.parsers.errors import Damaged, NoText, PasswordProtected
from knowledge.parsers.formats import by_name
from knowledge.parsers.joining import Joiner
from knowledge.parsers.pdf.lines import Line, lines_of
from knowledge.parsers.pdf.margins import without_margins
from knowledge.parsers.pdf.outline import Bookmark, Heading, bookmarks_of, headings_of
from knowledge.parsers.pdf.paragraphs import Piece, Shape, continues_on_next_page, mark_and_text, pieces_of, shape_of
from knowledge.parsers.source import Source
from knowledge.phrases import Phrase

_SCANNED = Phrase("it looks like scanned pictures; run text recognition (OCR) and send it again.")
_NOTE_MARK = re.compile(r"(?<=[a-z”’)][.,;:])\d{1,2}(?=\s|$)|(?<=[a-z]{2})\d(?=\s)")
_LEAST_LETTERS_A_PAGE = 8
_TITLE_NOISE = re.compile(r"^(untitled|microsoft word\b.*|.*\.(docx?|tex|indd|dvi|pdf|qxd))$", re.IGNORECASE)

Content = Heading | Piece


def parse(source: Source) -> Parsed:
    """Parses a PDF; only one page at a time is open."""
    document = _open(source)
    try:
        pages = list(_read(document, source))
        labels = [_label(document, index) for index in range(len(pages))]
        bookmarks = bookmarks_of(document)
        title = str(document.get_metadata_value("Title") or "").strip()
    finally:
        document.close()
    if sum(len(line.text) for lines in pages for line in lines) < _LEAST_LETTERS_A_PAGE * len(pages):
        raise NoText(source.name, _SCANNED)
    builder = Builder(source, "application/pdf", "page")
    _fill(builder, without_margins(pages), labels, bookmarks)
    return builder.build("" if _TITLE_NOISE.match(title) else title)


def _open(source: Source) -> Any:
    try:
        return pdfium.PdfDocument(str(source.path))
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise PasswordProtected(source.name) from error
        raise Damaged(source.name, by_name("pdf").label) from error


def _read(document: Any, source: Source) -> Iterator[list[Line]]:
    count = len(document)
    for index in range(count):
        page = document[index]
        try:
            yield lines_of(page, index)
        finally:
            page.close()
        source.progress(index + 1, count)


def _label(document: Any, index: int) -> str:
    """The number printed on the page, where the document declares it, else its place."""
    return f"page {document.get_page_label(index) or index + 1}"


def _fill(builder: Builder, pages: list[list[Line]], labels: Sequence[str], bookmarks: Sequence[Bookmark]) -> None:
    joiner = Joiner((line.text for lines in pages for line in lines), is_typeset=True)
    shape = shape_of(pages)
    headings: dict[int, list[Heading]] = {}
    for heading in headings_of(pages, bookmarks, shape.body):
        headings.setdefault(heading.page, []).append(heading)
    contents = [list(_content(lines, headings.get(index, []), shape)) for index, lines in enumerate(pages)]
    _join_pages(contents)
    for label, content in zip(labels, contents, strict=True):
        builder.page(label)
        for part in content:
            _add(builder, part, joiner)


def _content(lines: list[Line], headings: list[Heading], shape: Shape) -> Iterator[Content]:
    """Headings and the pieces between them."""
    at = 0
    for heading in headings:
        yield from pieces_of(lines[at : heading.at], shape)
        yield heading
        at = max(at, heading.at + heading.count)
    yield from pieces_of(lines[at:], shape)


def _join_pages(contents: list[list[Content]]) -> None:
    """Moves the rest of a paragraph to the page where it begins; footnotes do not stand between the two."""
    open_piece: Piece | None = None
    for content in contents:
        if not content:
            continue
        first = content[0]
        if open_piece and isinstance(first, Piece) and continues_on_next_page(open_piece, first):
            open_piece.lines.extend(first.lines)
            content.pop(0)
            if not content:
                continue
        last = next((part for part in reversed(content) if isinstance(part, Heading) or not part.is_note), None)
        open_piece = last if isinstance(last, Piece) else None


def _add(builder: Builder, part: Content, joiner: Joiner) -> None:
    if isinstance(part, Heading):
        builder.heading(part.level, part.text)
    elif part.kind == "code":
        builder.code(_indented(part.lines))
    else:
        text = joiner.join([line.text for line in part.lines])
        text = text if part.is_note else _NOTE_MARK.sub("", text)
        if part.kind == "item":
            mark, words = mark_and_text(text)
            builder.list_item(1, words, mark)
        else:
            builder.paragraph(text)


def _indented(lines: list[Line]) -> str:
    """Code with the indentation that its place on the page shows."""
    edge = min(line.left for line in lines)
    widths = [(line.right - line.left) / len(line.text) for line in lines if len(line.text) > 3]
    width = max(1.0, sum(widths) / len(widths)) if widths else 6.0
    return "\n".join(" " * round((line.left - edge) / width) + line.text for line in lines)
