"""The lines of a PDF page with their place and type size, as PDFium reads them."""

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import pypdfium2.raw

from knowledge.parsers.clean import clean

pdfium_c = cast("Any", pypdfium2.raw)  # C functions without types

_MONOSPACE = re.compile(r"mono|courier|consol|typewriter|cmtt|lettergothic", re.IGNORECASE)
_BOLD = re.compile(r"bold|black|heavy|semibold|cmbx|demi", re.IGNORECASE)
_FIXED_PITCH = 1
_BREAK = re.compile(r"\r\n|\r|\n|\ufffe")


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: `left` and `right` edges, `base` line from the page's bottom and type `size`, in points."""

    text: str
    left: float
    right: float
    base: float
    size: float
    is_mono: bool
    is_bold: bool
    page: int

    @property
    def is_cut(self) -> bool:
        """Whether the line ends in the middle of a hyphenated word."""
        return self.text.endswith("-")


def lines_of(page: Any, index: int) -> list[Line]:
    """The lines of one page in the order in which they are read."""
    textpage = page.get_textpage()
    try:
        raw = cast("str", textpage.get_text_range())
        return list(_lines(textpage, raw, index))
    finally:
        textpage.close()


def _lines(textpage: Any, raw: str, index: int) -> Iterator[Line]:
    is_plain = textpage.count_chars() == len(raw)
    at = 0
    while at < len(raw):
        found = _BREAK.search(raw, at)
        end = found.start() if found else len(raw)
        text = clean(raw[at:end]).replace("\n", " ").strip()
        if found and found.group() == "\ufffe":
            text += "-"
        if text.strip("- "):
            first = at + len(raw[at:end]) - len(raw[at:end].lstrip())
            last = at + len(raw[at:end].rstrip()) - 1
            yield _measured(textpage, text, *_chars(textpage, first, last, is_plain), index)
        at = found.end() if found else len(raw)


def _chars(textpage: Any, first: int, last: int, is_plain: bool) -> tuple[int, int]:
    """Positions in the text as positions among the page's characters, some of which have no text."""
    if is_plain:
        return first, last
    to_char = pdfium_c.FPDFText_GetCharIndexFromTextIndex
    start, end = to_char(textpage, first), to_char(textpage, last)
    return max(0, start), max(0, start, end)


def _measured(textpage: Any, text: str, first: int, last: int, index: int) -> Line:
    left, base, _, _ = _box(textpage, first)
    _, _, right, _ = _box(textpage, last)
    samples = sorted({first + (last - first) * step // 2 for step in range(3)})
    fonts = [font for font in (_font(textpage, sample) for sample in samples) if font[0]]
    size = max(
        (pdfium_c.FPDFText_GetFontSize(textpage, sample) * _scale(textpage, sample) for sample in samples), default=0.0
    )
    is_mono = bool(fonts) and all(flags & _FIXED_PITCH or _MONOSPACE.search(name) for name, flags in fonts)
    is_bold = bool(fonts) and all(_BOLD.search(name) for name, _ in fonts)
    return Line(text, left, max(left, right), base, round(size, 1), is_mono, is_bold, index)


def _box(textpage: Any, char: int) -> tuple[float, float, float, float]:
    """Left edge, base line, right edge and top of a character."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    pdfium_c.FPDFText_GetCharBox(textpage, char, left, right, bottom, top)
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium_c.FPDFText_GetCharOrigin(textpage, char, x, y)
    return left.value, y.value, right.value, top.value


def _scale(textpage: Any, char: int) -> float:
    """Some programs set type at size 1 and enlarge it by a matrix."""
    matrix = pdfium_c.FS_MATRIX()
    if not pdfium_c.FPDFText_GetMatrix(textpage, char, matrix):
        return 1.0
    return abs(matrix.d) or abs(matrix.b) or 1.0


def _font(textpage: Any, char: int) -> tuple[str, int]:
    buffer = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    length = pdfium_c.FPDFText_GetFontInfo(textpage, char, buffer, 128, flags)
    return (buffer.value.decode("utf-8", "replace"), flags.value) if length else ("", 0)
