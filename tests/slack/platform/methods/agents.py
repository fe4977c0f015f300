"""Agent sessions: while one is processing, Slack shows a stop button of its own.

https://docs.slack.dev/ai/agent-sessions and https://docs.slack.dev/reference/methods/agents.sessions.setStatus
"""

from __future__ import annotations

from typing import Any

from ..errors import SlackError
from .context import Call, method

STATUSES = frozenset({"active", "processing", "suspended", "closed"})


def set_status(call: Call) -> dict[str, Any]:
    """Set the status of a thread's session, which is made when there is none."""
    channel, thread_ts = call.channel("channel_id"), call.arguments.required("thread_ts")
    status, initiator = call.arguments.required("status"), call.arguments.text("initiator_user_id")
    if not call.backend.app.agent:
        raise SlackError("not_agent_app")
    if status not in STATUSES:
        raise SlackError("invalid_arguments", [f"must be one of: {', '.join(sorted(STATUSES))}"])
    if initiator and initiator not in channel.members:
        raise SlackError("user_not_in_channel")
    call.backend.sessions[channel.id, thread_ts] = status
    call.backend.journal.changed()
    return {"status": status}


METHODS = {
    "agents.sessions.setStatus": method(
        set_status,
        "channel_id thread_ts status title initiator_user_id username icon_url icon_emoji",
        scopes="chat:write",
        tier=3,
    ),
}
