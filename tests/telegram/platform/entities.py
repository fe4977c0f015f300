"""Message entities: what a bot may send, checked the way the server does.

The server refuses entities outside the text or inside a character. What it drops without a word (entities beyond the
hundredth, anything inside `code` or `pre`, a block quotation inside another) is dropped here too, and reported as a
violation, because a bot that sends it shows people something else than it meant.
https://core.telegram.org/bots/api#messageentity
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from .errors import ApiError, bad_request
from .links import checked_link
from .utf16 import cut, splits_a_character, units

Report = Callable[[str], None]

MOST_ENTITIES = 100
FORMATS = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})
QUOTATIONS = frozenset({"blockquote", "expandable_blockquote"})
MONOSPACE = frozenset({"code", "pre"})
DETECTED = frozenset(
    {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number"}
)
KNOWN = FORMATS | QUOTATIONS | MONOSPACE | DETECTED | {"text_link", "text_mention", "custom_emoji", "date_time"}


@dataclass(frozen=True, slots=True)
class Entity:
    """One stretch of a text that means or looks like something."""

    type: str
    offset: int
    length: int
    url: str = ""
    language: str = ""
    user_id: int = 0
    custom_emoji_id: str = ""

    @property
    def end(self) -> int:
        return self.offset + self.length

    def to_json(self) -> dict[str, Any]:
        """The entity as the API writes it."""
        fields: dict[str, Any] = {"type": self.type, "offset": self.offset, "length": self.length}
        if self.url:
            fields["url"] = self.url
        if self.language:
            fields["language"] = self.language
        if self.user_id:
            fields["user"] = {"id": self.user_id, "is_bot": False, "first_name": "User"}
        if self.custom_emoji_id:
            fields["custom_emoji_id"] = self.custom_emoji_id
        return fields


def read(value: object) -> list[Entity]:
    """Entities from a call's parameter; those the server finds by itself are ignored, as it does."""
    if not isinstance(value, list):
        return []
    found = [_read_one(item) for item in cast("list[object]", value)]
    return [entity for entity in found if entity is not None and entity.length != 0]


def _read_one(value: object) -> Entity | None:
    if not isinstance(value, dict):
        raise _unreadable("expected an Object")
    fields = cast("dict[str, Any]", value)
    for name in ("type", "offset", "length"):
        if name not in fields:
            raise _unreadable(f'Can\'t find field "{name}"')
    kind = str(fields["type"])
    if kind not in KNOWN:
        raise _unreadable("Unsupported type specified")
    if kind in DETECTED:
        return None
    entity = Entity(kind, _whole(fields, "offset"), _whole(fields, "length"))
    if kind == "text_link":
        return replace(entity, url=checked_link(str(fields.get("url", "")), "entity"))
    if kind == "text_mention":
        return replace(entity, user_id=int(fields["user"]["id"]))
    if kind == "custom_emoji":
        return replace(entity, custom_emoji_id=str(fields.get("custom_emoji_id", "")))
    return replace(entity, language=str(fields.get("language", ""))) if kind == "pre" else entity


def _whole(fields: dict[str, Any], name: str) -> int:
    try:
        number = int(fields[name])
    except (TypeError, ValueError) as error:
        raise _unreadable(f'Field "{name}" must be of type Number') from error
    if not 0 <= number <= 1_000_000:
        raise bad_request(f"receive an entity with incorrect {name} {number}")
    return number


def _unreadable(reason: str) -> ApiError:
    return bad_request(f"can't parse MessageEntity: {reason}")


def check(text: str, entities: Sequence[Entity], report: Report) -> list[Entity]:
    """Refuse entities outside the text or inside a character; leave out what the server would drop."""
    size = units(text)
    for entity in entities:
        if entity.offset >= size:
            raise bad_request(f"entity begins after the end of the text at UTF-16 offset {entity.offset}")
        if entity.end > size:
            raise bad_request(
                f"entity beginning at UTF-16 offset {entity.offset} ends after the end of the text"
                f" at UTF-16 offset {entity.end}"
            )
        if splits_a_character(text, entity.offset):
            raise bad_request(f"entity begins in a middle of a UTF-16 symbol at UTF-16 offset {entity.offset}")
        if splits_a_character(text, entity.end):
            raise bad_request(f"entity beginning at UTF-16 offset {entity.offset} ends in a middle of a UTF-16 symbol")
    return _without_misfits(text, _first_hundred(entities, report), report)


def _first_hundred(entities: Sequence[Entity], report: Report) -> list[Entity]:
    if len(entities) > MOST_ENTITIES:
        report(f"{len(entities)} entities in one message; those after the first {MOST_ENTITIES} are not shown")
    return list(entities[:MOST_ENTITIES])


def _without_misfits(text: str, entities: list[Entity], report: Report) -> list[Entity]:
    """Keep what nests: outer ones first, and nothing in code, across a border, or one quotation in another."""
    kept: list[Entity] = []
    for entity in sorted(entities, key=lambda each: (each.offset, -each.length, each.type in MONOSPACE)):
        misfit = next((reason for outer in kept if (reason := _clash(outer, entity))), "")
        if misfit:
            report(f"entity {entity.type} on {cut(text, entity.offset, entity.length)!r} {misfit}")
        else:
            kept.append(entity)
    return kept


def _clash(outer: Entity, inner: Entity) -> str:
    if inner.offset >= outer.end or outer.offset >= inner.end:
        return ""
    if inner.end > outer.end:
        return f"crosses the end of {outer.type}"
    if outer.type in MONOSPACE or inner.type in MONOSPACE:
        allowed = inner.type in MONOSPACE and outer.type in QUOTATIONS
        return "" if allowed else f"cannot be combined with {outer.type}"
    if outer.type in QUOTATIONS and inner.type in QUOTATIONS:
        return f"cannot be inside {outer.type}"
    if outer.type == inner.type or not {outer.type, inner.type} & (FORMATS | QUOTATIONS):
        return f"cannot be inside {outer.type}"
    return ""
