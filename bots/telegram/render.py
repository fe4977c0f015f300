"""Replies as Telegram posts: text with entities, parts within 4,096 UTF-16 units, buttons under the last one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bots.markup import Flat, flatten, length, split, to_units
from bots.telegram.links import is_openable
from conversation.channel import Capabilities, Entity, Part
from conversation.message import Attachment, Button, Progress, Reply

CAPTION_LIMIT = 1024
"""UTF-16 units of the text that goes with a file. https://core.telegram.org/bots/api#senddocument"""
BLANK = "…"
"""What stands where a message has buttons but no words."""

_BAR = 10
_ROW_WIDTH, _ROW_LENGTH = 30, 5


def render(reply: Reply, capabilities: Capabilities, base: str = "") -> tuple[Part, ...]:
    """Give a reply as posts; links within the hub lead below `base`. Nothing to see gives no post."""
    flat = _with_lines(flatten(reply.text, base), [*_bar(reply.progress), *_in_words(reply.buttons)])
    buttons = tuple(button for button in reply.buttons if _is_pressable(button))[: capabilities.buttons]
    if len(reply.files) == 1 and len(captions := split(flat, CAPTION_LIMIT, "utf16")) < 2:
        posts = [_file(reply.files[0], captions[0] if captions else Flat(""))]
    else:
        texts = split(flat, capabilities.text_limit, "utf16")
        posts = [Part(text.text, entities=_entities(text)) for text in texts]
        posts += [_file(file, Flat("")) for file in reply.files]
    if not posts and (buttons or reply.text):
        posts = [Part(BLANK)]
    return (*posts[:-1], replace(posts[-1], buttons=buttons, progress=reply.progress)) if posts else ()


def rows_of(buttons: Sequence[Button]) -> list[list[Button]]:
    """Lay buttons out in rows in which every label can be read: those in a row are equally wide there."""
    rows: list[list[Button]] = []
    widest = 0
    for button in buttons:
        width = max(widest, length(button.label, "utf16") + 2)
        if rows and len(rows[-1]) < _ROW_LENGTH and (len(rows[-1]) + 1) * width <= _ROW_WIDTH:
            rows[-1].append(button)
            widest = width
        else:
            rows.append([button])
            widest = length(button.label, "utf16") + 2
    return rows


def _file(file: Attachment, caption: Flat) -> Part:
    return Part(caption.text, entities=_entities(caption), file=file)


def _entities(flat: Flat) -> tuple[Entity, ...]:
    """Give the formatting in UTF-16 units, without links that Telegram would refuse the whole message for."""
    return tuple(
        entity for entity in to_units(flat, "utf16") if entity.kind != "text_link" or is_openable(entity.value)
    )


def _bar(progress: Progress | None) -> list[str]:
    """Draw how far something has come; what it is stands in the text."""
    if progress is None:
        return []
    percent = min(max(progress.percent, 0), 100)
    full = percent * _BAR // 100
    return [f"{'▓' * full}{'░' * (_BAR - full)} {percent} %"]


def _is_pressable(button: Button) -> bool:
    """Tell whether Telegram takes this button."""
    return bool(button.label.strip()) and (is_openable(button.url) if button.url else bool(button.value))


def _in_words(buttons: Sequence[Button]) -> list[str]:
    """Write out the addresses of buttons that Telegram does not take, such as one of this machine."""
    return [
        f"{button.label}: {button.url}".strip(": ") for button in buttons if button.url and not is_openable(button.url)
    ]


def _with_lines(flat: Flat, lines: Sequence[str]) -> Flat:
    if not lines:
        return flat
    return replace(flat, text="\n\n".join(filter(None, [flat.text, *lines])))
