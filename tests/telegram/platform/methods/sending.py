"""Writing into a chat: messages, drafts, and the sign that somebody is typing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from .. import keyboards
from ..arguments import Arguments
from ..backend import Backend, Draft
from ..errors import bad_request
from ..formatting import draft_text, message_text
from ..keyboards import Rows
from ..messages import Content, text_content
from ..people import Chat

ACTIONS = frozenset(
    {
        "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
        "choose_sticker", "find_location", "record_video_note", "upload_video_note",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes, and what hangs on it."""

    chat: Chat
    thread_id: int
    reply_to: int
    keyboard: Rows | None


def place(backend: Backend, arguments: Arguments) -> Place:
    """The checked target of a sending method."""
    chat = backend.world.reachable(arguments.chat_id())
    thread_id = backend.world.topic(chat, arguments.number("message_thread_id"))
    reply_to = _reply_to(backend, chat, arguments)
    return Place(chat, thread_id, reply_to, keyboard(backend, chat, arguments))


def keyboard(backend: Backend, chat: Chat, arguments: Arguments, *, only_inline: bool = False) -> Rows | None:
    """The checked buttons of a call."""
    value = arguments.structure("reply_markup", "reply keyboard markup")
    return keyboards.read(value, backend.report, private=chat.private, only_inline=only_inline)


def _reply_to(backend: Backend, chat: Chat, arguments: Arguments) -> int:
    value = arguments.structure("reply_parameters", "reply parameters")
    if value is None:
        return 0
    if not isinstance(value, dict):
        raise bad_request("object expected as reply parameters")
    parameters = cast("dict[str, Any]", value)
    if "message_id" not in parameters:
        raise bad_request("can't parse reply parameters: Can't find field \"message_id\"")
    message_id = int(parameters["message_id"])
    message = backend.world.messages.get((chat.id, message_id))
    if message is not None and not message.deleted:
        return message_id
    if parameters.get("allow_sending_without_reply"):
        return 0
    raise bad_request("message to be replied not found")


def post(backend: Backend, where: Place, content: Content) -> dict[str, Any]:
    """Put the bot's message into the chat, at the pace that is allowed."""
    backend.pace.spend(where.chat.id, group=where.chat.group)
    message = backend.world.post(
        where.chat,
        backend.world.bot.id,
        content,
        keyboard=where.keyboard,
        reply_to=where.reply_to,
        thread_id=where.thread_id,
    )
    _end_drafts(backend, where.chat)
    backend.journal.changed()
    return backend.world.message_json(message)


async def send_message(backend: Backend, arguments: Arguments) -> dict[str, Any]:
    """A text."""
    where = place(backend, arguments)
    given = arguments.structure("entities", "entities")
    formatted = message_text(arguments.text("text"), arguments.text("parse_mode"), given, backend.report)
    return post(backend, where, text_content(formatted))


async def send_message_draft(backend: Backend, arguments: Arguments) -> bool:
    """A text while it is being written; it stays for half a minute and is no message."""
    chat = backend.world.reachable(arguments.chat_id())
    if not chat.private:
        raise bad_request("method is available only for private chats")
    draft_id = arguments.number("draft_id")
    if not draft_id:
        raise bad_request("RANDOM_ID_INVALID")
    given = arguments.structure("entities", "entities")
    formatted = draft_text(arguments.text("text"), arguments.text("parse_mode"), given, backend.report)
    if backend.pace.limits.drafts_count:
        backend.pace.spend(chat.id, group=False)
    _end_drafts(backend, chat)
    can_stop = arguments.flag("can_stop")
    if arguments.flag("keep_on_stop") and not can_stop:
        backend.report("keep_on_stop without can_stop")
    backend.drafts.append(Draft(backend.world.now(), chat.id, draft_id, formatted.text, can_stop))
    backend.journal.changed()
    return True


def _end_drafts(backend: Backend, chat: Chat) -> None:
    """A chat shows one draft at most, until a message takes its place."""
    for draft in reversed(backend.drafts):
        if draft.chat_id == chat.id:
            draft.over = True
            return


async def send_chat_action(backend: Backend, arguments: Arguments) -> bool:
    """Show for five seconds what the bot is doing."""
    action = arguments.text("action")
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = backend.world.reachable(arguments.chat_id())
    backend.world.topic(chat, arguments.number("message_thread_id"))
    backend.journal.typing.append((backend.world.now(), chat.id, action))
    return True


METHODS = {
    "sendMessage": send_message,
    "sendMessageDraft": send_message_draft,
    "sendChatAction": send_chat_action,
}
