"""`parse_mode=HTML`: the tags the platform knows, and the sentences it says about all others.

https://core.telegram.org/bots/api#html-style
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from .entities import Entity
from .errors import ApiError, bad_request
from .links import problem_of
from .utf16 import units

_KINDS = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    **dict.fromkeys(("tg-spoiler", "span"), "spoiler"),
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_TAG = re.compile(r"<(/?)([^\s>]*)([^>]*)(>?)")
_ATTRIBUTE = re.compile(r"([\w-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([\w.-]+)))?")


@dataclass(frozen=True, slots=True)
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int
    begin: int


class Reader:
    """Reads one text from left to right."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._text = ""
        self._stack: list[_Open] = []
        self._entities: list[Entity] = []

    def read(self) -> tuple[str, list[Entity]]:
        """The text without tags, and what the tags said."""
        position = 0
        for match in _TAG.finditer(self._source):
            self._text += _unescape(self._source[position : match.start()])
            self._tag(match)
            position = match.end()
        self._text += _unescape(self._source[position:])
        if self._stack:
            raise _refusal(f'Can\'t find end tag corresponding to start tag "{self._stack[-1].tag}"')
        return self._text, self._entities

    def _tag(self, match: re.Match[str]) -> None:
        closing, name, rest, end = match.groups()
        at = len(self._source[: match.start()].encode())
        if not end:
            raise _refusal(f"Unclosed {'end' if closing else 'start'} tag at byte offset {at}")
        if closing:
            self._close(name.lower(), at)
        else:
            self._start(name.lower(), rest, at)

    def _start(self, tag: str, rest: str, at: int) -> None:
        if tag not in _KINDS:
            raise _refusal(f'Unsupported start tag "{tag}" at byte offset {at}')
        attributes = {
            name.lower(): html.unescape(double or single or bare)
            for name, double, single, bare in _ATTRIBUTE.findall(rest)
        }
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise _refusal(f'Tag "span" must have class "tg-spoiler" at byte offset {at}')
        self._stack.append(_Open(tag, attributes, units(self._text), len(self._text)))

    def _close(self, tag: str, at: int) -> None:
        if not self._stack:
            raise _refusal(f"Unexpected end tag at byte offset {at}")
        opened = self._stack.pop()
        if tag and tag != opened.tag:
            raise _refusal(f'Unmatched end tag at byte offset {at}, expected "</{opened.tag}>", found "</{tag}>"')
        length = units(self._text) - opened.offset
        if length:
            self._keep(opened, length)

    def _keep(self, opened: _Open, length: int) -> None:
        kind = _KINDS[opened.tag]
        if kind == "text_link":
            url = opened.attributes.get("href") or self._text[opened.begin :]
            if not problem_of(url):
                self._entities.append(Entity(kind, opened.offset, length, url=url))
        elif kind == "pre" and self._entities and self._same_code(opened.offset, length):
            inner = self._entities.pop()
            self._entities.append(Entity("pre", opened.offset, length, language=inner.language))
        elif kind == "code":
            language = opened.attributes.get("class", "").removeprefix("language-")
            self._entities.append(Entity(kind, opened.offset, length, language=language))
        else:
            quotation = "expandable_blockquote" if "expandable" in opened.attributes else kind
            self._entities.append(Entity(quotation, opened.offset, length))

    def _same_code(self, offset: int, length: int) -> bool:
        last = self._entities[-1]
        return last.type == "code" and (last.offset, last.length) == (offset, length)


def _unescape(text: str) -> str:
    return re.sub(r"&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);", lambda match: html.unescape(match.group()), text)


def _refusal(reason: str) -> ApiError:
    return bad_request(f"can't parse entities: {reason}")
