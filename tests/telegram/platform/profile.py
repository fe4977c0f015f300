"""What the bot says about itself: commands by scope and language, names and descriptions by language."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, cast

from .errors import bad_request
from .utf16 import units

MOST_COMMANDS = 100
NAME = re.compile(r"[a-z0-9_]{1,32}")
SCOPES = frozenset(
    {
        "default", "all_private_chats", "all_group_chats", "all_chat_administrators",
        "chat", "chat_administrators", "chat_member",
    }
)  # fmt: skip
LONGEST = {"name": 64, "description": 512, "short_description": 120}

Commands = list[dict[str, str]]


@dataclass(slots=True)
class Profile:
    """Kept per scope and language code."""

    commands: dict[tuple[str, str], Commands] = field(default_factory=dict[tuple[str, str], Commands])
    texts: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    """Name, description and short description, each by language."""

    def set_commands(self, value: object, scope: str, language: str) -> None:
        """Replace the list of one scope and language."""
        if not isinstance(value, list):
            raise bad_request("expected an Array of BotCommand")
        items = cast("list[object]", value)
        if len(items) > MOST_COMMANDS:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        self.commands[scope, language] = [_command(item) for item in items]

    def set_text(self, name: str, text: str, language: str) -> None:
        """Replace one of the texts; an empty one removes it."""
        if units(text) > LONGEST[name]:
            raise bad_request(f"{name.replace('_', ' ')} is too long")
        if text:
            self.texts[name, language] = text
        else:
            self.texts.pop((name, language), None)


def language_code(code: str) -> str:
    """A two-letter language code, or nothing for everybody."""
    if code and not re.fullmatch("[a-z]{2}", code):
        raise bad_request("invalid language code specified")
    return code


def scope_key(value: object) -> str:
    """A scope in one spelling."""
    if value is None:
        return "default"
    if not isinstance(value, dict):
        raise bad_request("can't parse BotCommandScope: BotCommandScope must be an Object")
    scope = cast("dict[str, Any]", value)
    kind = str(scope.get("type", ""))
    if kind not in SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    if kind.startswith("chat") and not scope.get("chat_id"):
        raise bad_request("can't parse BotCommandScope: Empty chat_id specified")
    rest = {name: scope[name] for name in ("chat_id", "user_id") if name in scope}
    return f"{kind} {json.dumps(rest)}" if rest else kind


def _command(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    fields = cast("dict[str, Any]", value)
    for name in ("command", "description"):
        if name not in fields:
            raise bad_request(f"can't parse BotCommand: Can't find field \"{name}\"")
    command, description = str(fields["command"]).strip().removeprefix("/"), str(fields["description"]).strip()
    if not command:
        raise bad_request("command must be non-empty")
    if len(command) > 32:
        raise bad_request("command length must not exceed 32")
    if not NAME.fullmatch(command):
        raise bad_request("BOT_COMMAND_INVALID")
    if not description:
        raise bad_request("command description must be non-empty")
    if len(description) > 256:
        raise bad_request("command description length must not exceed 256")
    return {"command": command, "description": description}
