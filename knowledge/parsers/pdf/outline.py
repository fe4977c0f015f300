"""The headings of a PDF: its bookmarks found again in the text, or lines that look like headings."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from knowledge.parsers.clean import clean_line
from knowledge.parsers.headings import NUMBER, numbered_level, without_number
from knowledge.parsers.pdf.lines import Line

_MOST_LINES = 5
_MOST_BOOKMARKS = 20_000
_LARGER = 1.12
_LONGEST = 160
_ENOUGH = 3
_CHAPTER = re.compile(r"(chapter|part|appendix)\b.{0,20}$", re.IGNORECASE)
_SMALL_NUMBER = re.compile(r"([A-Z]|\d{1,3}|[IVXLC]{1,6}|[A-Z-]{3,15})$")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading on `count` lines from line `at` of page `page`; `text` is its wording."""

    page: int
    at: int
    count: int
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the document's own outline; `top` is the height it jumps to, if it says so."""

    level: int
    title: str
    page: int
    top: float | None


def bookmarks_of(document: Any) -> list[Bookmark]:
    """The outline of the document; entries that lead nowhere are left out."""
    found: list[Bookmark] = []
    entry: Any
    for entry in document.get_toc():
        target = entry.get_dest()
        page = target.get_index() if target is not None else None
        title = clean_line(entry.get_title() or "")
        if target is not None and page is not None and title:
            view = target.get_view()[1]
            found.append(Bookmark(entry.level + 1, title, page, view[1] if len(view) > 1 else None))
        if len(found) >= _MOST_BOOKMARKS:
            break
    return found


def headings_of(pages: Sequence[list[Line]], bookmarks: Sequence[Bookmark], body: float) -> list[Heading]:
    """The headings in order: those of the bookmarks where enough are found, otherwise those that look like some."""
    located = list(_located(pages, bookmarks))
    if len(located) >= min(_ENOUGH, max(1, len(bookmarks))):
        return _numbered(sorted(located, key=lambda heading: (heading.page, heading.at)))
    return list(_guessed(pages, body))


def _located(pages: Sequence[list[Line]], bookmarks: Sequence[Bookmark]) -> Iterator[Heading]:
    taken: set[tuple[int, int]] = set()
    for bookmark in bookmarks:
        for page in (bookmark.page, bookmark.page + 1):
            if 0 <= page < len(pages) and (heading := _locate(pages[page], page, bookmark, taken)):
                taken.add((page, heading.at))
                yield heading
                break


def _locate(lines: list[Line], page: int, bookmark: Bookmark, taken: set[tuple[int, int]]) -> Heading | None:
    target = _letters(bookmark.title)
    bare = _letters(without_number(bookmark.title))
    matches: list[tuple[float, int, int, str]] = []
    for at in range(len(lines)):
        if (page, at) in taken:
            continue
        for count in range(1, _MOST_LINES):
            words = " ".join(line.text for line in lines[at : at + count])
            letters = _letters(words)
            if len(letters) > len(target) + 12:
                break
            if letters == target or _letters(without_number(words)) in (target, bare):
                distance = abs(lines[at].base - bookmark.top) if bookmark.top is not None else float(at)
                matches.append((distance, at, count, _wording(words, bookmark.title)))
    if not matches:
        return None
    _, at, count, text = min(matches)
    before = _chapter_lines(lines, at)
    return Heading(page, at - before, count + before, bookmark.level, text)


def _wording(printed: str, title: str) -> str:
    """The bookmark's wording with the printed number: print may be in capitals or cut by hyphens."""
    number = NUMBER.match(printed)
    if number and not NUMBER.match(title):
        return f"{number.group(1)}. {title}"
    return title


def _chapter_lines(lines: list[Line], at: int) -> int:
    """How many lines above a heading only say "CHAPTER" and its number."""
    if at >= 1 and _CHAPTER.match(lines[at - 1].text):
        return 1
    if at >= 2 and _CHAPTER.match(lines[at - 2].text) and _SMALL_NUMBER.match(lines[at - 1].text):
        return 2
    return 0


def _numbered(headings: list[Heading]) -> list[Heading]:
    """Gives a chapter without number, whose first section is "7.1.", its number."""
    numbered: list[Heading] = []
    for index, heading in enumerate(headings):
        after = headings[index + 1] if index + 1 < len(headings) else None
        number = NUMBER.match(after.text) if after and after.level == heading.level + 1 else None
        if number and number.group(1).count(".") == 1 and not NUMBER.match(heading.text):
            text = f"{number.group(1).split('.')[0]}. {heading.text}"
            heading = Heading(heading.page, heading.at, heading.count, heading.level, text)
        numbered.append(heading)
    return numbered


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _guessed(pages: Sequence[list[Line]], body: float) -> Iterator[Heading]:
    """Lines in larger type, or bold and numbered; their level is the depth of the number or the rank of the size."""
    sizes = Counter(line.size for lines in pages for line in lines if _is_large(line, body))
    ranks = {size: rank for rank, size in enumerate(sorted(sizes, reverse=True)[:5], 1)}
    for page, lines in enumerate(pages):
        at = 0
        while at < len(lines):
            count = _heading_lines(lines, at, body)
            if count:
                text = " ".join(line.text for line in lines[at : at + count])
                level = numbered_level(text) or ranks.get(lines[at].size, 3)
                yield Heading(page, at, count, level, text)
            at += max(1, count)


def _heading_lines(lines: list[Line], at: int, body: float) -> int:
    first = lines[at]
    if not _is_large(first, body) and not (first.is_bold and numbered_level(first.text)):
        return 0
    count = 1
    while at + count < len(lines) and count < _MOST_LINES:
        line, above = lines[at + count], lines[at + count - 1]
        if (
            line.size != first.size
            or line.is_bold != first.is_bold
            or not 0 <= above.base - line.base < 1.7 * line.size
        ):
            break
        if not _is_large(line, body) or numbered_level(line.text):
            break
        count += 1
    return count if sum(len(line.text) for line in lines[at : at + count]) <= _LONGEST else 0


def _is_large(line: Line, body: float) -> bool:
    if line.size < body * _LARGER or len(line.text) > _LONGEST:
        return False
    return sum(char.isalpha() for char in line.text) >= 2
