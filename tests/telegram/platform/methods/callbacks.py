"""Answers to what people tap."""

from __future__ import annotations

from typing import Any, cast

from ..arguments import Arguments
from ..backend import Backend
from ..errors import bad_request
from ..utf16 import units

LONGEST_ANSWER = 200
REACTIONS = frozenset(
    "👍👎❤🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳🌚🌭💯🤣⚡🍌🏆💔🤨😐🍓🍾💋🖕😈😴😭🤓👻👀🎃🙈😇😨🤝✍🤗🫡🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾😡"
)


async def answer_callback_query(backend: Backend, arguments: Arguments) -> bool:
    """Stop the wheel on a pressed button, perhaps with a note or an alert."""
    text = arguments.text("text")
    if units(text) > LONGEST_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    callback = backend.callbacks.get(arguments.text("callback_query_id"))
    too_old = callback is None or callback.expired or callback.answer is not None
    if callback is None or too_old or backend.world.now() - callback.at > backend.callback_lifetime:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    url = arguments.text("url")
    if url and not url.startswith(f"https://t.me/{backend.world.bot.username}?start="):
        raise bad_request("URL_INVALID")
    callback.answer = {"text": text, "show_alert": arguments.flag("show_alert")}
    backend.journal.changed()
    return True


async def set_message_reaction(backend: Backend, arguments: Arguments) -> bool:
    """React to a message with one of the emoji everybody has."""
    chat = backend.world.reachable(arguments.chat_id())
    message = backend.world.find(chat.id, arguments.number("message_id"), "message to react")
    value: object = arguments.structure("reaction", "reaction types")
    if value is not None and not isinstance(value, list):
        raise bad_request("expected an Array of ReactionType")
    reaction = cast("list[dict[str, Any]]", value or [])
    if len(reaction) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if any(each.get("type") != "emoji" or each.get("emoji") not in REACTIONS for each in reaction):
        raise bad_request("REACTION_INVALID")
    message.reaction = reaction
    backend.journal.changed()
    return True


METHODS = {"answerCallbackQuery": answer_callback_query, "setMessageReaction": set_message_reaction}
