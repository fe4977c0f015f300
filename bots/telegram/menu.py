"""What people see before they write: the menu of commands, and what the bot says about itself, in each language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from bots.fields import Fields, fields_of, items_of, text
from conversation.errors import ChannelError

if TYPE_CHECKING:
    from bots.telegram.api import Api

DEFAULT = "en"
"""The language of what people see whose own language has nothing."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Command:
    """An entry of the menu: a command's name without the slash, and what it does in a few words."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Menu:
    """What is shown in one language: commands, up to 512 characters before the first message, up to 120 when shared.

    Where these say nothing, what the bot's owner had it say stays.
    """

    commands: Sequence[Command]
    description: str = ""
    short_description: str = ""


async def put_up(api: Api, menus: Mapping[str, Menu]) -> None:
    """Show the menus by language; what stands already is left, because Telegram seldom lets it be changed.

    An error is logged and ends it: without a menu the bot works as well.
    """
    for language, menu in menus.items():
        try:
            await _put_up(api, "" if language == DEFAULT else language, menu)
        except ChannelError as error:
            return _log.warning("telegram.menu_not_set", language=language, says=str(error))


async def _put_up(api: Api, code: str, menu: Menu) -> None:
    from aiogram.methods import (
        GetMyDescription,
        GetMyShortDescription,
        SetMyCommands,
        SetMyDescription,
        SetMyShortDescription,
    )
    from aiogram.types import BotCommand

    shown = [(text(entry, "command"), text(entry, "description")) for entry in await _entries(api, code)]
    if shown != [(command.name, command.description) for command in menu.commands]:
        entries = [BotCommand(command=command.name, description=command.description) for command in menu.commands]
        await api.call(SetMyCommands(commands=entries, language_code=code))
    if not menu.description:
        return
    said = fields_of(await api.call(GetMyDescription(language_code=code)))
    if text(said, "description") != menu.description:
        await api.call(SetMyDescription(description=menu.description, language_code=code))
    said = fields_of(await api.call(GetMyShortDescription(language_code=code)))
    if text(said, "short_description") != menu.short_description:
        await api.call(SetMyShortDescription(short_description=menu.short_description, language_code=code))


async def _entries(api: Api, code: str) -> list[Fields]:
    from aiogram.methods import GetMyCommands

    return [fields_of(entry) for entry in items_of(await api.call(GetMyCommands(language_code=code)))]
