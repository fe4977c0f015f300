"""The assistant pane: status, title and suggested prompts of a thread.

A page each under https://docs.slack.dev/reference/methods/assistant.threads.*.
"""

from __future__ import annotations

from typing import Any, cast

from ..backend import Status
from ..errors import SlackError, missing
from .context import Call, method

PROMPTS = 4
"""https://docs.slack.dev/ai/developing-ai-apps: prompts shown at once."""
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
    prompts = cast("list[dict[str, str]]", found)
    if len(prompts) > PROMPTS:
        raise SlackError("invalid_arguments", [f"no more than {PROMPTS} items allowed [json-pointer:/prompts]"])
    for place, prompt in enumerate(prompts):
        if not prompt.get("title") or not prompt.get("message"):
            raise SlackError("invalid_arguments", [f"missing required field: title [json-pointer:/prompts/{place}]"])
    key = _thread(call)
    if key not in call.backend.threads:
        raise SlackError("invalid_thread_ts")
    thread = call.backend.threads[key]
    thread.prompts, thread.prompts_title = prompts, call.arguments.text("title")
    return {}


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
