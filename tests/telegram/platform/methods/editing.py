"""Changing what a message of the bot shows."""

from __future__ import annotations

from typing import Any

from ..arguments import Arguments
from ..backend import Backend
from ..errors import bad_request
from ..formatting import message_text
from ..keyboards import Rows
from ..messages import Content, Message, text_content
from .documents import caption_of
from .sending import keyboard

SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content"
    " and reply markup of the message"
)


async def edit_message_text(backend: Backend, arguments: Arguments) -> dict[str, Any]:
    """Another text; buttons that are not sent again go away."""
    message, rows = _target(backend, arguments)
    given = arguments.structure("entities", "entities")
    formatted = message_text(arguments.text("text"), arguments.text("parse_mode"), given, backend.report)
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    return _show(backend, message, text_content(formatted), rows)


async def edit_message_caption(backend: Backend, arguments: Arguments) -> dict[str, Any]:
    """Another caption under a file."""
    message, rows = _target(backend, arguments)
    if "text" in message.content:
        raise bad_request("there is no caption in the message to edit")
    kept = {name: value for name, value in message.content.items() if not name.startswith("caption")}
    return _show(backend, message, kept | caption_of(backend, arguments), rows)


async def edit_message_reply_markup(backend: Backend, arguments: Arguments) -> dict[str, Any]:
    """Other buttons, or none."""
    message, rows = _target(backend, arguments)
    return _show(backend, message, message.content, rows)


def _target(backend: Backend, arguments: Arguments) -> tuple[Message, Rows | None]:
    chat = backend.world.reachable(arguments.chat_id())
    rows = keyboard(backend, chat, arguments, only_inline=True)
    message = backend.world.find(chat.id, arguments.number("message_id"), "message to edit")
    if message.sender_id != backend.world.bot.id or message.service:
        raise bad_request("message can't be edited")
    return message, rows


def _show(backend: Backend, message: Message, content: Content, rows: Rows | None) -> dict[str, Any]:
    chat = backend.world.chats[message.chat_id]
    backend.pace.spend(chat.id, group=chat.group)
    if message.shows(content, rows):
        raise bad_request(SAME)
    now = backend.world.now()
    message.show(now, content, rows)
    message.edit_date = int(now)
    backend.journal.changed()
    return backend.world.message_json(message)


METHODS = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
}
