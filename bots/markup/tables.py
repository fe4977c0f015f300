"""Tables for a phone: aligned columns where they fit its width, otherwise left to be told row by row."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from bots.markup.tree import Alignment, Table, leads_anywhere, words

COLUMNS = 34
"""Monospaced characters that a narrow phone shows in a line."""
_BETWEEN = "  "


def aligned(table: Table) -> str | None:
    """Write a table as lines of equal columns; None if it is too wide, or holds links, which would not show."""
    rows = [table.header, *table.rows]
    if any(leads_anywhere(cell) for row in rows for cell in row):
        return None
    texts = [[words(cell).strip() for cell in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(*texts, strict=True)]
    if sum(widths) + len(_BETWEEN) * (len(widths) - 1) > COLUMNS:
        return None
    rule = _BETWEEN.join("─" * width for width in widths)
    head, *body = [_line(row, widths, table.alignments) for row in texts]
    return "\n".join([head, rule, *body])


def width(text: str) -> int:
    """Count the columns that a text takes in a monospaced font."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _line(row: Sequence[str], widths: Sequence[int], alignments: Sequence[Alignment]) -> str:
    cells = map(_padded, row, widths, alignments)
    return _BETWEEN.join(cells).rstrip()


def _padded(text: str, columns: int, alignment: Alignment) -> str:
    missing = columns - width(text)
    left = {"left": 0, "right": missing, "center": missing // 2}[alignment]
    return " " * left + text + " " * (missing - left)
