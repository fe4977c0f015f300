"""What the Bot API answers when it refuses a call.

`ApiError` is the only error a method raises; its wording follows the open-source server (tdlib/telegram-bot-api),
which puts the name of the status before the sentence and lowers the sentence's first letter.
"""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """A refusal as it goes over the wire."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def to_json(self) -> dict[str, Any]:
        """The body of the answer."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(sentence: str) -> ApiError:
    """The call cannot be done as it stands."""
    return ApiError(400, f"Bad Request: {sentence}")


def forbidden(sentence: str) -> ApiError:
    """The bot may not do this here."""
    return ApiError(403, f"Forbidden: {sentence}")


def conflict(sentence: str) -> ApiError:
    """Two ways of fetching updates exclude each other."""
    return ApiError(409, f"Conflict: {sentence}")


def too_many(seconds: int) -> ApiError:
    """The bot writes faster than it may; it can go on after so many seconds."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def upgraded(chat_id: int) -> ApiError:
    """The group lives on as a supergroup under another id."""
    return ApiError(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat_id)
