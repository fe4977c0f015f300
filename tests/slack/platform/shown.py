"""What people read of a message, which buttons they have, and who was notified."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .blocks import interactive
from .messages import Message, Streaming
from .rich import read_rich
from .texts import Name, Reading, read_markdown, read_mrkdwn, unescape


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press or to choose from; `options` are the labels of a menu."""

    label: str
    action_id: str
    block_id: str
    kind: str
    value: str = ""
    url: str = ""
    options: tuple[str, ...] = ()
    element: Mapping[str, Any] = field(default_factory=dict[str, Any], compare=False)


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as people see it; `text` is what they read, `raw` what the app sent as text."""

    channel: str
    ts: str
    thread_ts: str
    user: str
    text: str
    raw: str
    username: str
    icon: str
    by_app: bool
    blocks: tuple[dict[str, Any], ...] = ()
    attachments: tuple[dict[str, Any], ...] = ()
    buttons: tuple[Button, ...] = ()
    files: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict[str, Any])
    streaming: Streaming = ""
    edited: bool = False
    only_for: str = ""
    reactions: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    """What people can click: the label, and where it leads."""

    @property
    def labels(self) -> list[str]:
        """What stands on its buttons."""
        return [button.label for button in self.buttons]

    def button(self, wanted: str) -> Button:
        """A button by its label or its action id."""
        for each in self.buttons:
            if wanted in (each.label, each.action_id):
                return each
        raise LookupError(f"no button {wanted!r} among {self.labels}")


def read(message: Message, name: Name) -> Reading:
    """A message as people read it; control sequences in the fallback text count as notifying, too."""
    fallback = read_markdown(message.markdown, name) if message.markdown else _plain(message, name)
    below = read_blocks(message.blocks, name)
    parts = [below.text] if message.blocks and not message.markdown else [fallback.text, below.text]
    for attachment in message.attachments:
        inner = read_blocks(attachment.get("blocks", []), name)
        legacy = read_mrkdwn(str(attachment.get("text", "")), name)
        parts += [inner.text, legacy.text]
        below.add(inner)
        below.add(legacy)
    whole = Reading("\n".join(part for part in parts if part), links=below.links)
    whole.notified = list(dict.fromkeys([*fallback.notified, *below.notified]))
    whole.stray = fallback.stray or below.stray
    if message.markdown or not message.blocks:
        whole.links = [*fallback.links, *below.links]
    return whole


def _plain(message: Message, name: Name) -> Reading:
    return read_mrkdwn(message.text, name, strip=message.mrkdwn)


def read_blocks(blocks: Iterable[Mapping[str, Any]], name: Name) -> Reading:
    """Blocks as people read them, one below the other."""
    whole = Reading()
    for block in blocks:
        reading = _block(block, name)
        whole.text += f"\n{reading.text}" if whole.text and reading.text else reading.text
        whole.add(reading)
    return whole


def _block(block: Mapping[str, Any], name: Name) -> Reading:
    match block["type"]:
        case "rich_text":
            return read_rich(block, name)
        case "markdown":
            return read_markdown(block["text"], name)
        case "header":
            return _texts([block["text"]], name)
        case "section":
            return _texts([block.get("text"), *block.get("fields", [])], name)
        case "context":
            return _texts([each for each in block["elements"] if each["type"] != "image"], name)
        case "image":
            return _texts([block.get("title") or {"type": "plain_text", "text": block["alt_text"]}], name)
        case "input":
            return _texts([block["label"]], name)
        case "table":
            return _table(block, name)
        case _:
            return Reading()


def _texts(objects: Iterable[Mapping[str, Any] | None], name: Name) -> Reading:
    whole, lines = Reading(), list[str]()
    for each in objects:
        if each is None:
            continue
        if each["type"] == "plain_text":
            lines.append(unescape(each["text"]))
            continue
        reading = read_mrkdwn(each["text"], name)
        lines.append(reading.text)
        whole.add(reading)
    whole.text = "\n".join(lines)
    return whole


def _table(block: Mapping[str, Any], name: Name) -> Reading:
    whole, lines = Reading(), list[str]()
    for row in block["rows"]:
        cells = [Reading(cell["text"]) if cell["type"] == "raw_text" else read_rich(cell, name) for cell in row]
        lines.append(" | ".join(cell.text for cell in cells))
        for cell in cells:
            whole.add(cell)
    whole.text = "\n".join(lines)
    return whole


def buttons_of(blocks: Iterable[Mapping[str, Any]]) -> tuple[Button, ...]:
    """Everything people can press in blocks."""
    found: list[Button] = []
    for block in blocks:
        for element in interactive(block):
            found += _buttons(block.get("block_id", ""), element)
    return tuple(found)


def _buttons(block_id: str, element: Mapping[str, Any]) -> list[Button]:
    kind, action_id = element["type"], element.get("action_id", "")
    if kind == "feedback_buttons":
        sides = (element["positive_button"], element["negative_button"])
        return [Button(each["text"]["text"], action_id, block_id, kind, each["value"]) for each in sides]
    if kind in {"button", "icon_button"}:
        label, value, url = element["text"]["text"], element.get("value", ""), element.get("url", "")
        return [Button(unescape(label), action_id, block_id, kind, value, url, element=element)]
    label = element.get("placeholder", {}).get("text", "")
    options = tuple(unescape(each["text"]["text"]) for each in options_of(element))
    return [Button(label, action_id, block_id, kind, options=options, element=element)]


def options_of(element: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a menu offers, groups and all."""
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    return [*element.get("options", []), *grouped]


def shown(message: Message, name: Name) -> Shown:
    """A message as people see it."""
    blocks = [*message.blocks, *(block for each in message.attachments for block in each.get("blocks", []))]
    reading = read(message, name)
    return Shown(
        message.channel,
        message.ts,
        message.thread_ts,
        message.user,
        reading.text,
        message.markdown or message.text,
        message.username or message.bot_name or name(message.user),
        message.icon_emoji or message.icon_url,
        bool(message.bot_id),
        tuple(message.blocks),
        tuple(message.attachments),
        buttons_of(blocks),
        tuple(message.files),
        dict(message.metadata),
        message.streaming,
        bool(message.edited_at),
        message.only_for,
        tuple(message.reactions),
        tuple(reading.links),
    )
