"""Small rules that make up a schema, with problems worded as Slack words them.

A problem reads like `must be less than 3001 characters [json-pointer:/blocks/0/text/text]`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

Surface = Literal["message", "modal", "home"]


@dataclass(slots=True)
class Inspection:
    """What a look at blocks has found so far."""

    surface: Surface = "message"
    problems: list[str] = field(default_factory=list[str])
    written: int = 0
    """Characters of text in all blocks."""
    markdown: int = 0
    """Characters in all markdown blocks."""

    def add(self, sentence: str, pointer: str) -> None:
        """Note a problem at a place."""
        self.problems.append(f"{sentence} [json-pointer:{pointer}]")


Rule = Callable[[Any, str, Inspection], None]


@dataclass(frozen=True, slots=True)
class Optional:
    """A field that may be missing."""

    rule: Rule


def optional(rule: Rule) -> Optional:
    """Mark a field that may be missing."""
    return Optional(rule)


def string(least: int = 0, most: int = 0, *, counted: bool = True) -> Rule:
    """A string of so many characters; `counted` texts add up in a message."""

    def check(value: Any, pointer: str, seen: Inspection) -> None:
        if not isinstance(value, str):
            seen.add("must provide a string", pointer)
            return
        if counted and pointer.endswith("/text"):
            seen.written += len(value)
        if len(value) < least:
            seen.add(f"must be more than {least - 1} characters", pointer)
        if most and len(value) > most:
            seen.add(f"must be less than {most + 1} characters", pointer)

    return check


def boolean(value: Any, pointer: str, seen: Inspection) -> None:
    """A truth value."""
    if not isinstance(value, bool):
        seen.add("must provide a boolean", pointer)


def integer(value: Any, pointer: str, seen: Inspection) -> None:
    """A whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        seen.add("must provide an integer", pointer)


def either(*allowed: str) -> Rule:
    """One of these strings."""

    def check(value: Any, pointer: str, seen: Inspection) -> None:
        if value not in allowed:
            seen.add(f"must be one of: {', '.join(allowed)}", pointer)

    return check


def items(rule: Rule, most: int = 0, least: int = 0) -> Rule:
    """An array of so many things of one rule."""

    def check(value: Any, pointer: str, seen: Inspection) -> None:
        if not isinstance(value, list):
            seen.add("must provide an array", pointer)
            return
        found = cast("list[Any]", value)
        if len(found) < least:
            seen.add(f"no fewer than {least} items allowed", pointer)
        if most and len(found) > most:
            seen.add(f"no more than {most} items allowed", pointer)
        for place, each in enumerate(found):
            rule(each, f"{pointer}/{place}", seen)

    return check


def record(kind: str, **fields: Rule | Optional) -> Rule:
    """An object of this type with these fields and no others; an empty kind means it has no type."""

    def check(value: Any, pointer: str, seen: Inspection) -> None:
        if not isinstance(value, dict):
            seen.add("must provide an object", pointer)
            return
        found = cast("dict[str, Any]", value)
        if kind and found.get("type") != kind:
            seen.add(f"unsupported type: {found.get('type')}", f"{pointer}/type")
        for name, rule in fields.items():
            if name in found:
                (rule.rule if isinstance(rule, Optional) else rule)(found[name], f"{pointer}/{name}", seen)
            elif not isinstance(rule, Optional):
                seen.add(f"missing required field: {name}", pointer)
        for name in found:
            if name not in fields and not (kind and name == "type"):
                seen.add(f"invalid additional property: {name}", pointer)

    return check


def several(kind: str, **fields: Rule | Optional) -> Rule:
    """A block: a record that may carry a `block_id`.

    https://docs.slack.dev/reference/block-kit/blocks: at most 255 characters.
    """
    return record(kind, **fields, block_id=optional(string(1, 255)))


def union(rules: Mapping[str, Rule]) -> Rule:
    """An object whose type chooses its rule."""

    def check(value: Any, pointer: str, seen: Inspection) -> None:
        kind = cast("dict[str, Any]", value).get("type") if isinstance(value, dict) else None
        rule = rules.get(str(kind))
        if rule is None:
            seen.add(f"unsupported type: {kind}", f"{pointer}/type")
            return
        rule(value, pointer, seen)

    return check


def style(*keys: str) -> Rule:
    """Flags of a rich text element."""
    return record("", **{key: optional(boolean) for key in keys})


def text(most: int, *, plain: bool = False, least: int = 1) -> Rule:
    """A text object: https://docs.slack.dev/reference/block-kit/composition-objects/text-object."""
    kinds = texts(most, least)
    return kinds["plain_text"] if plain else union(kinds)


def texts(most: int, least: int = 1) -> dict[str, Rule]:
    """The two kinds of text object."""
    length = string(least, most)
    plainly = record("plain_text", text=length, emoji=optional(boolean))
    return {"plain_text": plainly, "mrkdwn": record("mrkdwn", text=length, verbatim=optional(boolean))}
