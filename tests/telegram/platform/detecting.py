"""Entities the platform finds by itself in what anybody writes: commands, mentions, links, addresses, hashtags."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .entities import MONOSPACE, Entity
from .utf16 import offset_of, units

_TOP = "com|org|net|io|dev|app|me|eu|de|es|fr|ru|in|uk|info|ai|co"
_PATTERNS = (
    ("url", re.compile(rf"https?://[^\s<>\"]+|(?<![\w@./])(?:[\w-]+\.)+(?:{_TOP})(?![\w.])(?:/[^\s<>\"]*)?", re.I)),
    ("email", re.compile(r"(?<![\w.])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("bot_command", re.compile(r"(?<![\w/<>@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/@])")),
    ("mention", re.compile(r"(?<![\w/@.])@[A-Za-z][A-Za-z0-9_]{2,31}(?!\w)")),
    ("hashtag", re.compile(r"(?<![\w/#@])#(?=\w*[^\W\d])\w{1,256}")),
)
_CLOSED = MONOSPACE | {"text_link", "text_mention", "custom_emoji"}


def detect(text: str, entities: Sequence[Entity] = ()) -> list[Entity]:
    """The given entities together with those found, in the order the server lists them."""
    found = list(entities)
    for entity in _search(text):
        if not any(_excludes(known, entity) for known in found):
            found.append(entity)
    return sorted(found, key=lambda each: (each.offset, -each.length))


def _search(text: str) -> Iterator[Entity]:
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            stretch = match.group().rstrip(".,:;!?)'\"") if kind == "url" else match.group()
            yield Entity(kind, offset_of(text, match.start()), units(stretch))


def _excludes(known: Entity, found: Entity) -> bool:
    overlaps = known.offset < found.end and found.offset < known.end
    detected = known.type in {kind for kind, _ in _PATTERNS}
    return overlaps and (detected or known.type in _CLOSED)
