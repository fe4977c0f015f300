"""Slack's refusals and silences in the words of the Channel port.

What decides is whether something may have happened: a refusal and a connection that never came about did nothing
(`RetryLater`); an answer that got lost, came from a gateway in between, or says that Slack broke on the way, leaves it
open (`Unknown`). The words are those of https://docs.slack.dev/reference/methods/chat.postMessage#errors and its
sisters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import aiohttp

from bots.slack.errors import LONG_PAUSE, FileGone, NotStreaming, StillStreaming, TooLate, Uninstalled, Unmended
from conversation.errors import ChannelError, Forbidden, Gone, Rejected, RetryLater, Stopped, Unknown

PAUSE = 1.0
"""Seconds until the next try when Slack names none."""

LOST = frozenset(
    {"token_revoked", "account_inactive", "invalid_auth", "not_authed", "token_expired", "app_uninstalled"}
)
"""What Slack answers to a token that will never work again."""

_FORBIDDEN = (
    "channel_not_found",
    "not_in_channel",
    "is_archived",
    "restricted_action",
    "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel",
    "restricted_action_thread_locked",
    "user_not_in_channel",
    "user_disabled",
    "cannot_dm_bot",
    "messages_tab_disabled",
    "access_denied",
    "ekm_access_denied",
    "team_access_not_granted",
    "thread_not_found",
)
_GONE = ("message_not_found", "cant_update_message", "cant_delete_message", "edit_window_closed", "compliance_exports")
_BROKEN = ("internal_error", "fatal_error")
"""Part of what was asked may have been done before Slack broke."""
_LATER = ("service_unavailable", "team_added_to_org", "request_timeout", "accesslimited")
_MUCH_LATER = ("message_limit_exceeded", "org_login_required")
"""A workspace that may not say more for now, or that is being moved into an organisation."""
_UNMENDED = ("missing_scope", "no_permission", "not_allowed_token_type")
NOWHERE = (404, 405, 501)
"""HTTP statuses of what answers in place of Slack, for a while or because it has no such method: nothing was done."""
_KINDS: Mapping[str, Callable[[str], ChannelError]] = {
    **dict.fromkeys(_FORBIDDEN, Forbidden),
    **dict.fromkeys(_GONE, Gone),
    **dict.fromkeys(LOST, Uninstalled),
    **dict.fromkeys(_BROKEN, Unknown),
    **dict.fromkeys(_UNMENDED, Unmended),
    "message_not_in_streaming_state": NotStreaming,
    "streaming_state_conflict": StillStreaming,
    "stopped_by_user": Stopped,
}
_NAMELESS: Mapping[str, type[ChannelError]] = {
    **dict.fromkeys(("expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "trigger_expired"), TooLate),
    **dict.fromkeys(("file_not_found", "file_deleted", "file_not_present"), FileGone),
}


def refused(error: str, retry_after: float = 0.0, detail: str = "") -> ChannelError:
    """Give what an error that Slack names means to us."""
    if error in ("ratelimited", "rate_limited"):
        return RetryLater(retry_after or PAUSE)
    if error in _LATER:
        return RetryLater(PAUSE)
    if error in _MUCH_LATER:
        return RetryLater(LONG_PAUSE)
    if kind := _NAMELESS.get(error):
        return kind()
    if kind := _KINDS.get(error):
        return kind(error)
    return Rejected(f"{error}: {detail}" if detail else error)


def answered(status: int, retry_after: float = 0.0) -> ChannelError:
    """Give what an HTTP status without an answer of Slack's own means to us."""
    if status == 429:
        return RetryLater(retry_after or PAUSE)
    return Unknown(f"HTTP {status}")


def unreached(error: Exception) -> ChannelError:
    """Tell a connection that never came about from an answer that got lost."""
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return RetryLater(PAUSE)
    return Unknown(type(error).__name__)
