"""Word documents: headings, lists and tables in the order of the document."""

import re
from typing import TYPE_CHECKING, Any, cast

import docx
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from knowledge.parsers.builder import Builder
from knowledge.parsers.document import Parsed
from knowledge.parsers.packed import check_size
from knowledge.parsers.source import Source

if TYPE_CHECKING:
    from docx.document import Document

_HEADING = re.compile(r"heading (\d)$", re.IGNORECASE)
_TEXT = {qn("w:t"), qn("w:delText")}
_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def parse(source: Source) -> Parsed:
    """Parses a .docx file, which has no pages of its own."""
    check_size(source)
    document = docx.Document(str(source.path))
    builder = Builder(source, _MEDIA_TYPE)
    builder.page()
    title = _fill(document, builder)
    return builder.build(document.core_properties.title or title)


def _fill(document: "Document", builder: Builder) -> str:
    title = ""
    for item in document.iter_inner_content():
        if isinstance(item, Table):
            builder.table(_table(item))
            continue
        style = (item.style.name if item.style is not None else None) or ""
        text = _text(item)
        if style == "Title":
            title = title or text
            builder.heading(1, text)
        elif level := _heading_level(item, style):
            builder.heading(level, text)
        elif depth := _list_level(item, style):
            builder.list_item(depth, text)
        else:
            builder.paragraph(text)
    return title


def _text(paragraph: Paragraph) -> str:
    """All visible words, those of inserted revisions and links too; deleted ones have another tag."""
    words: list[str] = []
    element = cast("Any", paragraph)._p
    for node in element.iter():
        if node.tag == qn("w:t"):
            words.append(node.text or "")
        elif node.tag in (qn("w:tab"), qn("w:br"), qn("w:cr")) and node.getparent().tag == qn("w:r"):
            words.append(" ")
    return "".join(words)


def _heading_level(paragraph: Paragraph, style: str) -> int:
    if found := _HEADING.match(style):
        return int(found.group(1))
    element = cast("Any", paragraph)._p
    level = element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
    value = level.get(qn("w:val")) if level is not None else "9"
    return int(value) + 1 if value.isdigit() and int(value) < 9 else 0


def _list_level(paragraph: Paragraph, style: str) -> int:
    element = cast("Any", paragraph)._p
    number = element.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
    if number is not None:
        depth = number.find(qn("w:ilvl"))
        return int(depth.get(qn("w:val"), "0")) + 1 if depth is not None else 1
    if style.startswith("List"):
        last = style[-1]
        return int(last) if last.isdigit() else 1
    return 0


def _table(table: Table) -> str:
    lines: list[str] = []
    for row in table.rows:
        cells: list[str] = []
        seen: set[int] = set()
        for cell in row.cells:
            if id(cell._tc) not in seen:  # pyright: ignore[reportPrivateUsage]
                seen.add(id(cell._tc))  # pyright: ignore[reportPrivateUsage]
                cells.append(" ".join(_text(paragraph) for paragraph in cell.paragraphs).replace("\n", " "))
        lines.append(" | ".join(cells))
    return "\n".join(lines)
