"""Taking messages away."""

from __future__ import annotations

from typing import cast

from ..arguments import Arguments
from ..backend import Backend
from ..errors import bad_request
from ..messages import Message

TWO_DAYS = 48 * 3600.0
MOST = 100


async def delete_message(backend: Backend, arguments: Arguments) -> bool:
    """One message."""
    chat = backend.world.reachable(arguments.chat_id())
    if not arguments.number("message_id"):
        raise bad_request("message identifier is not specified")
    message = backend.world.find(chat.id, arguments.number("message_id"), "message to delete")
    _delete(backend, message)
    return True


async def delete_messages(backend: Backend, arguments: Arguments) -> bool:
    """Several messages; those that are not there are skipped."""
    chat = backend.world.reachable(arguments.chat_id())
    value = arguments.structure("message_ids", "message_ids")
    if not value:
        raise bad_request("message identifiers are not specified")
    if not isinstance(value, list):
        raise bad_request("expected an Array of message identifiers")
    ids = [int(str(each)) for each in cast("list[object]", value)]
    if len(ids) > MOST:
        raise bad_request("too many message identifiers specified")
    for message_id in ids:
        message = backend.world.messages.get((chat.id, message_id))
        if message is not None and not message.deleted:
            _delete(backend, message)
    return True


def _delete(backend: Backend, message: Message) -> None:
    world = backend.world
    chat, own = world.chats[message.chat_id], message.sender_id == world.bot.id
    rules = chat.private or own or chat.status_of(world.bot.id) in {"administrator", "creator"}
    if not rules:
        raise bad_request("message can't be deleted")
    if world.now() - message.at > TWO_DAYS and not (own and chat.kind == "channel"):
        raise bad_request("message can't be deleted for everyone")
    message.deleted_at = world.now()
    backend.journal.changed()


METHODS = {"deleteMessage": delete_message, "deleteMessages": delete_messages}
