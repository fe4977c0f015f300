"""What people press below a message: buttons, a menu where there are many, and what they think of an answer. Pure.

https://docs.slack.dev/reference/block-kit/blocks/actions-block and its elements
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bots.slack.interactions import BAD, GOOD
from conversation.message import Button

LABEL_LIMIT = 75
"""Characters of a label. https://docs.slack.dev/reference/block-kit/block-elements/button-element"""
OPTION_LIMIT = 150
"""Characters of what a choice stands for; a button's may have 2,000, but many buttons become a menu.
https://docs.slack.dev/reference/block-kit/composition-objects/option-object"""
URL_LIMIT = 3000
FEW = 10
"""Buttons that are shown as such; of more there is a menu."""

_ROW = 25


def controls(buttons: Sequence[Button], *, feedback: bool = False) -> list[dict[str, Any]]:
    """Give the blocks that carry buttons."""
    pressed = [button for button in buttons if button.label.strip() and not button.url and button.value]
    opened = [button for button in buttons if button.label.strip() and is_openable(button.url)]
    many = len(pressed) > FEW and all(len(button.value) <= OPTION_LIMIT for button in pressed)
    elements = [_menu(pressed)] if many else [_button(button, at) for at, button in enumerate(pressed)]
    elements += [_link(button, at) for at, button in enumerate(opened)]
    rows = [elements[at : at + _ROW] for at in range(0, len(elements), _ROW)]
    blocks: list[dict[str, Any]] = [{"type": "actions", "elements": row} for row in rows]
    return [*blocks, _opinion()] if feedback else blocks


def in_words(buttons: Sequence[Button]) -> list[str]:
    """Write out the addresses that Slack opens from no button."""
    return [
        f"{button.label}: {button.url}".strip(": ") for button in buttons if button.url and not is_openable(button.url)
    ]


def is_openable(address: str) -> bool:
    """Tell whether Slack opens this address from a button."""
    return address.lower().startswith(("http://", "https://")) and len(address) <= URL_LIMIT


def plain(words: str, limit: int) -> dict[str, Any]:
    """Give words as a text object without any formatting."""
    line = words if len(words) <= limit else f"{words[: limit - 1].rstrip()}…"
    return {"type": "plain_text", "text": line}


def options(buttons: Sequence[Button]) -> list[dict[str, Any]]:
    """Give choices of a menu, of which Slack takes a hundred."""
    return [{"text": plain(button.label, LABEL_LIMIT), "value": button.value} for button in buttons[:100]]


def _button(button: Button, at: int) -> dict[str, Any]:
    text = plain(button.label, LABEL_LIMIT)
    return {"type": "button", "action_id": f"press-{at}", "text": text, "value": button.value}


def _link(button: Button, at: int) -> dict[str, Any]:
    return {"type": "button", "action_id": f"open-{at}", "text": plain(button.label, LABEL_LIMIT), "url": button.url}


def _menu(buttons: Sequence[Button]) -> dict[str, Any]:
    return {"type": "static_select", "action_id": "choose", "options": options(buttons)}


def _opinion() -> dict[str, Any]:
    """Ask what somebody thinks. https://docs.slack.dev/reference/block-kit/block-elements/feedback-buttons-element"""
    element = {
        "type": "feedback_buttons",
        "action_id": "opinion",
        "positive_button": {"text": plain("👍", LABEL_LIMIT), "value": GOOD},
        "negative_button": {"text": plain("👎", LABEL_LIMIT), "value": BAD},
    }
    return {"type": "context_actions", "elements": [element]}
