"""Views: what a modal or a home tab may hold, and what a person's answers look like.

https://docs.slack.dev/reference/views
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from .blocks import inspect, with_ids
from .errors import SlackError
from .rules import Inspection, Surface, boolean, optional, record, string, text
from .shown import options_of

LARGEST = 250_000  # bytes
PRIVATE = optional(string(0, 3000))
CALLBACK = optional(string(0, 255))


def _anything(value: Any, pointer: str, seen: Inspection) -> None:
    """Blocks are looked at by themselves."""


MODAL = record(
    "modal",
    title=text(24, plain=True),
    blocks=_anything,
    submit=optional(text(24, plain=True)),
    close=optional(text(24, plain=True)),
    private_metadata=PRIVATE,
    callback_id=CALLBACK,
    external_id=CALLBACK,
    clear_on_close=optional(boolean),
    notify_on_close=optional(boolean),
    submit_disabled=optional(boolean),
)
HOME = record("home", blocks=_anything, private_metadata=PRIVATE, callback_id=CALLBACK, external_id=CALLBACK)


def check_view(view: Any, surface: Surface, new_id: Any) -> dict[str, Any]:
    """A view with its ids, or the API's refusal."""
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments", ["must provide an object [json-pointer:/view]"])
    found = cast("dict[str, Any]", view)
    if len(json.dumps(found).encode()) > LARGEST:
        raise SlackError("view_too_large")
    seen = Inspection(surface)
    (MODAL if surface == "modal" else HOME)(found, "/view", seen)
    if "blocks" in found:
        seen.problems += inspect(found["blocks"], surface, "/view/blocks").problems
    if not seen.problems and surface == "modal":
        _check_submit(found, seen)
    if seen.problems:
        raise SlackError("invalid_arguments", seen.problems)
    return {**found, "blocks": with_ids(found["blocks"], new_id)}


def _check_submit(view: Mapping[str, Any], seen: Inspection) -> None:
    if "submit" not in view and any(block["type"] == "input" for block in view["blocks"]):
        seen.add("`submit` is required when an input block is within blocks", "/view/submit")


def labels_of(view: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The input blocks of a view, by label, by block id and by action id."""
    named: dict[str, dict[str, Any]] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            names = (block["label"]["text"], block["block_id"], block["element"]["action_id"])
            named |= dict.fromkeys(names, block)
    return named


def answers(view: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The `state.values` of a view filled in so; what a person cannot do in the app is a ValueError."""
    named = labels_of(view)
    if unknown := [name for name in values if name not in named]:
        raise LookupError(f"no input {unknown} among {sorted(named)}")
    chosen = {id(named[name]): value for name, value in values.items()}
    state: dict[str, dict[str, Any]] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            answer = _answer(element, chosen.get(id(block)))
            if _blank(answer) and not block.get("optional"):
                raise ValueError(f"the person has to fill in {block['label']['text']!r}")
            state[block["block_id"]] = {element["action_id"]: answer}
    return state


def _blank(answer: Mapping[str, Any]) -> bool:
    return not any(value for name, value in answer.items() if name != "type")


def _answer(element: Mapping[str, Any], value: Any) -> dict[str, Any]:
    kind: str = element["type"]
    if kind in {"static_select", "radio_buttons"}:
        return {"type": kind, "selected_option": choose(element, value) if value else element.get("initial_option")}
    if kind in {"checkboxes", "multi_static_select"}:
        options = [choose(element, each) for each in value] if value else element.get("initial_options", [])
        return {"type": kind, "selected_options": options}
    if kind in {"datepicker", "timepicker"}:
        name = kind.removesuffix("picker")
        return {"type": kind, f"selected_{name}": value or element.get(f"initial_{name}")}
    if kind.endswith("_select"):
        name = kind.removesuffix("s_select")
        return {"type": kind, f"selected_{name}": value or element.get(f"initial_{name}")}
    if value is not None:
        _check_length(element, str(value))
    return {"type": kind, "value": value if value is not None else element.get("initial_value")}


def _check_length(element: Mapping[str, Any], value: str) -> None:
    if len(value) > element.get("max_length", 3000) or len(value) < element.get("min_length", 0):
        raise ValueError(f"the field does not take {len(value)} characters")


def choose(element: Mapping[str, Any], label: str) -> dict[str, Any]:
    """The option of a menu with this label or value."""
    for option in options_of(element):
        if label in (option["text"]["text"], option["value"]):
            return option
    raise LookupError(f"no option {label!r} among {[each['text']['text'] for each in options_of(element)]}")
