"""Reading what a platform sent: every look tolerates what is missing or of another kind than documented."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import cast

Fields = Mapping[str, object]

_HALVES = re.compile("[\ud800-\udfff]")
_LARGEST = 1 << 63


def fields_of(value: object) -> Fields:
    """Give an object's fields; none if it is no object."""
    return cast(Fields, value) if isinstance(value, dict) else {}


def items_of(value: object) -> list[object]:
    """Give what a list holds; nothing if it is no list."""
    return cast("list[object]", value) if isinstance(value, list) else []


def part(of: Fields, name: str) -> Fields:
    """Give an object within an object."""
    return fields_of(of.get(name))


def parts(of: Fields, name: str) -> list[Fields]:
    """Give the objects of a list."""
    return [fields_of(item) for item in items_of(of.get(name))]


def first(of: Fields, name: str) -> Fields:
    """Give the first object of a list, one without fields if there is none."""
    return found[0] if (found := parts(of, name)) else fields_of(None)


def text(of: Fields, name: str) -> str:
    """Give a text; half a character, which JSON can carry and nothing can store, becomes U+FFFD."""
    value = of.get(name)
    return _HALVES.sub("\ufffd", value) if isinstance(value, str) else ""


def whole(of: Fields, name: str) -> int | None:
    """Give a whole number of at most 64 bits."""
    value = of.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if -_LARGEST <= value < _LARGEST else None


def true(of: Fields, name: str) -> bool:
    """Tell whether a field is set."""
    return of.get(name) is True
