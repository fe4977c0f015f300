"""The sentences of a passage, with what the headings and labels around them make of them."""

import re
from dataclasses import dataclass

from knowledge.chunks import sentences
from knowledge.models.port import Passage

_CLOSED = re.compile(r"[.!?:;…。！？][\"'”’»)\]]*$")
_BULLET = re.compile(r"(?:[•‣◦▪·*–—-]|\(?(?:\d{1,3}|[a-z])[.)]|\[\d{1,3}\])\s+(?=\S)")
_NUMBERED = re.compile(r"\d+(?:\.\d+)+\.?\s+\S")
_LONGEST_HEADING = 100
# A label has few words, and fewer still where it ends with a colon like a line that announces a list.
_LONGEST_LABEL, _SHORT_LABEL = 6, 3
_OPENS_LABEL = "\"'“‘`*-<"
_NO_LABEL = re.compile(r"[|{}$;=]|: |^\d+(?:\.\d+)+\.?\s")


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, list item or heading of a passage: `text` is exactly `passage.text[start:end]`.

    `label` is the short line above that names what this one explains, as in a list of definitions. `opens` says that
    it is the first below a heading. An item of a list stands here without its bullet or number.
    """

    index: int
    start: int
    end: int
    text: str
    is_heading: bool
    opens: bool = False
    label: str = ""
    is_item: bool = False


def read_lines(passage: Passage) -> tuple[Line, ...]:
    """Take a passage apart."""
    lines: list[Line] = []
    spans = sentences(passage.text)
    for index, (begin, end) in enumerate(spans):
        lines.append(_line(index, begin, end, passage, lines[-1] if lines else None, last=index + 1 == len(spans)))
    return tuple(lines)


def _line(index: int, begin: int, end: int, passage: Passage, above: Line | None, *, last: bool) -> Line:
    raw = passage.text[begin:end]
    titled = _is_in(raw, passage.place) or bool(_NUMBERED.match(raw))
    bullet = None if titled else _BULLET.match(passage.text, begin, end)
    start = bullet.end() if bullet else begin
    text = passage.text[start:end]
    at_top = above is None or above.is_heading
    if (at_top or titled) and not bullet and _is_heading(text, passage, last=last):
        return Line(index, start, end, text, is_heading=True)
    label = above.text if above and _names(above, text, passage) else ""
    return Line(index, start, end, text, False, bool(above) and at_top, label, bool(bullet))


def _names(above: Line, text: str, passage: Passage) -> bool:
    """Whether the line above is a label: a heading of its own, or a short line before a long one."""
    if above.is_heading:
        return not _is_in(above.text, passage.place) and not _NO_LABEL.search(above.text)
    words = above.text.split()
    named = above.text.endswith(":") and len(words) <= _SHORT_LABEL
    return (
        not above.is_item
        and not text[0].islower()
        and (named or sum(map(str.isalpha, above.text)) > len(above.text) / 2)
        and (above.text[0].isalnum() or above.text[0] in _OPENS_LABEL)
        and len(words) <= _LONGEST_LABEL
        and (named or not _CLOSED.search(above.text))
        and not _NO_LABEL.search(above.text)
        and len(text.split()) > len(words) + _LONGEST_LABEL // 2
    )


def _is_in(text: str, place: str) -> bool:
    return " ".join(text.split()) in place


def _is_heading(text: str, passage: Passage, *, last: bool) -> bool:
    """Headings open a passage: they stand in its place, or are short lines without a full stop."""
    if _is_in(text, passage.place):
        return True
    if len(text) > _LONGEST_HEADING or "\n" in text:
        return False
    return bool(_NUMBERED.match(text) and text[-1] not in ".,;") or not (last or _CLOSED.search(text))
