"""Running headers, footers and page numbers: found by what repeats at the edges of the pages, and left out."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from knowledge.parsers.pdf.lines import Line

_NUMBER_ALONE = re.compile(r"[-–—\s]*(\d{1,5}|[ivxlc]{1,7})[-–—\s]*", re.IGNORECASE)
_LEADERS = re.compile(r"(?:\.\s?){4,}\s*\S{0,8}$")
_ENOUGH = 3
_BAND = 3
_MANY_LEADERS = 5
_FULL_PAGE = 6
_SHORT_PAGE = 3


def without_margins(pages: Sequence[list[Line]]) -> list[list[Line]]:
    """The pages without running lines, and without tables of contents."""
    running = _Running(pages)
    cleaned = [_without_contents(_without(page, running.of(page))) for page in pages]
    return cleaned if any(cleaned) else list(pages)


def _without(page: list[Line], running: set[Line]) -> list[Line]:
    return [line for line in page if line not in running] if running else page


class _Running:
    """What the outermost lines of all pages have in common."""

    def __init__(self, pages: Sequence[list[Line]]) -> None:
        longer = [page for page in pages if len(page) >= _SHORT_PAGE]
        self._repeated = Counter(_key(line) for page in longer for line in _edges(page))
        self._bands = Counter(round(line.base / _BAND) for page in pages for line in _outermost(page))
        offsets = Counter(number - line.page for page in pages for line in _edges(page) for number in _numbers(line))
        best = offsets.most_common(1)
        self._offset = best[0][0] if best and best[0][1] >= _ENOUGH else None

    def of(self, page: list[Line]) -> set[Line]:
        """The running lines of one page."""
        return {line for line in _edges(page) if self._is_repeated(line) or self._is_page_number(line)}

    def _is_repeated(self, line: Line) -> bool:
        return self._repeated[_key(line)] >= _ENOUGH and any(char.isalpha() for char in line.text)

    def _is_page_number(self, line: Line) -> bool:
        band = round(line.base / _BAND)
        if sum(self._bands[near] for near in (band - 1, band, band + 1)) < _ENOUGH:
            return False
        if self._offset is not None and line.page + self._offset in _numbers(line):
            return True
        return _NUMBER_ALONE.fullmatch(line.text) is not None


def _edges(page: list[Line]) -> Iterator[Line]:
    """The two highest and the two lowest lines; one of each on a short page."""
    rows = sorted(page, key=lambda line: -line.base)
    count = 2 if len(rows) >= _FULL_PAGE else min(1, len(rows) - 1)
    yield from rows[:count]
    yield from rows[max(count, len(rows) - count) :]


def _outermost(page: list[Line]) -> Iterator[Line]:
    if page:
        yield max(page, key=lambda line: line.base)
        yield min(page, key=lambda line: line.base)


def _key(line: Line) -> tuple[str, int]:
    return line.text.casefold(), round(line.base / _BAND)


def _numbers(line: Line) -> Iterable[int]:
    """The numbers with which a line begins and ends."""
    ends = re.match(r"\d{1,5}\b", line.text), re.search(r"\b\d{1,5}$", line.text)
    return {int(found.group()) for found in ends if found}


def _without_contents(lines: list[Line]) -> list[Line]:
    """A page full of dotted leaders is a table of contents; elsewhere only the dotted lines go."""
    leaders = sum(_LEADERS.search(line.text) is not None for line in lines)
    if leaders >= _MANY_LEADERS:
        return []
    return [line for line in lines if not _LEADERS.search(line.text)] if leaders else lines
