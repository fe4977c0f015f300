"""What the Web API answers when it refuses a call: HTTP 200 with `ok` false, except for 429.

https://docs.slack.dev/apis/web-api#responses
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class SlackError(Exception):
    """A refusal as it goes over the wire."""

    def __init__(self, error: str, messages: Sequence[str] = (), *, retry_after: int = 0, **more: Any) -> None:
        super().__init__(f"{error}: {'; '.join(messages)}" if messages else error)
        self.error = error
        self.messages = list(messages)
        self.retry_after = retry_after
        self.more = more

    @property
    def status(self) -> int:
        return 429 if self.retry_after else 200

    def to_json(self) -> dict[str, Any]:
        """The body of the answer."""
        body: dict[str, Any] = {"ok": False, "error": self.error, **self.more}
        if self.messages:
            body["response_metadata"] = {"messages": [f"[ERROR] {each}" for each in self.messages]}
        return body


def missing_scope(needed: str, provided: Sequence[str]) -> SlackError:
    """The token lacks a permission."""
    return SlackError("missing_scope", needed=needed, provided=",".join(provided))


def missing(*fields: str) -> SlackError:
    """Required arguments were not sent."""
    return SlackError("invalid_arguments", [f"missing required field: {each}" for each in fields])


def invalid_blocks(problems: Sequence[str]) -> SlackError:
    """The blocks break their schema; every problem is named with its place."""
    return SlackError("invalid_blocks", problems, errors=list(problems))


def rate_limited(seconds: int) -> SlackError:
    """The app calls faster than it may; it can go on after so many seconds."""
    return SlackError("ratelimited", retry_after=seconds)
