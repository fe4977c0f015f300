"""`parse_mode=MarkdownV2`: every reserved character is either markup or escaped, or the text is refused.

Block quotations and custom emoji are the two marks that are not read here; they are refused as reserved characters.
https://core.telegram.org/bots/api#markdownv2-style
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .entities import Entity
from .errors import ApiError, bad_request
from .links import problem_of
from .utf16 import units

_RESERVED = frozenset("_*[]()~`>#+-=|{}.!")
_MARKS = (
    ("```", "pre"),
    ("__", "underline"),
    ("||", "spoiler"),
    ("_", "italic"),
    ("*", "bold"),
    ("~", "strikethrough"),
    ("`", "code"),
)
_NAMES = {"pre": "Pre", "code": "Code", "text_link": "TextUrl"}
_LANGUAGE = re.compile(r"[^\s`]+(?=\s)")


@dataclass(frozen=True, slots=True)
class _Open:
    kind: str
    mark: str
    offset: int
    begin: int
    at: int
    language: str = ""


class Reader:
    """Reads one text from left to right."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._position = 0
        self._text = ""
        self._stack: list[_Open] = []
        self._entities: list[Entity] = []

    def read(self) -> tuple[str, list[Entity]]:
        """The text without marks, and what the marks said."""
        while self._position < len(self._source):
            self._step()
        if self._stack:
            opened = self._stack[-1]
            name = _NAMES.get(opened.kind, opened.kind.capitalize())
            raise _refusal(f"Can't find end of {name} entity at byte offset {opened.at}")
        return self._text, sorted(self._entities, key=lambda each: (each.offset, -each.length))

    def _step(self) -> None:
        rest = self._source[self._position :]
        if rest[0] == "\\" and len(rest) > 1 and "\0" < rest[1] <= "~":
            self._text += rest[1]
            self._position += 2
        elif self._at_an_end(rest):
            self._close()
        elif self._in_code() or rest[0] not in _RESERVED:
            self._text += rest[0]
            self._position += 1
        else:
            self._open(rest)

    def _at_an_end(self, rest: str) -> bool:
        mark = self._stack[-1].mark if self._stack else ""
        return bool(mark) and rest.startswith(mark) and not (mark == "_" and rest.startswith("__"))

    def _in_code(self) -> bool:
        return bool(self._stack) and self._stack[-1].kind in {"code", "pre"} and not self._starts("`")

    def _starts(self, mark: str) -> bool:
        return self._source.startswith(mark, self._position)

    def _open(self, rest: str) -> None:
        at = len(self._source[: self._position].encode())
        if rest[0] == "[":
            self._push(_Open("text_link", "]", units(self._text), len(self._text), at), 1)
            return
        for mark, kind in _MARKS:
            if rest.startswith(mark):
                self._push(_Open(kind, mark, units(self._text), len(self._text), at), len(mark))
                return
        raise _refusal(f"Character '{rest[0]}' is reserved and must be escaped with the preceding '\\'")

    def _push(self, opened: _Open, width: int) -> None:
        self._position += width
        if opened.kind == "pre":
            language = _LANGUAGE.match(self._source, self._position)
            if language:
                opened = _Open("pre", "```", opened.offset, opened.begin, opened.at, language.group())
                self._position = language.end()
            self._position += self._starts("\n")
        self._stack.append(opened)

    def _close(self) -> None:
        opened = self._stack.pop()
        self._position += len(opened.mark)
        url = self._url() if opened.kind == "text_link" else ""
        length = units(self._text) - opened.offset
        if opened.kind == "text_link":
            url = url or self._text[opened.begin :]
            if problem_of(url):
                return
        if length:
            self._entities.append(Entity(opened.kind, opened.offset, length, url=url, language=opened.language))

    def _url(self) -> str:
        if not self._starts("("):
            return ""
        match = re.compile(r"\(((?:\\.|[^\\)])*)\)").match(self._source, self._position)
        if match is None:
            at = len(self._source[: self._position + 1].encode())
            raise _refusal(f"Can't find end of a URL at byte offset {at}")
        self._position = match.end()
        return re.sub(r"\\(.)", r"\1", match.group(1))


def _refusal(reason: str) -> ApiError:
    return bad_request(f"can't parse entities: {reason}")
