"""The assistant pane: status, title and suggested prompts of a thread.

A page each under https://docs.slack.dev/reference/methods/assistant.threads.*.
"""

from __future__ import annotations

from typing import Any, cast

from ..backend import Status, Thread
from ..errors import SlackError, missing
from ..rules import Inspection, items, record, string
from .context import Call, method

_PROMPTS = items(record("", title=string(1), message=string(1)), most=4)
"""https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts: up to four, each with both."""
LOADING, LOADING_LENGTH = 10, 50


def _thread(call: Call) -> tuple[str, str]:
    channel, thread_ts = call.channel("channel_id"), call.arguments.required("thread_ts")
    key = (channel.id, thread_ts)
    if key not in call.backend.threads and call.backend.world.find(*key) is None:
        raise SlackError("invalid_thread_ts")
    return key


def set_status(call: Call) -> dict[str, Any]:
    """Say what the app is doing; an empty status clears it, and so does the next message."""
    if not call.arguments.has("status"):
        raise missing("status")
    loading: Any = call.arguments.structure("loading_messages", "invalid_arguments") or []
    if not isinstance(loading, list) or len(cast("list[str]", loading)) > LOADING:
        raise SlackError(
            "invalid_arguments", [f"no more than {LOADING} items allowed [json-pointer:/loading_messages]"]
        )
    words = tuple(str(each) for each in cast("list[str]", loading))
    if any(not 1 <= len(word) <= LOADING_LENGTH for word in words):
        raise SlackError("invalid_arguments", ["must be less than 51 characters [json-pointer:/loading_messages/0]"])
    if any(call.arguments.text(name) for name in ("username", "icon_url", "icon_emoji")):
        call.need("chat:write.customize")
    key = _thread(call)
    call.backend.statuses.append(Status(call.backend.clock.now(), *key, call.arguments.text("status"), words))
    return {}


def set_title(call: Call) -> dict[str, Any]:
    """Name a thread in the pane's history."""
    title, key = call.arguments.required("title"), _thread(call)
    if key not in call.backend.threads:
        raise SlackError("invalid_thread_ts")
    call.backend.threads[key].title = title
    return {}


def set_prompts(call: Call) -> dict[str, Any]:
    """Suggest what a person may ask."""
    if not call.backend.app.agent:
        raise SlackError("not_agent_app")
    found = call.arguments.structure("prompts", "invalid_arguments")
    if not isinstance(found, list) or not found:
        raise missing("prompts")
    seen = Inspection()
    _PROMPTS(found, "/prompts", seen)
    if seen.problems:
        raise SlackError("invalid_arguments", seen.problems)
    thread = _suggesting(call)
    if thread is None:
        return {}
    thread.prompts, thread.prompts_title = cast("list[dict[str, str]]", found), call.arguments.text("title")
    call.backend.journal.changed()
    return {}


def _suggesting(call: Call) -> Thread | None:
    """The pane's thread, or what stands for the whole direct message; an agent's prompts of a thread are swallowed."""
    if call.arguments.text("thread_ts"):
        if not call.backend.app.pane:
            call.backend.journal.violate("prompts of a thread are never shown by an agent")
            return None
        if (key := _thread(call)) not in call.backend.threads:
            raise SlackError("invalid_thread_ts")
        return call.backend.threads[key]
    channel = call.channel("channel_id")
    if channel.kind != "im":
        raise SlackError("channel_not_found")
    return call.backend.threads.setdefault((channel.id, ""), Thread(channel.id, "", ""))


METHODS = {
    "assistant.threads.setStatus": method(
        set_status,
        "channel_id thread_ts status loading_messages username icon_url icon_emoji",
        scopes="chat:write assistant:write",
    ),
    "assistant.threads.setTitle": method(set_title, "channel_id thread_ts title", scopes="assistant:write", tier=4),
    "assistant.threads.setSuggestedPrompts": method(
        set_prompts, "channel_id thread_ts prompts title", scopes="assistant:write", tier=4
    ),
}
