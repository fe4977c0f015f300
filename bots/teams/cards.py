"""Adaptive Cards: what can be pressed below a text, and forms.

Version 1.5 is what Teams shows of bots' cards everywhere; at most six actions stand in a row.
https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference,
https://adaptivecards.io/explorer
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from conversation.message import Button, Field, Form

CONTENT_TYPE = "application/vnd.microsoft.card.adaptive"
LARGEST = 24_000
"""Bytes of a card; Teams takes 28 KB. https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages"""
ACTION, CHOICE, FORM, FIELD = "evermynd", "evermynd.choice", "evermynd.form", "evermynd.field."
"""Names in what a pressed card sends: what was pressed, what was chosen from a list, that it is a form which was sent,
and its answers."""
ROW = 6
MANY = 12
"""Choices from which on they are a list to choose from instead of buttons."""
LONGEST_LABEL = 200

Element = dict[str, Any]


def to_card(body: Sequence[Element]) -> Element:
    """Give an attachment that shows these elements, as wide as the chat."""
    content = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": list(body),
        "msteams": {"width": "Full"},
    }
    return {"contentType": CONTENT_TYPE, "content": content}


def size_of(body: Sequence[Element]) -> int:
    """Tell how many bytes a card of these elements has."""
    return len(json.dumps(to_card(body)["content"], ensure_ascii=False).encode("utf-8", "surrogatepass"))


def to_buttons(buttons: Sequence[Button]) -> list[Element]:
    """Give what can be pressed: rows of actions, or a list where there are many choices."""
    links = [button for button in buttons if button.url]
    choices = [button for button in buttons if not button.url]
    listed = choices if len(choices) > MANY else []
    pressed = links if listed else buttons
    actions = [_action(button) for button in pressed]
    rows: list[Element] = [
        {"type": "ActionSet", "actions": actions[start : start + ROW]} for start in range(0, len(actions), ROW)
    ]
    return [*_list(listed), *rows]


def is_pressable(button: Button) -> bool:
    """Tell whether Teams shows this button: with a label, and with something to do or a web address."""
    if not button.label.strip():
        return False
    return is_openable(button.url) if button.url else bool(button.value)


def is_openable(address: str) -> bool:
    """Tell whether Teams opens this address."""
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def to_form(form: Form) -> list[Element]:
    """Give a form: its questions stand open, and one button sends the answers."""
    title: Element = {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": form.title, "weight": "Bolder"}]}
    data = {ACTION: form.action, FORM: True}
    submit = {"type": "Action.Submit", "title": form.submit, "data": data, "style": "positive"}
    return [title, *(_input(field) for field in form.fields), {"type": "ActionSet", "actions": [submit]}]


def _action(button: Button) -> Element:
    title = button.label[:LONGEST_LABEL]
    if button.url:
        return {"type": "Action.OpenUrl", "title": title, "url": button.url}
    submit: Element = {"type": "Action.Submit", "title": title, "data": {ACTION: button.value}}
    return submit | {"associatedInputs": "none"}  # a form on the same card is not sent along, and may be empty


def _list(choices: Sequence[Button]) -> list[Element]:
    if not choices:
        return []
    listed = [{"title": each.label[:LONGEST_LABEL], "value": each.value} for each in choices]
    chosen: Element = {"type": "Input.ChoiceSet", "id": CHOICE, "style": "compact", "choices": listed}
    chosen |= {"value": choices[0].value}
    submit = {"type": "Action.Submit", "title": "→", "data": {ACTION: ""}}
    return [chosen, {"type": "ActionSet", "actions": [submit]}]


def _input(field: Field) -> Element:
    given: Element = {"id": FIELD + field.name, "label": field.label, "value": field.value}
    if field.required:
        given |= {"isRequired": True, "errorMessage": field.hint or field.label}
    if field.options:
        choices = [{"title": option.label, "value": option.value} for option in field.options]
        return {"type": "Input.ChoiceSet", "style": "compact", "choices": choices, **given}
    text: Element = {"type": "Input.Text", "placeholder": field.hint, "maxLength": field.limit, **given}
    return text | {"isMultiline": True} if field.long else text
