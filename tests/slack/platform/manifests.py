"""What a manifest may say when a new app is made of it: https://docs.slack.dev/reference/app-manifest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .rules import Inspection, Optional, Rule, boolean, items, optional, record, string

_PROMPT = record("", title=string(1), message=string(1))
_AGENT = record("", agent_description=string(1, 300), suggested_prompts=optional(items(_PROMPT)))
_BOT_USER = record("", display_name=string(1, 80), always_online=optional(boolean))
_TAB = {name: optional(boolean) for name in ("home_tab_enabled", "messages_tab_enabled")}
_HOME = record("", **_TAB, messages_tab_read_only_enabled=optional(boolean))
_COMMAND = record(
    "",
    command=string(2, 32),
    description=string(1, 2000),
    url=optional(string(1)),
    usage_hint=optional(string(1, 1000)),
    should_escape=optional(boolean),
)


def anything(value: Any, pointer: str, seen: Inspection) -> None:
    """Take whatever it is."""


_FEATURES: dict[str, Rule | Optional] = {
    "app_home": optional(_HOME),
    "bot_user": optional(_BOT_USER),
    "agent_view": optional(_AGENT),
    "slash_commands": optional(items(_COMMAND, most=50)),
    "shortcuts": optional(anything),
    "unfurl_domains": optional(anything),
    "workflow_steps": optional(anything),
    "rich_previews": optional(anything),
}
_ABOUT = record(
    "", name=string(1, 35), description=optional(string(0, 140)), long_description=optional(string(174, 4000))
)
_MANIFEST = record(
    "",
    _metadata=optional(anything),
    display_information=_ABOUT,
    features=optional(record("", **_FEATURES)),
    oauth_config=optional(anything),
    settings=optional(anything),
)
_NEEDED = ("app_home_opened", "message.im")
"""Events without which nobody reaches an agent: https://docs.slack.dev/ai/migrating-to-agent-messaging"""


def problems(manifest: Mapping[str, Any]) -> list[str]:
    """Tell why no new app is made of a manifest; nothing if one is."""
    features: dict[str, Any] = manifest.get("features") or {}
    if "assistant_view" in features:
        return ["Remove assistant_view feature [json-pointer:/features/assistant_view]"]
    seen = Inspection()
    _MANIFEST(manifest, "", seen)
    scopes: list[str] = manifest.get("oauth_config", {}).get("scopes", {}).get("bot", [])
    if ("assistant:write" in scopes) != ("agent_view" in features):
        seen.add("assistant:write scope should include agent_view feature", "/oauth_config/scopes/bot")
    if "agent_view" in features:
        told = events(manifest)
        for name in _NEEDED:
            if name not in told:
                seen.add(f"agent_view should use {name} bot event subscription", "/settings/event_subscriptions")
    return seen.problems


def events(manifest: Mapping[str, Any]) -> frozenset[str]:
    """Give what the app of a manifest is subscribed to."""
    return frozenset(manifest.get("settings", {}).get("event_subscriptions", {}).get("bot_events", []))
