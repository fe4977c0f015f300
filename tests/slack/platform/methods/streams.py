"""Streamed messages: chat.startStream, chat.appendStream and chat.stopStream.

https://docs.slack.dev/reference/methods/chat.startStream: at most 12,000 characters a call. Undocumented, as
observed: a stream ends by itself about five minutes after its start, whatever is appended
(https://github.com/slackapi/node-slack-sdk/issues/2702), a streamed message holds about 12,000 bytes in all
(https://github.com/CopilotKit/CopilotKit/pull/6064), and text and chunks do not go together.
"""

from __future__ import annotations

from typing import Any, cast

from ..blocks import check_blocks
from ..errors import SlackError, missing
from ..messages import Message
from ..people import Channel
from .chat import new_message, own_message, publish, reply_to
from .content import Content, customise, read_blocks, read_markdown_text, read_metadata
from .context import Call, method

HELD = 12_000
"""Bytes of Markdown in one streamed message."""
TASK_STATES = frozenset({"pending", "in_progress", "complete", "error"})


def start(call: Call) -> dict[str, Any]:
    """Begin a message that grows, as a reply to somebody's message."""
    channel, text = call.writable(), _text(call)
    if not call.arguments.text("thread_ts"):
        raise missing("thread_ts")
    _check_recipient(call, channel)
    message = new_message(call, channel, Content(text=" "))
    message.text, message.streaming, message.started = "", "in_progress", call.backend.clock.now()
    reply_to(call, channel, message)
    customise(call, message)
    _grow(message, text)
    call.backend.pace.message(channel.id)
    publish(call, channel, message)
    return {"channel": channel.id, "ts": message.ts}


def _check_recipient(call: Call, channel: Channel) -> None:
    if channel.direct:
        return
    if not call.arguments.text("recipient_user_id"):
        raise SlackError("missing_recipient_user_id")
    if not call.arguments.text("recipient_team_id"):
        raise SlackError("missing_recipient_team_id")
    if call.backend.user(call.arguments.text("recipient_user_id")).team_id != call.arguments.text("recipient_team_id"):
        call.backend.journal.violate("recipient_team_id is not the recipient's team")


def _streamed(call: Call, channel: Channel) -> Message:
    message = own_message(call, channel, "message_not_owned_by_app")
    if message.streaming == "stopped":
        raise SlackError("stopped_by_user")
    if not call.backend.streaming(message):
        raise SlackError("message_not_in_streaming_state")
    return message


def append(call: Call) -> dict[str, Any]:
    """Add to the end of a streaming message."""
    channel = call.channel()
    message, text = _streamed(call, channel), _text(call)
    if not text and not call.arguments.has("chunks"):
        raise SlackError("no_text")
    _grow(message, text)
    call.backend.note_reading(message)
    return {"channel": channel.id, "ts": message.ts}


def stop(call: Call) -> dict[str, Any]:
    """End a stream: from now on it is an ordinary message, with blocks below its text."""
    channel = call.channel()
    message, text = _streamed(call, channel), _text(call)
    blocks, metadata = read_blocks(call, too_many="msg_blocks_too_many"), read_metadata(call)
    if not (message.markdown + text).strip() and not blocks:
        raise SlackError("no_text")
    before = call.backend.world.message_json(message)
    _grow(message, text)
    message.blocks, message.metadata, message.streaming = blocks, metadata or {}, "completed"
    if (channel.id, message.thread_ts) in call.backend.sessions:
        call.backend.sessions[channel.id, message.thread_ts] = call.arguments.text("session_status") or "active"
    call.backend.note_reading(message)
    call.backend.publish_soon(call.backend.changed_event(message, before, "message_changed"), channel)
    fields = call.backend.world.message_json(message, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": fields}


def _grow(message: Message, text: str) -> None:
    if len((message.markdown + text).encode()) > HELD:
        raise SlackError("msg_too_long")
    message.markdown += text
    message.text = message.markdown


def _text(call: Call) -> str:
    """The Markdown of a call, from its text or its chunks."""
    written, chunks = read_markdown_text(call), call.arguments.structure("chunks", "invalid_chunks")
    if chunks is None:
        return written
    if written:
        raise SlackError("invalid_arguments", ["markdown_text and chunks cannot be used together"])
    if not isinstance(chunks, list):
        raise SlackError("invalid_chunks")
    return "".join(_chunk(each) for each in cast("list[dict[str, Any]]", chunks))


def _chunk(chunk: dict[str, Any]) -> str:
    match chunk.get("type"):
        case "markdown_text" if isinstance(chunk.get("text"), str):
            return chunk["text"]
        case "blocks" if check_blocks(chunk.get("blocks"), too_many="msg_blocks_too_many"):
            return ""
        case "plan_update" if isinstance(chunk.get("title"), str):
            return ""
        case "task_update" if chunk.get("id") and chunk.get("title") and chunk.get("status") in TASK_STATES:
            return ""
        case _:
            raise SlackError("invalid_chunks")


METHODS = {
    "chat.startStream": method(
        start,
        "channel thread_ts markdown_text chunks recipient_user_id recipient_team_id task_display_mode username"
        " icon_url icon_emoji",
        scopes="chat:write",
        tier=2,
    ),
    "chat.appendStream": method(append, "channel ts markdown_text chunks", scopes="chat:write", tier=4),
    "chat.stopStream": method(
        stop, "channel ts markdown_text chunks blocks metadata session_status", scopes="chat:write", tier=2
    ),
}
