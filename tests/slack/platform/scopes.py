"""Permissions of a bot token, and which of them a method needs.

https://docs.slack.dev/reference/scopes and the facts of each method's page.
"""

from __future__ import annotations

from collections.abc import Mapping

KINDS: Mapping[str, str] = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}
"""What the scopes of a kind of conversation begin with."""

EVENTS: Mapping[str, frozenset[str]] = {
    "app_mention": frozenset({"app_mentions:read"}),
    "member_joined_channel": frozenset({"channels:read", "groups:read"}),
    "member_left_channel": frozenset({"channels:read", "groups:read"}),
    "reaction_added": frozenset({"reactions:read"}),
    "reaction_removed": frozenset({"reactions:read"}),
    "assistant_thread_started": frozenset({"assistant:write"}),
    "assistant_thread_context_changed": frozenset({"assistant:write"}),
}
"""One of these is needed to be sent an event; others need none, messages the history scope of the conversation."""


def may_receive(event: Mapping[str, object], kind: str, scopes: frozenset[str] | set[str]) -> bool:
    """Whether a token of these scopes is sent an event from a conversation of this kind."""
    name = str(event["type"])
    if name == "message":
        return f"{KINDS[kind]}:history" in scopes
    return name not in EVENTS or bool(EVENTS[name] & scopes)


def named() -> frozenset[str]:
    """Every permission that this module knows, and those that change what a method does instead of allowing it."""
    histories = frozenset(f"{prefix}:history" for prefix in KINDS.values())
    return histories.union(*EVENTS.values(), ("chat:write.customize", "commands"))
