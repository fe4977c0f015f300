"""What the bot says about itself."""

from __future__ import annotations

from typing import Any

from ..arguments import Arguments
from ..backend import Backend
from ..profile import Commands, language_code, scope_key
from .table import Run


async def get_me(backend: Backend, _: Arguments) -> dict[str, Any]:
    """The bot as a user, with what it can do."""
    abilities = (
        "supports_inline_queries",
        "can_connect_to_business",
        "has_main_web_app",
        "has_topics_enabled",
        "allows_users_to_create_topics",
    )
    return (
        backend.world.bot.to_json()
        | {"can_join_groups": True, "can_read_all_group_messages": not backend.privacy}
        | dict.fromkeys(abilities, False)
    )


def _key(arguments: Arguments) -> tuple[str, str]:
    scope = scope_key(arguments.structure("scope", "BotCommandScope"))
    return scope, language_code(arguments.text("language_code"))


async def set_my_commands(backend: Backend, arguments: Arguments) -> bool:
    """Replace the command menu of one scope and language."""
    backend.profile.set_commands(arguments.structure("commands", "commands"), *_key(arguments))
    return True


async def get_my_commands(backend: Backend, arguments: Arguments) -> Commands:
    """The command menu of one scope and language."""
    return backend.profile.commands.get(_key(arguments), [])


async def delete_my_commands(backend: Backend, arguments: Arguments) -> bool:
    """Remove the command menu of one scope and language."""
    backend.profile.commands.pop(_key(arguments), None)
    return True


def _setter(name: str) -> Run:
    async def set_text(backend: Backend, arguments: Arguments) -> bool:
        backend.profile.set_text(name, arguments.text(name), language_code(arguments.text("language_code")))
        return True

    return set_text


def _getter(name: str) -> Run:
    async def get_text(backend: Backend, arguments: Arguments) -> dict[str, str]:
        texts, code = backend.profile.texts, language_code(arguments.text("language_code"))
        default = backend.world.bot.first_name if name == "name" else ""
        return {name: texts.get((name, code)) or texts.get((name, "")) or default}

    return get_text


METHODS: dict[str, Run] = {
    "getMe": get_me,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyName": _setter("name"),
    "getMyName": _getter("name"),
    "setMyDescription": _setter("description"),
    "getMyDescription": _getter("description"),
    "setMyShortDescription": _setter("short_description"),
    "getMyShortDescription": _getter("short_description"),
}
