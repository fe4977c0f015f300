"""Which parameters each method takes (Bot API 9), without what is deprecated and what needs a business account.

https://core.telegram.org/bots/api#available-methods
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from ..arguments import Arguments
from ..backend import Backend

Run = Callable[[Backend, Arguments], Awaitable[Any]]

_SENDING = (
    "chat_id message_thread_id direct_messages_topic_id disable_notification protect_content allow_paid_broadcast "
    "message_effect_id reply_parameters reply_markup"
)
_CAPTION = "caption parse_mode caption_entities"

PARAMETERS = {
    "getMe": "",
    "getUpdates": "offset limit timeout allowed_updates",
    "setWebhook": "url certificate ip_address max_connections allowed_updates drop_pending_updates secret_token",
    "deleteWebhook": "drop_pending_updates",
    "getWebhookInfo": "",
    "setMyCommands": "commands scope language_code",
    "getMyCommands": "scope language_code",
    "deleteMyCommands": "scope language_code",
    "setMyName": "name language_code",
    "getMyName": "language_code",
    "setMyDescription": "description language_code",
    "getMyDescription": "language_code",
    "setMyShortDescription": "short_description language_code",
    "getMyShortDescription": "language_code",
    "sendMessage": f"{_SENDING} text parse_mode entities link_preview_options",
    "sendMessageDraft": "chat_id message_thread_id draft_id text parse_mode entities can_stop keep_on_stop",
    "sendDocument": f"{_SENDING} {_CAPTION} document thumbnail disable_content_type_detection",
    "sendPhoto": f"{_SENDING} {_CAPTION} photo show_caption_above_media has_spoiler",
    "editMessageText": "chat_id message_id text parse_mode entities link_preview_options reply_markup",
    "editMessageCaption": f"chat_id message_id {_CAPTION} show_caption_above_media reply_markup",
    "editMessageReplyMarkup": "chat_id message_id reply_markup",
    "deleteMessage": "chat_id message_id",
    "deleteMessages": "chat_id message_ids",
    "sendChatAction": "chat_id message_thread_id action",
    "setMessageReaction": "chat_id message_id reaction is_big",
    "answerCallbackQuery": "callback_query_id text show_alert url cache_time",
    "getFile": "file_id",
    "getChat": "chat_id",
    "getChatMember": "chat_id user_id",
    "getChatMemberCount": "chat_id",
    "getChatAdministrators": "chat_id return_bots",
    "leaveChat": "chat_id",
}


@dataclass(frozen=True, slots=True)
class Method:
    """One method as the server finds it."""

    name: str
    run: Run
    parameters: frozenset[str]
