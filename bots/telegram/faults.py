"""The Bot API's refusals and silences in the words of the Channel port.

What decides is whether something may have happened: a refusal and a connection that never came about did nothing
(`RetryLater`); an answer that got lost, or came from a gateway in between, leaves it open (`Unknown`).
"""

from __future__ import annotations

import re

from aiogram import exceptions as vendor
from aiohttp import ClientConnectorError, ConnectionTimeoutError

from bots.telegram.errors import (
    Conflict,
    FileGone,
    NoAnswer,
    NoDrafts,
    NoSuchMethod,
    NotModified,
    TokenRevoked,
    TokenUnknown,
    TooBig,
    Unparsable,
)
from conversation.errors import ChannelError, Forbidden, Gone, Moved, Rejected, RetryLater, Unknown

PAUSE = 1.0
"""Seconds until the next try when Telegram names none."""
LONG_PAUSE = 30.0
"""Seconds until the next try when somebody has to mend the settings first."""

# What Telegram says with 400, the wording of https://github.com/tdlib/telegram-bot-api; the first that is found counts.
# A chat that does not exist for us is one we may not write to, until somebody writes to us from there.
_SENTENCES: tuple[tuple[re.Pattern[str], type[ChannelError]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), kind)
    for pattern, kind in (
        (r"message is not modified", NotModified),
        (r"TEXTDRAFT_\w+", NoDrafts),
        (r"can't parse (entities|messageentity)|: entity |ENTITY_\w+_INVALID", Unparsable),
        (r"message to (edit|delete|be edited|be deleted) not found|message can't be (edited|deleted)", Gone),
        (r"MESSAGE_ID_INVALID|message identifier is not specified", Gone),
        (r"file is too big", TooBig),
        (r"(wrong|invalid) file|file_id|temporarily unavailable", FileGone),
        (r"chat not found|user not found|PEER_ID_INVALID|group chat was deactivated", Forbidden),
        (r"rights to send|administrator rights|CHAT_WRITE_FORBIDDEN|CHAT_RESTRICTED|USER_IS_BLOCKED", Forbidden),
        (r"thread not found|TOPIC_CLOSED|TOPIC_DELETED", Forbidden),
    )
)
_NO_METHOD = re.compile(r"method not found", re.IGNORECASE)
_GATEWAY = re.compile(r"bad gateway|gateway time-?out", re.IGNORECASE)


class NoServer(vendor.TelegramNotFound):
    """A page came instead of an answer: the server is away, or what stands before it does not pass the call on."""


def translated(error: Exception, *, known: bool = False, lacking: bool = False) -> ChannelError:
    """Give what an error of the vendor's means to us.

    `known`: the server took the token before, and `lacking`: it may not have what was called.
    """
    match error:
        case vendor.TelegramRetryAfter():
            return RetryLater(float(error.retry_after))
        case vendor.TelegramMigrateToChat():
            return Moved(str(error.migrate_to_chat_id))
        case vendor.TelegramForbiddenError():
            return Forbidden(error.message)
        case vendor.TelegramConflictError():
            return Conflict(error.message)
        case vendor.TelegramUnauthorizedError() | vendor.TelegramNotFound():
            return _nobody(error, known=known, lacking=lacking)
        case vendor.TelegramEntityTooLarge():
            return TooBig(error.message)
        case vendor.TelegramBadRequest():
            return _bad_request(error.message)
        case vendor.TelegramNetworkError():
            return _network(error)
        case vendor.TelegramServerError():
            return Unknown(error.message) if _GATEWAY.search(error.message) else RetryLater(PAUSE)
        case _:
            return Unknown(type(error).__name__)


def _nobody(error: vendor.TelegramAPIError, *, known: bool, lacking: bool) -> ChannelError:
    """Tell a token taken back from one that means nothing, and that from a method the server does not know.

    Telegram's own server names the method; of others a bare "Not Found" means it too, where they took the token before.
    """
    if isinstance(error, vendor.TelegramNotFound):
        if _NO_METHOD.search(error.message) or (known and lacking):
            return NoSuchMethod(error.message)
        if known and isinstance(error, NoServer):
            return NoAnswer(PAUSE)
    return (TokenUnknown if isinstance(error, vendor.TelegramNotFound) else TokenRevoked)(LONG_PAUSE)


def _bad_request(sentence: str) -> ChannelError:
    kind = next((kind for pattern, kind in _SENTENCES if pattern.search(sentence)), Rejected)
    return kind() if kind is FileGone else kind(sentence)


def _network(error: vendor.TelegramNetworkError) -> ChannelError:
    """Tell a connection that never came about from an answer that got lost."""
    if isinstance(error.__cause__, ClientConnectorError | ConnectionTimeoutError):
        return RetryLater(PAUSE)
    return Unknown(error.message)
