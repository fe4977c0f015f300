"""One line of formatted words as Markdown, in which only its own formatting is markup.

The rules of delimiters are https://spec.commonmark.org/0.31.2/#emphasis-and-strong-emphasis.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bots.markup.lines import Run

JOINER = "\u2060"
"""Takes no room and is no sign to any reader: it keeps apart what would be read as one sign, or as none."""

_SIGNS = re.compile(r"[\\`*_~\[\]|<>&]")
_ESCAPES = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
_REFERENCE = re.compile(r"#?\w+;")
_BEGINNING = re.compile(r"(\d*)([-+=#:]|(?<=\d)[.)])")
_UNSAFE = re.compile(r"[^\w!#$%&+,\-./:;=?@~]|&(?=#?\w+;)", re.ASCII)
_TICKS = re.compile("`+")
_WHITE = " \t\u00a0"
_MARKS = {"bold": "**", "italic": "*", "strikethrough": "~~"}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a platform reads Markdown: whether it shows `lists`, and what (`finds`, a pattern) it finds even in code.

    It is sure to read `&amp;` outside code where `ampersands` is set; otherwise only what looks like a character
    reference is written with one.
    """

    lists: bool = False
    ampersands: bool = True
    finds: str = r"(?!)"


class Inline:
    """Writes lines in a dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self._ampersands = dialect.ampersands
        self._found = re.compile(dialect.finds)

    def line(self, runs: Sequence[Run]) -> str:
        """Write one line, which begins no block of any other kind; white space around it is not written."""
        blank, bare = _outdented(runs)
        if not bare:
            return blank
        text = _Marking(self).write(bare)
        plain = not blank and not bare[0].styles and not bare[0].address
        return _BEGINNING.sub(r"\1\\\2", text, count=1) if plain and _BEGINNING.match(text) else blank + text

    def words(self, text: str) -> str:
        """Escape words."""
        return _SIGNS.sub(self._escaped, text) if _SIGNS.search(text) else text

    def _escaped(self, found: re.Match[str]) -> str:
        sign = found[0]
        if sign == "&" and not self._ampersands and not _REFERENCE.match(found.string, found.end()):
            return sign
        return _ESCAPES.get(sign) or "\\" + sign

    def code(self, text: str) -> str:
        """Write code within a line."""
        ticks = fence_around(text, 1)
        beside = text.startswith("`") or text.endswith("`") or (text[0] == text[-1] == " " and text.strip(" "))
        return f"{ticks} {self.safe(text)} {ticks}" if beside else f"{ticks}{self.safe(text)}{ticks}"

    def safe(self, text: str) -> str:
        """Break up in code what the platform would find even there."""
        return self._found.sub(lambda found: found[0] + JOINER, text.replace("\r", " "))


def fence_around(text: str, least: int) -> str:
    """Give a row of backticks that is longer than any in a text."""
    return "`" * max([least, *(len(row) + 1 for row in _TICKS.findall(text))])


def to_address(address: str) -> str:
    """Give an address in which no sign can end a link or be read as anything else."""
    return _UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), address)


def _outdented(runs: Sequence[Run]) -> tuple[str, list[Run]]:
    """Take the white space at the edges off a line; that in front stays white space for a reader of Markdown."""
    found = [Run(run.text.replace("\r", " "), run.styles, run.address) for run in runs]
    before = ""
    while found and len(rest := found[0].text.lstrip()) < len(found[0].text):
        before += found[0].text[: len(found[0].text) - len(rest)]
        found[0] = Run(rest, found[0].styles, found[0].address)
        if rest:
            break
        found.pop(0)
    while found and len(rest := found[-1].text.rstrip()) < len(found[-1].text):
        found[-1] = Run(rest, found[-1].styles, found[-1].address)
        if rest:
            break
        found.pop()
    return ("&nbsp;" + "\u00a0" * (len(before) - 1) if before else ""), found


class _Marking:
    """One line being written; `_open` are the marks that hold, the outermost first."""

    def __init__(self, inline: Inline) -> None:
        self._inline = inline
        self._pieces: list[str] = []
        self._open: list[str] = []

    def write(self, runs: Sequence[Run]) -> str:
        """Write all runs."""
        marks = [_marks(run) for run in runs]
        for place, run in enumerate(runs):
            code = "code" in run.styles
            text = self._inline.code(run.text) if code else self._inline.words(run.text)
            closed = self._close(marks[place], text[0])
            self._begin(marks, place, text[0], closed)
            self._pieces.append(text)
        self._close(frozenset(), "")
        return "".join(self._pieces)

    @property
    def _before(self) -> str:
        return self._pieces[-1][-1] if self._pieces else ""

    def _close(self, wanted: frozenset[str], following: str) -> bool:
        """End every mark that holds no longer, and those within it."""
        kept = 0
        while kept < len(self._open) and self._open[kept] in wanted:
            kept += 1
        ending = self._open[kept:][::-1]
        opens = bool(wanted - set(self._open[:kept]))
        del self._open[kept:]
        for mark in ending:
            self._end(mark, opens or _is_seen(following))
        return bool(ending)

    def _end(self, mark: str, beside: bool) -> None:
        if mark not in _MARKS.values():
            self._pieces.append(f"]({to_address(mark)})")
            return
        before = self._before
        if before.isspace() or (beside and not before.isalnum() and before != JOINER):
            self._pieces.append(JOINER)
        self._pieces.append(mark)

    def _begin(self, runs: Sequence[frozenset[str]], at: int, following: str, closed: bool) -> None:
        """Begin the marks of a run that do not hold yet, the one that goes on furthest first."""
        marks = list(runs[at] - set(self._open))
        if len(marks) > 1:
            marks.sort(key=lambda mark: (-_reach(mark, runs, at), mark))
        if marks and closed:
            self._pieces.append(JOINER)
        beside = _is_seen(self._before)
        for place, mark in enumerate(marks):
            self._open.append(mark)
            if mark not in _MARKS.values():
                self._pieces += [JOINER, "["] if self._before == "!" else ["["]
                continue
            self._pieces.append(mark)
            inner = following if place + 1 == len(marks) else "*"
            if inner.isspace() or (beside and not inner.isalnum()) or (mark[0] == inner == "*"):
                self._pieces.append(JOINER)
                beside = True


def _marks(run: Run) -> frozenset[str]:
    """Give the marks of a run; that of a link is its address."""
    marks = {_MARKS[style] for style in run.styles if style in _MARKS}
    return frozenset(marks | {run.address} if run.address else marks)


def _reach(mark: str, runs: Sequence[frozenset[str]], at: int) -> int:
    """Find the run that a mark ends before."""
    while at < len(runs) and mark in runs[at]:
        at += 1
    return at


def _is_seen(character: str) -> bool:
    """Tell whether what stands beside a delimiter may keep it from being one, or let it be one of the other kind."""
    return bool(character) and character not in _WHITE
