"""The Connector's refusals and silences in the words of the Channel port.

What decides is whether something may have happened: a refusal and a connection that never came about did nothing
(`RetryLater`); an answer that got lost, or came from a gateway in between, leaves it open (`Unknown`).
https://learn.microsoft.com/microsoftteams/platform/bots/build-conversational-capability (status codes)
"""

from __future__ import annotations

import httpx

from bots.fields import fields_of, part, text
from bots.teams.errors import BearerRefused, Reason, ServiceFault, StreamRefused
from conversation.errors import ChannelError, Forbidden, Gone, Rejected, RetryLater, Unknown

PAUSE = 1.0
"""Seconds until the next try when Teams names none."""
LONG_PAUSE = 30.0
LONGEST_PAUSE = 3600.0
FAULT = "ServiceError"
"""The code of a fault of the service's own, which may pass even where its status is that of a ban, and of the change of
a message that was deleted.
https://github.com/MicrosoftDocs/msteams-docs/issues/7613
https://github.com/microsoft/BotFramework-Services/issues/269"""

# https://learn.microsoft.com/microsoftteams/platform/bots/streaming-ux (error codes)
_REASONS: tuple[tuple[str, Reason], ...] = (
    ("canceled by user", "stopped"),
    ("already completed", "over"),
    ("exceeded streaming time", "over"),
    ("previously streamed", "rewritten"),
)


def refusal(answer: httpx.Response) -> ChannelError:
    """Give what an answer that is no success means to us."""
    error = _error(answer)
    code, says = text(error, "code"), text(error, "message")
    match answer.status_code:
        case 429:
            return RetryLater(_asked(answer))
        case 401:
            return BearerRefused(LONG_PAUSE)
        case 403 | 400 if code == "ContentStreamNotAllowed" or "streamed content" in says:
            return StreamRefused(_reason(says), says)
        case 412 | 503:
            return RetryLater(_asked(answer))
        case status if status >= 500:
            return Unknown(f"{status}")
        case 403 if code == FAULT:
            return ServiceFault(f"{code}: {says}")
        case 403 if code == "NotEnoughPermissions":
            return Rejected(f"{code}: {says}")
        case 403:
            return Forbidden(code)
        case 404:
            return _not_found(answer.request.method, code)
        case status:
            return Rejected(f"{status} {code}: {says}"[:500])


def _not_found(method: str, code: str) -> ChannelError:
    """Tell a message or person that is not there from a conversation that is not."""
    if method in ("PUT", "DELETE"):
        return Forbidden(code) if code.startswith(("Conversation", "Bot")) else Gone(code)
    return Gone(code) if code.startswith(("Activity", "Member")) else Forbidden(code)


def silence(error: httpx.HTTPError) -> ChannelError:
    """Tell a connection that never came about from an answer that got lost."""
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return RetryLater(PAUSE)
    return Unknown(type(error).__name__)


def _error(answer: httpx.Response) -> dict[str, object]:
    try:
        told = fields_of(answer.json())
    except (ValueError, RecursionError):
        return {}
    return dict(part(told, "error") or told)


def _reason(says: str) -> Reason:
    for sentence, reason in _REASONS:
        if sentence in says.lower():
            return reason
    return "other"


def _asked(answer: httpx.Response) -> float:
    """Give the seconds that the platform asks for."""
    try:
        return min(max(float(answer.headers.get("Retry-After", PAUSE)), 0.5), LONGEST_PAUSE)
    except ValueError:
        return PAUSE
