"""Printed lines joined to paragraphs, list items and code, also across pages."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from knowledge.parsers.pdf.lines import Line

_BULLET = re.compile(r"([•‣◦▪●○■□–—*\uf0b7\uf0a7-])\s+(?=\S)")
_ENUMERATOR = re.compile(r"(\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,4})[.)])\s+(?=\S)")
_FINAL = re.compile(r"[.!?:;…][)\]”’\"']*\d{0,2}$")
_INDENT = 8.0
_SMALLER = 0.9


@dataclass(slots=True)
class Piece:
    """Lines that belong together; `is_note` tells the small print at the foot of a page."""

    kind: str
    lines: list[Line]
    is_note: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """What is usual in a document: type size, distance of lines, and where lines end on a page."""

    body: float
    leading: float


def shape_of(pages: Sequence[list[Line]]) -> Shape:
    """Measures a document."""
    sizes = Counter[float]()
    gaps: list[float] = []
    for lines in pages:
        for line in lines:
            sizes[line.size] += len(line.text)
    body = sizes.most_common(1)[0][0] if sizes else 10.0
    for lines in pages[:400]:
        for above, line in pairwise(lines):
            gap = above.base - line.base
            if above.size == line.size == body and 0.8 * body < gap < 2.2 * body:
                gaps.append(gap)
    return Shape(body, median(gaps) if gaps else 1.2 * body)


def pieces_of(lines: Sequence[Line], shape: Shape) -> list[Piece]:
    """The pieces of one run of lines between headings."""
    pieces: list[Piece] = []
    for line in _same_row_joined(lines):
        if pieces and _continues(pieces[-1], line, lines, shape):
            pieces[-1].lines.append(line)
        else:
            pieces.append(Piece(_kind(line), [line], line.size < _SMALLER * shape.body))
    return pieces


def continues_on_next_page(last: Piece, first: Piece) -> bool:
    """Whether the first piece of a page goes on with the last one of the page before."""
    if last.kind == "code" or first.kind != "paragraph" or last.is_note != first.is_note:
        return False
    end, start = last.lines[-1], first.lines[0]
    if end.size != start.size or _FINAL.search(end.text):
        return False
    return start.text[0].islower() or end.is_cut or abs(start.left - end.left) < _INDENT / 2


def mark_and_text(text: str) -> tuple[str, str]:
    """The mark of a list item and its words."""
    found = _BULLET.match(text) or _ENUMERATOR.match(text)
    if not found:
        return "•", text
    is_bullet = _BULLET.match(text) is not None
    return "•" if is_bullet else found.group(1), text[found.end() :]


def _same_row_joined(lines: Sequence[Line]) -> Iterator[Line]:
    """PDFium breaks a line at wide blanks; parts on one base line, left to right, are one line."""
    held: Line | None = None
    for line in lines:
        if held and abs(held.base - line.base) < 1.5 and -1 < line.left - held.right < 3 * line.size:
            text = f"{held.text} {line.text}"
            mono, bold = held.is_mono and line.is_mono, held.is_bold and line.is_bold
            held = Line(text, held.left, line.right, held.base, held.size, mono, bold, held.page)
            continue
        if held:
            yield held
        held = line
    if held:
        yield held


def _kind(line: Line) -> str:
    if line.is_mono and not line.is_bold:
        return "code"
    return "item" if _BULLET.match(line.text) or _ENUMERATOR.match(line.text) else "paragraph"


def _continues(piece: Piece, line: Line, lines: Sequence[Line], shape: Shape) -> bool:
    above = piece.lines[-1]
    gap = above.base - line.base
    if abs(above.size - line.size) > 0.8:
        return False
    if piece.kind == "code":
        return _kind(line) == "code" and 0 < gap < 2.2 * line.size
    widest = 1.6 * line.size if piece.is_note else 1.25 * shape.leading
    if gap > widest or (_kind(line) == "code" and _is_forced(above, line, lines)):
        return False
    if gap < -1:  # the next column
        return line.text[0].islower() and not _FINAL.search(above.text)
    if _BULLET.match(line.text) or (_ENUMERATOR.match(line.text) and _is_forced(above, line, lines)):
        return False
    return _is_aligned(piece, line) and not _is_forced(above, line, lines)


def _is_aligned(piece: Piece, line: Line) -> bool:
    """Below the line above, or below the words of a list item, or back from an indented first line."""
    above = piece.lines[-1]
    shift = line.left - above.left
    if len(piece.lines) > 1:
        return abs(shift) < _INDENT
    if piece.kind == "item":
        return -_INDENT < shift < 6 * _INDENT
    return -5 * _INDENT < shift < _INDENT


def _is_forced(above: Line, line: Line, lines: Sequence[Line]) -> bool:
    """Whether the line above ends although the next word had room: then it was meant to end."""
    if above.is_cut:
        return False
    edge = max(other.right for other in lines if abs(other.left - above.left) < 80)
    width = max(1.0, edge - above.left)
    letter = max(1.0, (line.right - line.left) / max(1, len(line.text)))
    first_word = (len(line.text.split(" ", 1)[0]) + 1) * letter
    return above.right + first_word < edge - 0.12 * width
