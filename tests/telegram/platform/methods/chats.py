"""Chats and who is in them."""

from __future__ import annotations

from typing import Any

from ..arguments import Arguments
from ..backend import Backend
from ..errors import bad_request
from ..people import PRESENT, Chat, member


async def get_chat(backend: Backend, arguments: Arguments) -> dict[str, Any]:
    """All about a chat."""
    chat = backend.world.reachable(arguments.chat_id())
    full = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _no_gifts()}
    return backend.world.chat_json(chat) | full


async def get_chat_member(backend: Backend, arguments: Arguments) -> dict[str, Any]:
    """What a user is in a chat."""
    chat = backend.world.reachable(arguments.chat_id())
    user_id = arguments.number("user_id")
    if user_id not in {*backend.world.users, backend.world.bot.id}:
        raise bad_request("invalid user_id specified" if user_id <= 0 else "PARTICIPANT_ID_INVALID")
    return member(backend.world.user(user_id), chat.status_of(user_id))


async def get_chat_member_count(backend: Backend, arguments: Arguments) -> int:
    """How many are in a chat."""
    chat = backend.world.reachable(arguments.chat_id())
    return sum(status in PRESENT for status in chat.members.values())


async def get_chat_administrators(backend: Backend, arguments: Arguments) -> list[dict[str, Any]]:
    """Who looks after a group; other bots are left out, the bot itself is not."""
    chat = backend.world.reachable(arguments.chat_id())
    if chat.private:
        raise bad_request("there are no administrators in the private chat")
    return [
        member(backend.world.user(user_id), status)
        for user_id, status in chat.members.items()
        if status in {"creator", "administrator"}
    ]


async def leave_chat(backend: Backend, arguments: Arguments) -> bool:
    """Go away from a group."""
    chat = backend.world.reachable(arguments.chat_id())
    if chat.private:
        raise bad_request("chat member status can't be changed in private chats")
    bot = backend.world.bot
    payload = change(backend, chat, bot.id, "left")
    backend.publish("my_chat_member", payload, chat.id)
    return True


def change(backend: Backend, chat: Chat, by: int, status: Any, *, before: Any = None) -> dict[str, Any]:
    """Make the bot something else in a chat; what is returned is a ChatMemberUpdated."""
    world = backend.world
    old = before or chat.status_of(world.bot.id)
    chat.members[world.bot.id] = status
    return {
        "chat": world.chat_json(chat),
        "from": world.user(by).to_json(),
        "date": int(world.now()),
        "old_chat_member": member(world.bot, old),
        "new_chat_member": member(world.bot, status),
    }


def _no_gifts() -> dict[str, bool]:
    kinds = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    return dict.fromkeys(kinds, False)


METHODS = {
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatMemberCount": get_chat_member_count,
    "getChatAdministrators": get_chat_administrators,
    "leaveChat": leave_chat,
}
