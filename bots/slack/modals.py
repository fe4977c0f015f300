"""Forms as modals. Pure. https://docs.slack.dev/reference/views/modal-views"""

from __future__ import annotations

from typing import Any

from bots.slack.elements import OPTION_LIMIT, options, plain
from bots.slack.interactions import carry
from conversation.message import Address, Field, Form

TITLE_LIMIT = 24
ANSWER_LIMIT = 3000
HINT_LIMIT = 150
WORDS_LIMIT = 2000


def modal(form: Form, where: Address) -> dict[str, Any]:
    """Give the modal of a form that somebody opens in a conversation."""
    return {
        "type": "modal",
        "title": plain(form.title, TITLE_LIMIT),
        "submit": plain(form.submit, TITLE_LIMIT),
        "private_metadata": carry(where, form.action),
        "blocks": [_input(field) for field in form.fields],
    }


def _input(field: Field) -> dict[str, Any]:
    menu = bool(field.options) and all(len(option.value) <= OPTION_LIMIT for option in field.options)
    return {
        "type": "input",
        "block_id": field.name,
        "label": plain(field.label, WORDS_LIMIT),
        "element": _menu(field) if menu else _text(field),
        "optional": not field.required,
    }


def _menu(field: Field) -> dict[str, Any]:
    offered = options(field.options)
    element: dict[str, Any] = {"type": "static_select", "action_id": "answer", "options": offered}
    chosen = next((option for option in offered if option["value"] == field.value), None)
    return element | ({"initial_option": chosen} if chosen else {}) | _hint(field)


def _text(field: Field) -> dict[str, Any]:
    limit = min(max(field.limit, 1), ANSWER_LIMIT)
    element: dict[str, Any] = {"type": "plain_text_input", "action_id": "answer", "max_length": limit}
    element |= {"multiline": True} if field.long else {}
    return element | ({"initial_value": field.value[:limit]} if field.value else {}) | _hint(field)


def _hint(field: Field) -> dict[str, Any]:
    return {"placeholder": plain(field.hint, HINT_LIMIT)} if field.hint else {}
