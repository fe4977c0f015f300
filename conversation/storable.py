"""Text as the ledger can keep it: no NUL, and no half of a character, which JSON can carry and nothing can store."""

from __future__ import annotations

import re
from typing import Any, cast

_HALVES = re.compile("[\ud800-\udfff]")


def storable(text: str) -> str:
    """Give a text without NUL, and with U+FFFD in the place of every lone surrogate."""
    return _HALVES.sub("\ufffd", text.replace("\x00", ""))


def storable_json(value: Any) -> Any:
    """Do the same to every text in plain JSON values."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {name: storable_json(item) for name, item in cast("dict[str, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [storable_json(item) for item in cast("list[Any]", value)]
    return value
