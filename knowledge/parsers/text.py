"""Plain text: paragraphs, lists, indented examples, and headings that are underlined or numbered."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.parsers.builder import Builder
from knowledge.parsers.clean import clean, clean_line
from knowledge.parsers.document import Parsed
from knowledge.parsers.encoding import decode
from knowledge.parsers.headings import numbered_level
from knowledge.parsers.joining import Joiner
from knowledge.parsers.source import Source

_RULE = re.compile(r"([=\-~^\"'*+#`.:_])\1{2,}\s*$")
_ITEM = re.compile(r"(\s*)([-*•+‣◦]|\(?(?:\d{1,3}|[a-zA-Z])[.)])\s+(?=\S)")
_PROSE = re.compile(r"\s*[\"“(‘'\[]?[A-Za-z]")
_SHORT_HEADING = 100
_ENOUGH_HEADINGS = 3


@dataclass(frozen=True, slots=True)
class _Piece:
    """Lines between empty lines: a heading of a level, a list item, code or a paragraph."""

    kind: str
    text: str
    level: int = 1
    mark: str = ""


def parse(source: Source) -> Parsed:
    """Parses a text file in any of the usual character sets."""
    lines = clean(decode(source.path.read_bytes())).expandtabs(4).split("\n")
    builder = Builder(source, "text/plain")
    builder.page()
    pieces = _without_contents(_with_numbered_headings(list(_Pieces(lines).read())))
    for done, piece in enumerate(pieces, 1):
        _add(builder, piece)
        if done % 1000 == 0:
            source.progress(done, len(pieces))
    return builder.build("")


def _add(builder: Builder, piece: _Piece) -> None:
    match piece.kind:
        case "heading":
            builder.heading(piece.level, piece.text)
        case "item":
            builder.list_item(piece.level, piece.text, piece.mark)
        case "code":
            builder.code(piece.text)
        case _:
            builder.paragraph(piece.text)


class _Pieces:
    """Cuts lines into pieces; the marks under headings get levels in the order in which they first appear."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._joiner = Joiner(lines, is_typeset=False)
        self._marks: list[str] = []

    def read(self) -> Iterator[_Piece]:
        at = 0
        while at < len(self._lines):
            if not self._lines[at].strip():
                at += 1
                continue
            end = self._heading_end(at)
            if end > at:
                yield self._heading(at, end)
            else:
                end = self._group_end(at)
                yield from _group(self._lines[at:end], self._joiner)
            at = end

    def _heading_end(self, at: int) -> int:
        """Where an underlined heading (perhaps with a line above it too) ends; `at` when there is none."""
        line, after = self._line(at), self._line(at + 1)
        if _is_rule(line) and after.strip() and not _is_rule(after) and _is_rule(self._line(at + 2)):
            return at + 3
        is_underlined = not _is_rule(line) and not line.startswith(" ") and _is_rule(after)
        if is_underlined and len(after.rstrip()) >= min(len(line.rstrip()), 4) and len(line) < 2 * _SHORT_HEADING:
            return at + 2
        return at

    def _heading(self, at: int, end: int) -> _Piece:
        title = self._lines[end - 2].strip()
        mark = ("over" if end - at == 3 else "") + self._lines[end - 1][0]
        if mark not in self._marks:
            self._marks.append(mark)
        return _Piece("heading", title, self._marks.index(mark) + 1)

    def _group_end(self, at: int) -> int:
        end = at + 1
        while end < len(self._lines) and self._lines[end].strip() and self._heading_end(end) == end:
            end += 1
        return end

    def _line(self, at: int) -> str:
        return self._lines[at] if at < len(self._lines) else ""


def _is_rule(line: str) -> bool:
    return bool(_RULE.match(line))


def _group(lines: list[str], joiner: Joiner) -> Iterator[_Piece]:
    """The pieces among lines that no empty line parts."""
    if all(_is_rule(line.strip()) for line in lines):
        return
    if len(lines) == 1 and numbered_level(lines[0]):
        yield _Piece("numbered", lines[0].strip(), numbered_level(lines[0]))
    elif _is_code(lines):
        yield _Piece("code", _dedented(lines))
    else:
        yield from _paragraphs(lines, joiner)


def _paragraphs(lines: list[str], joiner: Joiner) -> Iterator[_Piece]:
    """Paragraphs and list items; a term and its indented explanation are two paragraphs."""
    current: list[str] = []
    for line in lines:
        is_deeper = len(current) == 1 and _indent(line) > _indent(current[0]) and not _ITEM.match(current[0])
        if current and (_ITEM.match(line) or is_deeper):
            yield _paragraph(current, joiner)
            current = []
        current.append(line)
    if current:
        yield _paragraph(current, joiner)


def _paragraph(lines: list[str], joiner: Joiner) -> _Piece:
    text = joiner.join(lines)
    if found := _ITEM.match(text):
        return _Piece("item", text[found.end() :], _indent(lines[0]) // 2 + 1, _mark(found.group(2)))
    return _Piece("paragraph", text)


def _mark(written: str) -> str:
    return "•" if written in "-*•+‣◦" else written


def _is_code(lines: list[str]) -> bool:
    """Indented lines that do not read as prose."""
    if not all(_indent(line) >= 2 for line in lines) or _ITEM.match(lines[0]):
        return False
    prose = sum(bool(_PROSE.match(line)) and len(line.split()) >= 5 for line in lines[:-1])
    if len(lines) == 1:
        words = lines[0].split()
        return not (lines[0].rstrip().endswith((".", ":", "!", "?")) or len(words) >= 7) and _looks_technical(lines[0])
    return prose < 0.5 * (len(lines) - 1)


def _looks_technical(line: str) -> bool:
    return bool(re.search(r"[$\\|{}<>=;&]|--|\w/\w|\w\(\)|_\w|^\s*\S+:\s|\.\w{1,4}$", line))


def _dedented(lines: list[str]) -> str:
    edge = min(_indent(line) for line in lines)
    return "\n".join(line[edge:] for line in lines)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _with_numbered_headings(pieces: list[_Piece]) -> list[_Piece]:
    """Lines such as "3.2. Title" as headings, where none are underlined and text follows; otherwise as items."""
    is_underlined = sum(piece.kind == "heading" for piece in pieces) >= _ENOUGH_HEADINGS
    settled: list[_Piece] = []
    for index, piece in enumerate(pieces):
        after = pieces[index + 1] if index + 1 < len(pieces) else _Piece("end", "")
        if piece.kind != "numbered":
            settled.append(piece)
        elif is_underlined or (after.kind == "numbered" and after.level == piece.level):
            settled.append(_as_item(piece))
        else:
            settled.append(_Piece("heading", piece.text, piece.level))
    return settled


def _as_item(piece: _Piece) -> _Piece:
    found = _ITEM.match(piece.text)
    return _Piece("item", piece.text[found.end() :], 1, found.group(2)) if found else _Piece("paragraph", piece.text)


def _without_contents(pieces: list[_Piece]) -> list[_Piece]:
    """The pieces without a table of contents: a run of items that only repeat headings of the text."""
    titles = {clean_line(piece.text) for piece in pieces if piece.kind == "heading"}
    kept: list[_Piece] = []
    run: list[_Piece] = []
    for piece in [*pieces, _Piece("end", "")]:
        if piece.kind == "item" and clean_line(piece.text) in titles:
            run.append(piece)
            continue
        if len(run) < 5:
            kept.extend(run)
        run = []
        kept.append(piece)
    return kept[:-1]
