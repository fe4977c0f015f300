"""Conversations: opening, describing and reading them.

A page each under https://docs.slack.dev/reference/methods/conversations.*.
"""

from __future__ import annotations

import base64
from typing import Any, TypeVar

from ..errors import SlackError, missing
from ..messages import Message
from .context import Call, method

PAGE, LARGEST, RESTRICTED = 100, 999, 15

Item = TypeVar("Item")

READING = "channel cursor include_all_metadata inclusive latest limit oldest"
ANY_READ = "channels:read groups:read im:read mpim:read"
ANY_HISTORY = "channels:history groups:history im:history mpim:history"


def open_direct(call: Call) -> dict[str, Any]:
    """Open the direct message with a person."""
    if call.arguments.text("channel"):
        channel = call.channel()
    else:
        users = [each.strip() for each in call.arguments.text("users").split(",") if each.strip()]
        if not users:
            raise SlackError("users_list_not_supplied")
        if len(users) > 1:
            raise SlackError("not_enough_users", ["the fake opens direct messages with one person only"])
        user = call.backend.world.users.get(users[0])
        if user is None or (user.team_id != call.team.team_id and not _acquainted(call, user.id)):
            raise SlackError("user_not_found")
        if user.deleted:
            raise SlackError("user_disabled")
        if user.is_bot:
            raise SlackError("cannot_dm_bot")
        channel = call.backend.world.direct(user, call.team)
    already, channel.opened = channel.opened, True
    fields = channel.to_json(bot=call.bot.id) if call.arguments.flag("return_im") else {"id": channel.id}
    return {"channel": fields} | ({"no_op": True, "already_open": True} if already else {})


def _acquainted(call: Call, user_id: str) -> bool:
    """Whether a person of another workspace shares a conversation with the app."""
    return any({user_id, call.bot.id} <= each.members for each in call.backend.world.channels.values())


def info(call: Call) -> dict[str, Any]:
    """Describe a conversation."""
    channel = call.readable("read")
    return {"channel": channel.to_json(bot=call.bot.id, members=call.arguments.flag("include_num_members"))}


def members(call: Call) -> dict[str, Any]:
    """Who is in a conversation."""
    channel = call.readable("read")
    page, cursor = _page(call, sorted(channel.members))
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


def history(call: Call) -> dict[str, Any]:
    """The messages of a conversation, newest first, without replies in threads."""
    channel = call.readable("history")
    said = [
        message
        for message in reversed(call.backend.world.messages.get(channel.id, []))
        if not message.deleted and not message.only_for and (not message.in_thread or message.broadcast)
    ]
    return _answer(call, [message for message in said if _within(call, message)])


def replies(call: Call) -> dict[str, Any]:
    """A thread: the message that opened it, and its replies, oldest first."""
    channel = call.readable("history")
    thread = call.backend.world.thread(channel.id, call.arguments.required("ts"))
    if not thread:
        raise SlackError("thread_not_found")
    return _answer(call, [each for each in thread if each is thread[0] or _within(call, each)])


def _answer(call: Call, found: list[Message]) -> dict[str, Any]:
    page, cursor = _page(call, found, 0 if call.backend.app.reviewed else RESTRICTED)
    metadata = call.arguments.flag("include_all_metadata")
    answer: dict[str, Any] = {"has_more": bool(cursor), "pin_count": 0}
    answer["messages"] = [call.backend.world.message_json(each, metadata=metadata) for each in page]
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


def _within(call: Call, message: Message) -> bool:
    oldest, latest = call.arguments.text("oldest"), call.arguments.text("latest")
    for bound, name in ((oldest, "oldest"), (latest, "latest")):
        if bound and not bound.replace(".", "", 1).isdigit():
            raise SlackError(f"invalid_ts_{name}")
    if call.arguments.flag("inclusive") and message.ts in (oldest, latest):
        return True
    return (not oldest or float(message.ts) > float(oldest)) and (not latest or float(message.ts) < float(latest))


def _page(call: Call, found: list[Item], most: int = 0) -> tuple[list[Item], str]:
    limit, cursor = call.arguments.number("limit", PAGE), call.arguments.text("cursor")
    limit = min(limit, most) if most else limit
    try:
        begin = int(base64.b64decode(cursor).decode().removeprefix("next:")) if cursor else 0
    except ValueError as error:
        raise SlackError("invalid_cursor") from error
    if limit < 1 or limit > LARGEST:
        raise SlackError("invalid_limit")
    end = begin + limit
    return found[begin:end], base64.b64encode(f"next:{end}".encode()).decode() if end < len(found) else ""


def user_info(call: Call) -> dict[str, Any]:
    """Describe a person."""
    if not call.arguments.text("user"):
        raise missing("user")
    user = call.backend.user(call.arguments.text("user"))
    if user.team_id != call.team.team_id and not _acquainted(call, user.id):
        raise SlackError("user_not_found")
    email = "users:read.email" in call.team.scopes
    stranger = {"is_stranger": True} if user.team_id != call.team.team_id else {}
    return {"user": user.to_json(locale=call.arguments.flag("include_locale"), email=email) | stranger}


def team_info(call: Call) -> dict[str, Any]:
    """Describe a workspace the app can see."""
    team = call.backend.world.workspaces.get(call.arguments.text("team") or call.team.team_id)
    if team is None:
        raise SlackError("team_not_found")
    url = f"https://{team.domain}.slack.com/"
    return {"team": {"id": team.team_id, "name": team.name, "domain": team.domain, "url": url, "email_domain": ""}}


METHODS = {
    "conversations.open": method(
        open_direct, "channel return_im users prevent_creation", scopes="im:write mpim:write", tier=3
    ),
    "conversations.info": method(
        info, "channel include_locale include_num_members", scopes=ANY_READ, tier=3, json=False
    ),
    "conversations.members": method(members, "channel cursor limit", scopes=ANY_READ, tier=4, json=False),
    "conversations.history": method(history, READING, scopes=ANY_HISTORY, tier=3),
    "conversations.replies": method(replies, f"{READING} ts", scopes=ANY_HISTORY, tier=3, json=False),
    "users.info": method(user_info, "user include_locale", scopes="users:read", tier=4, json=False),
    "team.info": method(team_info, "team domain", scopes="team:read", tier=3),
}
