"""What the Connector service answers when it refuses a call.

Codes and sentences follow the table of status codes in
https://learn.microsoft.com/microsoftteams/platform/bots/build-conversational-capability and the error tables of
https://learn.microsoft.com/microsoftteams/platform/bots/streaming-ux (for streams).
"""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """A refusal as it goes over the wire."""

    def __init__(self, status: int, code: str, message: str, *, retry_after: int = 0) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after

    def to_json(self) -> dict[str, Any]:
        """The body of the answer."""
        if self.status == 401 and not self.code:
            return {"message": self.message}
        return {"error": {"code": self.code, "message": self.message}}


def unauthorized() -> ApiError:
    """The call carries no bearer that this service handed out."""
    return ApiError(401, "", "Authorization has been denied for this request.")


def bad_argument(message: str) -> ApiError:
    """The call cannot be done as it stands."""
    return ApiError(400, "BadArgument", message)


def bad_syntax(message: str) -> ApiError:
    """The payload is not what the service reads."""
    return ApiError(400, "BadSyntax", message)


def not_in_roster() -> ApiError:
    """The bot was never added, or was removed."""
    return ApiError(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")


def not_installed() -> ApiError:
    """A conversation is to be created with a person who has not installed the app."""
    return ApiError(403, "ForbiddenOperationException", "Bot is not installed in user's personal scope")


def blocked() -> ApiError:
    """The person blocked the bot."""
    return ApiError(403, "ConversationBlockedByUser", "User blocked the conversation with the bot.")


def disabled() -> ApiError:
    """The tenant's administrator switched the bot off."""
    return ApiError(403, "BotDisabledByAdmin", "The tenant admin disabled this bot")


def not_enough_permissions(message: str) -> ApiError:
    """The bot may not do this to that message."""
    return ApiError(403, "NotEnoughPermissions", message)


def conversation_not_found() -> ApiError:
    """No such conversation."""
    return ApiError(404, "ConversationNotFound", "Conversation not found.")


def activity_not_found() -> ApiError:
    """No such message in this conversation; the sentence is the platform's own."""
    return ApiError(404, "ActivityNotFoundInConversation", "Conversation not found.")


def too_big() -> ApiError:
    """The payload is larger than a message may be."""
    return ApiError(413, "MessageSizeTooBig", "Message size too large.")


def throttled(seconds: int) -> ApiError:
    """The bot calls faster than it may; it can go on after so many seconds."""
    return ApiError(429, "Throttled", "Too many requests.", retry_after=seconds)


def stream_refused(message: str) -> ApiError:
    """The stream cannot go on."""
    return ApiError(403, "ContentStreamNotAllowed", message)
