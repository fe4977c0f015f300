"""Rich text: what its elements may hold, and how people read them.

https://docs.slack.dev/reference/block-kit/blocks/rich-text-block: text elements are literal, nothing in them is
interpreted; people and channels are named by elements of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .rules import Rule, boolean, either, integer, items, optional, record, several, string, style, union
from .texts import Name, Reading

TEXT_STYLE = style("bold", "italic", "strike", "code", "underline")
MENTION_STYLE = style("bold", "italic", "strike", "highlight", "client_highlight", "unlink")

TEXT = record("text", text=string(0), style=optional(TEXT_STYLE))
LINK = record(
    "link", url=string(1, 3000), text=optional(string(0)), unsafe=optional(boolean), style=optional(TEXT_STYLE)
)
INLINES: Mapping[str, Rule] = {
    "text": TEXT,
    "link": LINK,
    "emoji": record("emoji", name=string(1), unicode=optional(string(1)), skin_tone=optional(integer)),
    "user": record("user", user_id=string(1), style=optional(MENTION_STYLE)),
    "usergroup": record("usergroup", usergroup_id=string(1), style=optional(MENTION_STYLE)),
    "channel": record("channel", channel_id=string(1), style=optional(MENTION_STYLE)),
    "broadcast": record("broadcast", range=either("here", "channel", "everyone")),
    "color": record("color", value=string(1)),
    "date": record(
        "date", timestamp=integer, format=string(1), url=optional(string(1, 3000)), fallback=optional(string(0))
    ),
}
SECTION = record("rich_text_section", elements=items(union(INLINES)))
LIST = record(
    "rich_text_list",
    style=either("bullet", "ordered"),
    elements=items(union({"rich_text_section": SECTION})),
    indent=optional(integer),
    offset=optional(integer),
    border=optional(integer),
)
PREFORMATTED = record(
    "rich_text_preformatted",
    elements=items(union({"text": TEXT, "link": LINK})),
    border=optional(integer),
    language=optional(string(1)),
)
QUOTE = record("rich_text_quote", elements=items(union(INLINES)), border=optional(integer))
PARTS: Mapping[str, Rule] = {
    "rich_text_section": SECTION,
    "rich_text_list": LIST,
    "rich_text_preformatted": PREFORMATTED,
    "rich_text_quote": QUOTE,
}
RICH_TEXT = several("rich_text", elements=items(union(PARTS)))


def read_rich(block: Mapping[str, Any], name: Name) -> Reading:
    """Read a rich_text block."""
    reading, lines = Reading(), list[str]()
    for part in block.get("elements", []):
        if part["type"] != "rich_text_list":
            lines.append(_inlines(part["elements"], reading, name).rstrip("\n"))
            continue
        start = part.get("offset", 0) + 1
        for number, item in enumerate(part["elements"], start):
            mark = f"{number}. " if part["style"] == "ordered" else "• "
            lines.append("    " * part.get("indent", 0) + mark + _inlines(item["elements"], reading, name))
    reading.text = "\n".join(lines)
    return reading


def _inlines(elements: list[dict[str, Any]], reading: Reading, name: Name) -> str:
    return "".join(_inline(each, reading, name) for each in elements)


def _inline(element: dict[str, Any], reading: Reading, name: Name) -> str:
    match element["type"]:
        case "text":
            return element["text"]
        case "link":
            label: str = element.get("text") or element["url"]
            reading.links.append((label, element["url"]))
            return label
        case "emoji":
            return f":{element['name']}:"
        case "user" | "usergroup" as kind:
            reading.notified.append((kind, element[f"{kind}_id"]))
            return f"@{name(element[f'{kind}_id'])}"
        case "broadcast":
            reading.notified.append((element["range"], ""))
            return f"@{element['range']}"
        case "channel":
            return f"#{name(element['channel_id'])}"
        case _:
            return element.get("fallback") or element.get("value", "")
