"""Text and the formatting of its stretches: what a platform with entities takes."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from bots.markup.units import Ruler, Unit
from conversation.channel import Entity

# White space at the edges of these is theirs, or that of the code within them.
_EXACT = ("pre", "code", "blockquote")
# No platform shows these, though Unicode calls them letters, symbols or marks.
_UNSEEN = re.compile(
    "[\u030a\u0333\u033f\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_WORD = re.compile("[^\\W_\u115f\u1160\u3164\uffa0]")


@dataclass(frozen=True, slots=True)
class Item:
    """A point of a list within a text, at `depth` lists below the outermost, with the points within it.

    It begins with `lead` characters, indentation and `sign`; with none where it goes on from an earlier part. Its
    other lines are indented by `hanging` characters. `number` is None unless it is numbered as in `1.`.
    """

    offset: int
    length: int
    lead: int
    hanging: int
    depth: int
    sign: str
    number: int | None = None

    @property
    def end(self) -> int:
        """Give the position behind it."""
        return self.offset + self.length


@dataclass(frozen=True, slots=True)
class Flat:
    """A text with its entities, counted in characters; `before` and `after` are the blanks around it that are not sent.

    Of the parts of a text, each one's `before + text + after`, joined, are that text again. `items` says which of its
    lines are points of lists, for platforms that show lists of their own; the signs of the points stand in the text.
    """

    text: str
    entities: tuple[Entity, ...] = ()
    before: str = ""
    after: str = ""
    items: tuple[Item, ...] = ()


def to_units(flat: Flat, unit: Unit) -> tuple[Entity, ...]:
    """Give the entities counted in a platform's unit."""
    ruler = Ruler.of(flat.text, unit)
    return tuple(
        replace(entity, offset=ruler.at(entity.offset), length=ruler.between(entity.offset, end_of(entity)))
        for entity in flat.entities
    )


def end_of(entity: Entity) -> int:
    """Give the position behind an entity."""
    return entity.offset + entity.length


def is_blank(text: str) -> bool:
    """Tell whether nothing of a text can be seen; platforms refuse it as a message."""
    if _WORD.search(text):
        return False
    return all(unicodedata.category(character)[0] in "ZC" for character in set(_UNSEEN.sub("", text)))


def stretch(text: str, kind: str, offset: int, value: str = "") -> tuple[Entity, ...]:
    """Give the entity of a stretch without white space at its edges; none if nothing of it can be seen."""
    if is_blank(text):
        return ()
    if kind in _EXACT:
        return (Entity(kind, offset, len(text), value),)
    inside = text.strip()
    return (Entity(kind, offset + len(text) - len(text.lstrip()), len(inside), value),)
