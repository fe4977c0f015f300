"""What people press, choose and fill in, and their slash commands, as messages. Pure, and never raises.

https://docs.slack.dev/reference/interaction-payloads
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bots.fields import Fields, fields_of, first, items_of, part, text, true
from bots.slack import words
from bots.slack.reading import CHANNEL, Known, address, direct, shown
from conversation.message import Address, Author, Feedback, Message

COMMAND = "/evermynd"
"""The slash command behind which all others stand."""
GOOD, BAD = "good", "bad"
"""Values of the two buttons that tell what somebody thinks of an answer."""
PLACE = "slack"
"""Names our own words in what a modal carries for us."""


def from_interaction(payload: Fields, known: Known, now: datetime) -> Message | Feedback | None:
    """Read what somebody did with something we showed."""
    read = _KINDS.get(text(payload, "type"))
    return read(payload, known, now) if read else None


def from_command(command: Fields, known: Known, now: datetime) -> Message | None:
    """Read a slash command: `/evermynd me` says `/me`, and so does `/me` where it is registered by itself."""
    account, channel, user = text(command, "team_id"), text(command, "channel_id"), text(command, "user_id")
    key, name = text(command, "trigger_id"), text(command, "command")
    if not (account and channel and user and key and name.startswith("/")):
        return None
    rest = words.read(text(command, "text"), "", lambda user: _name(known, account, user))
    said = f"{name} {rest}".strip() if name != COMMAND else f"/{rest.lstrip('/')}" if rest else "/help"
    where = _place(command, known, account, channel, user)
    return Message(where, key, _author(known, account, user, text(command, "user_name")), said, now)


def trigger_of(event: object) -> str:
    """Give what lets us open a form, within three seconds; "" for anything nobody pressed."""
    return text(fields_of(event), "trigger_id")


def account_of(event: object) -> str:
    """Give the workspace in which somebody pressed something."""
    return _account(fields_of(event))


def _pressed(payload: Fields, known: Known, now: datetime) -> Message | Feedback | None:
    """Read a pressed button or a choice. https://docs.slack.dev/reference/interaction-payloads/block_actions-payload"""
    container, message = part(payload, "container"), part(payload, "message")
    channel = text(container, "channel_id") or text(part(payload, "channel"), "id")
    ts = text(container, "message_ts") or text(message, "ts")
    thread = text(container, "thread_ts") or text(message, "thread_ts")
    account, key, author = _account(payload), text(payload, "trigger_id"), _who(payload, known)
    action = first(payload, "actions")
    if not (account and channel and key and author):
        return None
    ours = bool(parent := text(message, "parent_user_id")) and parent == known.bots.get(account)
    where = address(account, channel, "" if thread == ts else thread, ours)
    if true(container, "is_ephemeral"):
        where = _unseen(where, known, author.external_id, text(payload, "response_url"))
    value = text(action, "value") or text(part(action, "selected_option"), "value")
    if text(action, "type") == "feedback_buttons":
        return Feedback(where, key, author, ts, value == GOOD) if value in (GOOD, BAD) and ts else None
    return Message(where, key, author, "", now, action=value, native_id=ts) if value else None


def _submitted(payload: Fields, known: Known, now: datetime) -> Message | None:
    """Read a form that was filled in. https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload"""
    view = part(payload, "view")
    where, action = _carried(view)
    key, author = text(payload, "trigger_id") or text(view, "id"), _who(payload, known)
    if where is None or not action or not key or author is None:
        return None
    values = {name: _answer(fields_of(field)) for name, field in part(part(view, "state"), "values").items()}
    return Message(where, key, author, "", now, action=action, fields=values)


def _answer(field: Fields) -> str:
    """Give what was written or chosen in one field."""
    element = next((fields_of(each) for each in field.values()), field)
    return text(element, "value") or text(part(element, "selected_option"), "value")


def carry(where: Address, action: str) -> str:
    """Write down where a form was opened and what it is for, for the modal to bring back."""
    carried = [where.account, where.external_id, where.kind, action, where.via]
    return json.dumps({PLACE: carried if where.via else carried[:4]}, separators=(",", ":"))


def _carried(view: Fields) -> tuple[Address | None, str]:
    """Read what `carry` wrote; a view that is none of ours carries nothing."""
    try:
        found = items_of(fields_of(json.loads(text(view, "private_metadata") or "null")).get(PLACE))
    except (ValueError, RecursionError):
        return None, ""
    account, external_id, kind, action, via = [
        each if isinstance(each, str) else "" for each in [*found, "", "", "", "", ""][:5]
    ]
    if kind not in ("direct", "group", "thread") or not (account and external_id):
        return None, ""
    return Address(CHANNEL, account, external_id, kind, via), action


_KINDS: dict[str, Callable[[Fields, Known, datetime], Message | Feedback | None]] = {
    "block_actions": _pressed,
    "view_submission": _submitted,
}


def _account(payload: Fields) -> str:
    """Give the workspace that is ours; one of a whole organisation is told by who acts."""
    view = part(payload, "view")
    team = text(part(payload, "team"), "id") or text(part(payload, "user"), "team_id")
    return text(view, "app_installed_team_id") or team


def _who(payload: Fields, known: Known) -> Author | None:
    user = part(payload, "user")
    user_id = text(user, "id")
    return _author(known, _account(payload), user_id, text(user, "name") or text(user, "username")) if user_id else None


def _author(known: Known, account: str, user_id: str, name: str) -> Author:
    found = known.people.get((account, user_id))
    return Author(user_id, found.name if found else shown(name), found.language if found else "")


def _name(known: Known, account: str, user_id: str) -> str:
    found = known.people.get((account, user_id))
    return found.name if found else ""


def _place(command: Fields, known: Known, account: str, channel: str, user: str) -> Address:
    """Tell where a command was given; what lets us answer there without being a member goes with it.

    A direct message of two people, in which we are not, is nobody's: there each of them talks with us alone.
    """
    via = text(command, "response_url")
    if direct(channel):
        return _unseen(Address(CHANNEL, account, channel), known, user, via)
    return Address(CHANNEL, account, channel, "group", via=via)


def _unseen(where: Address, known: Known, user: str, via: str) -> Address:
    """Give a place in which one person alone sees what we say, with what lets us say it there."""
    if not direct(where.external_id):
        return replace(where, via=via)
    foreign = known.kinds.get((where.account, where.group_id)) == "foreign"
    return replace(where, external_id=f"{where.group_id}:{user}", via=via) if foreign else where
