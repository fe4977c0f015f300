"""Formatted text as elements of Adaptive Cards, version 1.5: structure, in which no word can be taken for markup.

https://adaptivecards.io/explorer/RichTextBlock.html, https://adaptivecards.io/explorer/Table.html
"""

from __future__ import annotations

from typing import Any

from bots.markup.flat import Flat
from bots.markup.flatten import Links, flatten_words
from bots.markup.lines import Run, lines_of
from bots.markup.tree import Alignment, Cell, Table

_LINKS = Links(schemes=("http", "https", "mailto"), longest=2000, bare=True)
_EMPTY = "–"

Element = dict[str, Any]


def to_card_text(flat: Flat) -> Element:
    """Give a text as a `RichTextBlock`, whose runs know no Markdown."""
    inlines: list[Element] = []
    for line in lines_of(flat):
        if inlines:
            inlines.append(_run(Run("\n" * line.gap)))
        if line.lead:
            inlines.append(_run(Run(line.lead)))
        look = frozenset({"code"}) if line.language is not None else frozenset[str]()
        inlines += [_run(run, look) for run in line.runs]
    return {"type": "RichTextBlock", "inlines": inlines or [_run(Run(_EMPTY))]}


def to_card_table(table: Table, base_url: str = "") -> Element:
    """Give a table as a `Table`; links within the hub lead below `base_url`."""
    columns: list[Element] = [{"width": 1, "horizontalCellContentAlignment": side} for side in table.alignments]
    rows = [_row(row, table.alignments, base_url) for row in (table.header, *table.rows)]
    return {"type": "Table", "columns": columns, "rows": rows, "firstRowAsHeader": True, "showGridLines": True}


def _row(row: tuple[Cell, ...], sides: tuple[Alignment, ...], base_url: str) -> Element:
    cells: list[Element] = []
    for cell, side in zip(row, sides, strict=True):
        text = to_card_text(flatten_words(cell, base_url, _LINKS))
        cells.append({"type": "TableCell", "items": [{**text, "horizontalAlignment": side}]})
    return {"type": "TableRow", "cells": cells}


def _run(run: Run, look: frozenset[str] = frozenset()) -> Element:
    element: Element = {"type": "TextRun", "text": run.text}
    styles = run.styles | look
    if "bold" in styles:
        element["weight"] = "Bolder"
    if "italic" in styles:
        element["italic"] = True
    if "strikethrough" in styles:
        element["strikethrough"] = True
    if "code" in styles:
        element["fontType"] = "Monospace"
    if run.address:
        element["selectAction"] = {"type": "Action.OpenUrl", "url": run.address}
    return element
