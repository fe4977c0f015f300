"""The manifest of the app: what is registered with Slack so that it tells us what we hear, and lets us say what we say.

https://docs.slack.dev/reference/app-manifest
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bots.slack.interactions import COMMAND
from bots.slack.reading import NAME
from bots.slack.settings import CALLBACK_PATH, WEBHOOK_PATH

SCOPES = (
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "channels:read",
    "chat:write",
    "chat:write.customize",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "mpim:history",
    "mpim:read",
    "users:read",
)
"""What the bot may do. https://docs.slack.dev/reference/scopes"""
EVENTS = (
    "agent_session_stopped",
    "app_context_changed",
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "channel_left",
    "group_left",
    "member_joined_channel",
    "member_left_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "tokens_revoked",
)
"""What it is told. https://docs.slack.dev/reference/events

Of an agent, `app_home_opened` tells that somebody came to its messages, and `app_context_changed` where they look,
which is theirs: we read nothing from it.
"""
RESERVED = (
    *("all", "apps", "archive", "away", "call", "code", "collapse", "dm", "dnd", "expand", "feed", "feedback", "help"),
    *("invite", "join", "keys", "kick", "leave", "me", "msg", "mute", "open", "pin", "prefs", "remind", "remove"),
    *("rename", "search", "shortcuts", "shrug", "star", "status", "topic", "unarchive", "who"),
)
"""Slash commands that are Slack's own: https://slack.com/help/articles/201259356"""

_SHORT = "Coaches that answer from what they were taught, and show you where it stands."
_LONG = (
    "EverMynd brings you together with coaches: AI personas that people taught with books, manuals and notes. They "
    "answer from these sources alone and show you the exact passage. Ask one in a direct message, mention it in a "
    "channel, or send a file and make a coach of your own."
)


def manifest(public_url: str, socket_mode: bool, commands: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Give the manifest of an app that serves this address; `commands` are names without the slash and what they do.

    A name that is Slack's own stays behind `/evermynd`. The app is an agent: the assistant that older ones are is not
    given to new apps any more (https://docs.slack.dev/ai/migrating-to-agent-messaging).
    """
    base = public_url.rstrip("/")
    where = {} if socket_mode else {"request_url": base + WEBHOOK_PATH}
    found: dict[str, Any] = {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {"name": NAME, "description": _SHORT, "long_description": _LONG},
        "features": {
            "app_home": {
                "home_tab_enabled": False,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": NAME, "always_online": True},
            "agent_view": {"agent_description": _SHORT},
            "slash_commands": _commands(base, socket_mode, commands),
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**where, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **where},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket_mode,
            "token_rotation_enabled": False,
        },
    }
    if base.startswith("https://"):
        found["oauth_config"]["redirect_urls"] = [base + CALLBACK_PATH]
    return found


def _commands(base: str, socket_mode: bool, commands: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    where = {} if socket_mode else {"url": base + WEBHOOK_PATH}
    own = {"command": COMMAND, "description": "Say a command: help, coaches, me …", "usage_hint": "[command]"}
    others = [
        {"command": f"/{name}", "description": description}
        for name, description in commands
        if name.lower() not in RESERVED and f"/{name}" != COMMAND
    ]
    return [{**each, **where, "should_escape": True} for each in (own, *others)]
