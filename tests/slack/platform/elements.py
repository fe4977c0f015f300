"""The elements of Block Kit and their limits, a page each under https://docs.slack.dev/reference/block-kit/."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .rules import Inspection, Optional, Rule, boolean, either, integer, items, optional, record, string, text, union

ACTION_ID = optional(string(1, 255))
PLACEHOLDER = optional(text(150, plain=True))
FOCUS = optional(boolean)
CONFIRM = optional(
    record(
        "",
        title=text(100, plain=True),
        text=text(300),
        confirm=text(30, plain=True),
        deny=text(30, plain=True),
        style=optional(either("primary", "danger")),
    )
)
VALUE = string(1, 150)
"""https://docs.slack.dev/reference/block-kit/composition-objects/option-object"""
OPTION = record("", text=text(75, plain=True), value=VALUE, description=optional(text(75, plain=True)))
CHOICE = record("", text=text(75), value=VALUE, description=optional(text(75)))
MENU_OPTION = record(
    "", text=text(75, plain=True), value=VALUE, description=optional(text(75)), url=optional(string(1, 3000))
)
GROUP = record("", label=text(75, plain=True), options=items(OPTION, 100, 1))


def _element(kind: str, **fields: Rule | Optional) -> Rule:
    return record(kind, action_id=ACTION_ID, **fields)


def _select(kind: str, **fields: Rule | Optional) -> Rule:
    return _element(kind, placeholder=PLACEHOLDER, confirm=CONFIRM, focus_on_load=FOCUS, **fields)


def _static(kind: str, **fields: Rule | Optional) -> Rule:
    options, groups = optional(items(OPTION, 100, 1)), optional(items(GROUP, 100, 1))
    inner = _select(kind, options=options, option_groups=groups, **fields)

    def check(value: Any, pointer: str, seen: Inspection) -> None:
        inner(value, pointer, seen)
        if ("options" in value) == ("option_groups" in value):
            seen.add("must provide either options or option_groups", pointer)

    return check


FEEDBACK = record(
    "",
    text=text(75, plain=True),
    value=string(1, 2000),
    accessibility_label=optional(string(1, 75)),
)
INPUT = {"dispatch_action_config": optional(record("", trigger_actions_on=items(string(1)))), "focus_on_load": FOCUS}
BUTTON = _element(
    "button",
    text=text(75, plain=True),
    url=optional(string(1, 3000)),
    value=optional(string(1, 2000)),
    style=optional(either("primary", "danger")),
    confirm=CONFIRM,
    accessibility_label=optional(string(1, 75)),
)
IMAGE = record("image", image_url=string(1, 3000), alt_text=string(1, 2000))
SELECTS: Mapping[str, Rule] = {
    "static_select": _static("static_select", initial_option=optional(OPTION)),
    "multi_static_select": _static(
        "multi_static_select", initial_options=optional(items(OPTION, 100, 1)), max_selected_items=optional(integer)
    ),
    "users_select": _select("users_select", initial_user=optional(string(1))),
    "conversations_select": _select("conversations_select", initial_conversation=optional(string(1))),
    "channels_select": _select("channels_select", initial_channel=optional(string(1))),
    "external_select": _select("external_select", initial_option=optional(OPTION), min_query_length=optional(integer)),
}
CHOICES: Mapping[str, Rule] = {
    "checkboxes": _element(
        "checkboxes",
        options=items(CHOICE, 10, 1),
        initial_options=optional(items(CHOICE, 10, 1)),
        confirm=CONFIRM,
        focus_on_load=FOCUS,
    ),
    "radio_buttons": _element(
        "radio_buttons",
        options=items(CHOICE, 10, 1),
        initial_option=optional(CHOICE),
        confirm=CONFIRM,
        focus_on_load=FOCUS,
    ),
    "datepicker": _select("datepicker", initial_date=optional(string(10, 10))),
    "timepicker": _select("timepicker", initial_time=optional(string(5, 5)), timezone=optional(string(1))),
}
INPUTS: Mapping[str, Rule] = {
    "plain_text_input": _element(
        "plain_text_input",
        initial_value=optional(string(0, 3000)),
        multiline=optional(boolean),
        min_length=optional(integer),
        max_length=optional(integer),
        placeholder=PLACEHOLDER,
        **INPUT,
    ),
    "email_text_input": _element(
        "email_text_input", initial_value=optional(string(0)), placeholder=PLACEHOLDER, **INPUT
    ),
    "url_text_input": _element("url_text_input", initial_value=optional(string(0)), placeholder=PLACEHOLDER, **INPUT),
    "number_input": _element(
        "number_input",
        is_decimal_allowed=boolean,
        initial_value=optional(string(0)),
        min_value=optional(string(0)),
        max_value=optional(string(0)),
        placeholder=PLACEHOLDER,
        **INPUT,
    ),
    "file_input": _element("file_input", filetypes=optional(items(string(1))), max_files=optional(integer)),
}
ACTIONS: Mapping[str, Rule] = {
    "button": BUTTON,
    "overflow": _element("overflow", options=items(MENU_OPTION, 5, 1), confirm=CONFIRM),
    **SELECTS,
    **CHOICES,
}
CONTEXT_ACTIONS: Mapping[str, Rule] = {
    "feedback_buttons": _element("feedback_buttons", positive_button=FEEDBACK, negative_button=FEEDBACK),
    "icon_button": _element(
        "icon_button",
        icon=either("trash"),
        text=text(75, plain=True),
        value=optional(string(1, 2000)),
        confirm=CONFIRM,
        accessibility_label=optional(string(1, 75)),
        visible_to_user_ids=optional(items(string(1))),
    ),
}
ACCESSORY = union({**ACTIONS, "image": IMAGE})
INPUT_ELEMENT = union({**INPUTS, **SELECTS, **CHOICES})
