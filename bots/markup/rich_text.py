"""Formatted text as Slack's `rich_text` block: structure, in which no word can be taken for markup.

https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bots.markup.flat import Flat, Item
from bots.markup.lines import Line, Run, lines_of

DEEPEST_LIST = 8
"""The most that Slack indents a list; what lies deeper is shown as text with its signs."""

_STYLES = {"bold": "bold", "italic": "italic", "strikethrough": "strike", "code": "code"}

Element = dict[str, Any]


def to_rich_text(flat: Flat) -> list[Element]:
    """Give a text as blocks; none for a text in which there is nothing."""
    return rich_text_of(lines_of(flat))


def rich_text_of(lines: Iterable[Line]) -> list[Element]:
    """Give lines as blocks."""
    writing = _Writing()
    for line in lines:
        writing.line(line)
    return [{"type": "rich_text", "elements": writing.elements}] if writing.elements else []


class _Writing:
    """One text being written; lists hold only words, so that code ends a list, which goes on with its next number."""

    def __init__(self) -> None:
        self.elements: list[Element] = []
        self._items: list[Item] = []

    def line(self, line: Line) -> None:
        """Write one line or block of code."""
        if line.language is not None:
            self._add({"type": "rich_text_preformatted", "elements": [_text(line.text)], **_border(line)})
        elif line.begins and line.item and _is_native(line.item):
            self._item(line, line.item)
        elif self._goes_on(line):
            _write(self.elements[-1]["elements"][-1], line.gap, line.runs)
        else:
            self._words(line)

    def _item(self, line: Line, item: Item) -> None:
        section: Element = {"type": "rich_text_section", "elements": []}
        _write(section, 0, line.runs or (Run(" "),))
        if not (self._items and self._continues(line, item)):
            style = "bullet" if item.number is None else "ordered"
            found: Element = {"type": "rich_text_list", "style": style, "indent": item.depth, "elements": []}
            if item.number is not None and item.number != 1:
                found["offset"] = item.number - 1
            self._add({**found, **_border(line)})
        self.elements[-1]["elements"].append(section)
        self._items.append(item)

    def _goes_on(self, line: Line) -> bool:
        """Tell whether a line belongs to the point before it."""
        return bool(self._items) and self._items[-1] == line.item and ("border" in self.elements[-1]) == line.quoted

    def _continues(self, line: Line, item: Item) -> bool:
        """Tell whether a point belongs to the list before it."""
        last, found = self._items[-1], self.elements[-1]
        following = None if last.number is None else last.number + 1
        return last.depth == item.depth and item.number == following and ("border" in found) == line.quoted

    def _words(self, line: Line) -> None:
        kind = "rich_text_quote" if line.quoted else "rich_text_section"
        gap = line.gap
        if not (self.elements and self.elements[-1]["type"] == kind):
            self._add({"type": kind, "elements": []})
            gap = 0
        _write(self.elements[-1], gap, (Run(line.lead), *line.runs) if line.lead else line.runs)

    def _add(self, element: Element) -> None:
        self.elements.append(element)
        self._items.clear()


def _is_native(item: Item) -> bool:
    """Tell whether Slack has a sign for this point: a bullet, or a number with a dot behind it."""
    return item.depth <= DEEPEST_LIST and (item.sign == "• " or (item.number is not None and item.number > 0))


def _border(line: Line) -> Element:
    """Draw beside it the line that Slack draws beside quotes."""
    return {"border": 1} if line.quoted else {}


def _write(section: Element, gap: int, runs: tuple[Run, ...]) -> None:
    """Add words to what stands in a section."""
    elements: list[Element] = section["elements"]
    for run in (Run("\n" * gap), *runs) if gap else runs:
        plain = not run.styles and not run.address
        if plain and elements and elements[-1]["type"] == "text" and "style" not in elements[-1]:
            elements[-1]["text"] += run.text
        else:
            elements.append(_text(run.text, run))


def _text(text: str, run: Run | None = None) -> Element:
    element: Element = {"type": "text", "text": text}
    if run and run.address:
        element = {"type": "link", "url": run.address, "text": text}
    if run and run.styles:
        element["style"] = {name: True for style, name in _STYLES.items() if style in run.styles}
    return element
