"""The blocks of messages and views, their limits, and what an app is told when it breaks them.

A page each under https://docs.slack.dev/reference/block-kit/blocks/.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from .elements import ACCESSORY, ACTIONS, CONTEXT_ACTIONS, IMAGE, INPUT_ELEMENT
from .errors import SlackError, invalid_blocks
from .rich import RICH_TEXT
from .rules import (
    Inspection,
    Rule,
    Surface,
    boolean,
    either,
    items,
    optional,
    record,
    several,
    string,
    text,
    texts,
    union,
)

MOST = {"message": 50, "modal": 100, "home": 100}
MARKDOWN_LIMIT = 12_000
"""https://docs.slack.dev/reference/block-kit/blocks/markdown-block: cumulative in one payload."""
WRITTEN_LIMIT, WEIGHED_LIMIT, BLOCK_WEIGHT = 12_000, 13_297, 45
"""Undocumented, as measured: https://github.com/slackapi/bolt-js/issues/2509 and /2867."""
TABLE_LIMIT = 10_000
"""https://docs.slack.dev/reference/block-kit/blocks/table-block: characters of all cells."""
WITHOUT = {
    "message": frozenset({"input"}),
    "modal": frozenset({"table", "markdown", "context_actions", "file"}),
    "home": frozenset({"table", "markdown", "context_actions", "file"}),
}
"""Blocks a surface does not show."""


def _section(value: Any, pointer: str, seen: Inspection) -> None:
    SECTION(value, pointer, seen)
    if "text" not in value and not value.get("fields"):
        seen.add("missing required field: text", pointer)


def _markdown(value: Any, pointer: str, seen: Inspection) -> None:
    MARKDOWN(value, pointer, seen)
    written: Any = value.get("text")
    seen.markdown += len(written) if isinstance(written, str) else 0


def _image(value: Any, pointer: str, seen: Inspection) -> None:
    IMAGE_BLOCK(value, pointer, seen)
    if ("image_url" in value) == ("slack_file" in value):
        seen.add("must provide either image_url or slack_file", pointer)


def _table(value: Any, pointer: str, seen: Inspection) -> None:
    before = len(seen.problems)
    TABLE(value, pointer, seen)
    if len(seen.problems) > before:
        return
    widths = {len(row) for row in value["rows"]}
    if len(widths) > 1:
        seen.add("all rows must have the same number of cells", f"{pointer}/rows")


SECTION = several(
    "section",
    text=optional(text(3000)),
    fields=optional(items(text(2000), 10, 1)),
    accessory=optional(ACCESSORY),
    expand=optional(boolean),
)
MARKDOWN = several("markdown", text=string(1, MARKDOWN_LIMIT))
IMAGE_BLOCK = several(
    "image",
    image_url=optional(string(1, 3000)),
    slack_file=optional(record("", id=optional(string(1)), url=optional(string(1)))),
    alt_text=string(1, 2000),
    title=optional(text(2000, plain=True)),
)
CELL = union({"raw_text": record("raw_text", text=string(1)), "rich_text": RICH_TEXT})
COLUMN = record("", align=optional(either("left", "center", "right")), is_wrapped=optional(boolean))
TABLE = several("table", rows=items(items(CELL, 20, 1), 100, 1), column_settings=optional(items(COLUMN, 20)))

CONTEXT_ELEMENT = union({"image": IMAGE, **texts(3000)})
BLOCKS: Mapping[str, Rule] = {
    "section": _section,
    "divider": several("divider"),
    "header": several("header", text=text(150, plain=True)),
    "context": several("context", elements=items(CONTEXT_ELEMENT, 10, 1)),
    "actions": several("actions", elements=items(union(ACTIONS), 25, 1)),
    "context_actions": several("context_actions", elements=items(union(CONTEXT_ACTIONS), 5, 1)),
    "image": _image,
    "markdown": _markdown,
    "rich_text": RICH_TEXT,
    "table": _table,
    "input": several(
        "input",
        label=text(2000, plain=True),
        element=INPUT_ELEMENT,
        hint=optional(text(2000, plain=True)),
        optional=optional(boolean),
        dispatch_action=optional(boolean),
    ),
}


def inspect(blocks: Any, surface: Surface = "message", root: str = "/blocks") -> Inspection:
    """Look at blocks, and note every problem."""
    seen = Inspection(surface)
    allowed = {kind: rule for kind, rule in BLOCKS.items() if kind not in WITHOUT[surface]}
    items(union(allowed), MOST[surface])(blocks, root, seen)
    if not seen.problems:
        _unique(blocks, root, seen)
    return seen


def check_blocks(blocks: Any, *, too_many: str = "invalid_blocks") -> list[dict[str, Any]]:
    """The blocks of a message, or the API's refusal."""
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    found = cast("list[dict[str, Any]]", blocks)
    if too_many != "invalid_blocks" and len(found) > MOST["message"]:
        raise SlackError(too_many)
    seen = inspect(found)
    if seen.problems:
        raise invalid_blocks(seen.problems)
    _check_tables(found)
    weighed = seen.written + BLOCK_WEIGHT * len(found)
    if seen.markdown > MARKDOWN_LIMIT or seen.written > WRITTEN_LIMIT or weighed > WEIGHED_LIMIT:
        raise SlackError("msg_blocks_too_long")
    return found


def _check_tables(blocks: list[dict[str, Any]]) -> None:
    tables = [block for block in blocks if block["type"] == "table"]
    if len(tables) > 1:
        raise SlackError("invalid_attachments", ["only_one_table_allowed"])
    if sum(len(word) for table in tables for word in _words(table)) > TABLE_LIMIT:
        raise SlackError("invalid_attachments", ["table_characters_exceeded"])


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, each in cast("dict[str, Any]", value).items():
            if name == "text" and isinstance(each, str):
                yield each
            else:
                yield from _words(each)
    elif isinstance(value, list):
        for each in cast("list[Any]", value):
            yield from _words(each)


def _unique(blocks: list[dict[str, Any]], root: str, seen: Inspection) -> None:
    """Ids must not be used twice: a `block_id` in a message, an `action_id` in its block."""
    block_ids = set[str]()
    for place, block in enumerate(blocks):
        if (block_id := block.get("block_id", "")) and block_id in block_ids:
            seen.add(f"duplicate block_id: {block_id}", f"{root}/{place}/block_id")
        block_ids.add(block_id)
        action_ids = [each["action_id"] for each in interactive(block) if each.get("action_id")]
        for action_id in {each for each in action_ids if action_ids.count(each) > 1}:
            seen.add(f"duplicate action_id: {action_id}", f"{root}/{place}/elements")


def interactive(block: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The elements of a block a person can use."""
    if block["type"] in {"actions", "context_actions"}:
        return block["elements"]
    if block["type"] == "input":
        return [block["element"]]
    accessory: dict[str, Any] = block.get("accessory") or {"type": "image"}
    return [accessory] if accessory["type"] != "image" else []


def with_ids(blocks: list[dict[str, Any]], new_id: Any) -> list[dict[str, Any]]:
    """The same blocks with the ids the platform gives where the app gave none."""
    named: list[dict[str, Any]] = []
    for block in blocks:
        made = {**block, "block_id": block.get("block_id") or new_id("b")}
        for key in ("elements",) if block["type"] in {"actions", "context_actions"} else ():
            made[key] = [{**each, "action_id": each.get("action_id") or new_id("a")} for each in block[key]]
        for key in ("accessory", "element"):
            if key in block and block[key]["type"] != "image":
                made[key] = {**block[key], "action_id": block[key].get("action_id") or new_id("a")}
        named.append(made)
    return named
