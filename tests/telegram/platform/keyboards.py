"""Reply markup: what the platform takes as a keyboard under a message.

https://core.telegram.org/bots/api#inlinekeyboardbutton; 100 buttons and 8 a row is what the clients keep.
"""

from __future__ import annotations

from typing import Any, cast

from .entities import Report
from .errors import ApiError, bad_request
from .links import checked_link
from .utf16 import units

MOST_BUTTONS, ROW, DATA_BYTES, COPIED = 100, 8, 64, 256
_ACTIONS = frozenset(
    {
        "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
    }
)  # fmt: skip
_LOOKS = frozenset({"text", "icon_custom_emoji_id", "style"})
_OTHERS = ("keyboard", "remove_keyboard", "force_reply")

Rows = list[list[dict[str, Any]]]


def read(value: object, report: Report, *, private: bool, only_inline: bool = False) -> Rows | None:
    """The rows of an inline keyboard; nothing when there is none or another kind of markup."""
    if value is None or value == "":
        return None
    if not isinstance(value, dict):
        raise bad_request("object expected as reply markup")
    markup = cast("dict[str, Any]", value)
    if "inline_keyboard" not in markup:
        return _other(markup, only_inline, report)
    rows: object = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in cast("list[object]", rows)):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    read_rows = [[_button(button, report, private) for button in row] for row in cast("list[list[object]]", rows)]
    return _within_limits([[button for button in row if button] for row in read_rows], report)


def _other(markup: dict[str, Any], only_inline: bool, report: Report) -> None:
    if only_inline and markup:
        raise bad_request("inline keyboard expected")
    if markup and not any(name in markup for name in _OTHERS):
        report(f"reply markup of no known kind: {sorted(markup)}")


def _within_limits(rows: Rows, report: Report) -> Rows | None:
    if sum(len(row) for row in rows) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    for row in rows:
        if len(row) > ROW:
            report(f"{len(row)} buttons in one row; clients show {ROW}")
    return [row for row in rows if row] or None


def _button(value: object, report: Report, private: bool) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _unreadable("InlineKeyboardButton must be an Object")
    button = cast("dict[str, Any]", value)
    if "text" not in button:
        raise _unreadable('Can\'t find field "text"')
    actions = [name for name in button if name in _ACTIONS and (button[name] or name.startswith("switch"))]
    if not actions and button.get("callback_data") == "":
        raise bad_request("BUTTON_DATA_INVALID")
    if not actions:
        raise _unreadable("Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        report(f"button {button['text']!r} has {len(actions)} actions; exactly one is allowed")
    if unknown := sorted(set(button) - _ACTIONS - _LOOKS):
        report(f"button {button['text']!r} has unknown fields: {', '.join(unknown)}")
    if not str(button["text"]).strip():
        report("a button without text is not shown")
        return {}
    _check_action(actions[0], button[actions[0]], private)
    return button


def _check_action(action: str, value: Any, private: bool) -> None:
    if action == "url":
        checked_link(str(value), "inline keyboard button")
    elif action == "callback_data" and not 1 <= len(str(value).encode()) <= DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    elif action == "web_app" and not private:
        raise bad_request("BUTTON_TYPE_INVALID")
    elif action == "copy_text" and not 1 <= units(str(value.get("text", ""))) <= COPIED:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")


def _unreadable(reason: str) -> ApiError:
    return bad_request(f"can't parse inline keyboard button: {reason}")
