"""A text and its entities, from the parameters of a call to what people see.

Like the server, this takes out control characters, trims both ends, and moves the entities along: a bot that counts on
leading or trailing blanks loses them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from . import entities, html_mode, markdown_mode
from .detecting import detect
from .entities import Entity, Report
from .errors import bad_request
from .utf16 import units

MOST_BYTES = 1 << 15
TEXT_LIMIT, CAPTION_LIMIT = 4096, 1024  # UTF-16 units after entity parsing


@dataclass(frozen=True, slots=True)
class Formatted:
    """What is shown."""

    text: str
    entities: tuple[Entity, ...] = ()


def message_text(source: str, parse_mode: str, given: object, report: Report) -> Formatted:
    """The text of a message; it cannot be empty."""
    if not source:
        raise bad_request("message text is empty")
    formatted = _formatted(source, parse_mode, given, report)
    if not formatted.text:
        raise bad_request("text must be non-empty")
    if units(formatted.text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return formatted


def caption(source: str, parse_mode: str, given: object, report: Report) -> Formatted:
    """What stands under a file; it can be empty."""
    formatted = _formatted(source, parse_mode, given, report)
    if units(formatted.text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    return formatted


def draft_text(source: str, parse_mode: str, given: object, report: Report) -> Formatted:
    """The text of a draft; an empty one shows a placeholder."""
    return message_text(source, parse_mode, given, report) if source else Formatted("")


def _formatted(source: str, parse_mode: str, given: object, report: Report) -> Formatted:
    if len(source.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise bad_request("text is too long")
    if any("\ud800" <= character <= "\udfff" for character in source):
        raise bad_request("strings must be encoded in UTF-8")
    text, found = _parsed(source, parse_mode.lower(), given, report)
    shown, kept = _cleaned(text, entities.check(text, found, report))
    return Formatted(shown, tuple(detect(shown, kept)))


def _parsed(source: str, mode: str, given: object, report: Report) -> tuple[str, Sequence[Entity]]:
    if mode in {"", "none"} or not source:
        return source, entities.read(given)
    if given:
        report("both parse_mode and entities; the entities are ignored")
    if mode == "html":
        return html_mode.Reader(source).read()
    if mode == "markdownv2":
        return markdown_mode.Reader(source).read()
    if mode == "markdown":
        report("parse_mode Markdown is a legacy mode that this platform does not read")
    raise bad_request("unsupported parse_mode")


def _cleaned(text: str, found: Sequence[Entity]) -> tuple[str, list[Entity]]:
    """Blank out control characters, drop carriage returns, trim, and shift the entities accordingly."""
    places, shown = [0], ""
    for character in text:
        new = "" if character == "\r" else " " if character < " " and character != "\n" else character
        shown += new
        places += [places[-1] + units(new)] * units(character) if new != character else _steps(places[-1], character)
    moved = [_moved(each, places[each.offset], places[each.end]) for each in found]
    return _trimmed(shown, moved)


def _steps(start: int, character: str) -> list[int]:
    return [start + step for step in range(1, units(character) + 1)]


def _moved(entity: Entity, start: int, end: int) -> Entity:
    return replace(entity, offset=start, length=end - start)


def _trimmed(text: str, found: Sequence[Entity]) -> tuple[str, list[Entity]]:
    right = text.rstrip(" \n")
    if not right.strip():
        return "", []
    clipped = [_moved(each, each.offset, min(each.end, units(right))) for each in found]
    first = min((each.offset for each in clipped if each.length > 0), default=len(right))
    blank = min(len(right) - len(right.lstrip(" \n")), first)
    return right[blank:], [_moved(each, each.offset - blank, each.end - blank) for each in clipped if each.length > 0]
