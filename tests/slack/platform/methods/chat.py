"""Posting, editing and deleting messages; a page each under https://docs.slack.dev/reference/methods/chat.*."""

from __future__ import annotations

from typing import Any

from ..errors import SlackError, missing
from ..messages import Message
from ..people import Channel
from .content import TRUNCATED, UPDATED, Content, content_of, customise, cut, read_metadata
from .context import Call, method

POSTED = "channel text blocks attachments markdown_text thread_ts username icon_url icon_emoji link_names parse as_user"
MORE = "metadata mrkdwn reply_broadcast unfurl_links unfurl_media current_draft_last_updated_ts"


def new_message(call: Call, channel: Channel, content: Content) -> Message:
    """A message of the app, not posted yet."""
    bot, world = call.bot, call.backend.world
    message = Message(channel.id, call.backend.clock.stamp(), call.team.team_id, bot.id, cut(call, content.text))
    message.bot_id, message.app_id, message.bot_name = bot.bot_id, world.app.app_id, world.app.name
    message.blocks, message.attachments = content.blocks, content.attachments
    message.markdown, message.text = content.markdown, message.text or content.markdown
    message.mrkdwn = call.arguments.text("mrkdwn").lower() not in {"false", "0"}
    return message


def reply_to(call: Call, channel: Channel, message: Message) -> None:
    """Put a message in a thread; the `ts` of a reply leads to the thread it is in."""
    wanted = call.arguments.text("thread_ts")
    if not wanted:
        return
    parent = call.backend.world.find(channel.id, wanted)
    if parent is None:
        call.backend.journal.violate(f"thread_ts {wanted} is no message of {channel.id}")
    elif parent.in_thread:
        call.backend.journal.violate(f"thread_ts {wanted} is a reply, not the message that opened the thread")
        wanted = parent.thread_ts
    message.thread_ts = wanted
    message.broadcast = call.arguments.flag("reply_broadcast")


def post_message(call: Call) -> dict[str, Any]:
    """Post a message, and let its event come back to the app."""
    channel = call.writable()
    content, metadata = content_of(call), read_metadata(call)
    message = new_message(call, channel, content)
    reply_to(call, channel, message)
    customise(call, message)
    message.metadata = metadata or {}
    _link_names(call, message)
    call.backend.pace.message(channel.id)
    publish(call, channel, message)
    fields = call.backend.world.message_json(message, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": fields} | _warnings(call)


def _warnings(call: Call) -> dict[str, Any]:
    """What Slack says beside a message it took: https://docs.slack.dev/reference/methods/chat.postMessage#warnings."""
    found: list[str] = []
    if len(call.arguments.text("text")) > TRUNCATED:
        found.append("message_truncated")
    if call.arguments.has("blocks") and not call.arguments.text("text"):
        found.append("missing_text_in_message")
    return {"warning": ",".join(found), "response_metadata": {"warnings": found}} if found else {}


def publish(call: Call, channel: Channel, message: Message) -> None:
    """Put a message of the app where people see it."""
    call.backend.world.post(message)
    call.backend.note_reading(message)
    call.backend.publish_soon(call.backend.message_event(message), channel)


def _link_names(call: Call, message: Message) -> None:
    """https://docs.slack.dev/messaging/formatting-message-text#automatic-parsing: names become mentions."""
    if call.arguments.text("parse") == "full" or call.arguments.flag("link_names"):
        for word in ("channel", "here", "everyone"):
            message.text = message.text.replace(f"@{word}", f"<!{word}>")


def post_ephemeral(call: Call) -> dict[str, Any]:
    """Post what only one person sees, and nobody can edit."""
    channel, user = call.writable(), call.arguments.required("user")
    content = content_of(call)
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    message = new_message(call, channel, content)
    message.only_for = user
    reply_to(call, channel, message)
    customise(call, message)
    call.backend.world.post(message)
    call.backend.note_reading(message)
    return {"message_ts": message.ts}


def own_message(call: Call, channel: Channel, error: str) -> Message:
    """A message of the app, named by `ts`."""
    message = call.backend.world.existing(channel.id, call.arguments.required("ts"))
    if message.bot_id != call.team.bot_id:
        raise SlackError(error)
    return message


def update(call: Call) -> dict[str, Any]:
    """Change a message; parts that are not named stay as they are, blocks too."""
    channel = call.channel()
    message = own_message(call, channel, "cant_update_message")
    if channel.archived:
        raise SlackError("is_inactive")
    if call.backend.streaming(message):
        raise SlackError("streaming_state_conflict")
    if len(call.arguments.text("text")) > UPDATED:
        raise SlackError("msg_too_long")
    content, metadata = content_of(call), read_metadata(call)
    before = call.backend.world.message_json(message)
    _change(call, message, content)
    message.metadata = message.metadata if metadata is None else metadata
    message.edited_at = call.backend.clock.stamp()
    call.backend.note_reading(message)
    call.backend.publish_soon(call.backend.changed_event(message, before, "message_changed"), channel)
    fields = call.backend.world.message_json(message, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": fields}


def _change(call: Call, message: Message, content: Content) -> None:
    if content.markdown:
        message.markdown, message.text, message.blocks = content.markdown, content.markdown, []
    elif call.arguments.has("text"):
        message.markdown, message.text = "", content.text
    if call.arguments.has("blocks"):
        message.markdown, message.blocks = "", content.blocks
    if call.arguments.has("attachments"):
        message.attachments = content.attachments


def delete(call: Call) -> dict[str, Any]:
    """Take a message away."""
    channel = call.channel()
    message = own_message(call, channel, "cant_delete_message")
    before = call.backend.world.message_json(message)
    message.deleted = True
    call.backend.publish_soon(call.backend.changed_event(message, before, "message_deleted"), channel)
    return {"channel": channel.id, "ts": message.ts}


def add_reaction(call: Call) -> dict[str, Any]:
    """Let the app react: https://docs.slack.dev/reference/methods/reactions.add."""
    channel, name = call.channel(), call.arguments.required("name")
    if not call.arguments.text("timestamp"):
        raise missing("timestamp")
    if not name.replace("_", "").replace("-", "").replace("+", "").isalnum():
        raise SlackError("invalid_name")
    message = call.backend.world.existing(channel.id, call.arguments.text("timestamp"))
    users = message.reactions.setdefault(name, [])
    if call.bot.id in users:
        raise SlackError("already_reacted")
    users.append(call.bot.id)
    return {}


METHODS = {
    "chat.postMessage": method(post_message, f"{POSTED} {MORE}", scopes="chat:write"),
    "chat.postEphemeral": method(post_ephemeral, f"{POSTED} user", scopes="chat:write", tier=4),
    "chat.update": method(
        update,
        "channel ts text blocks attachments markdown_text metadata link_names parse as_user reply_broadcast file_ids",
        scopes="chat:write",
        tier=3,
    ),
    "chat.delete": method(delete, "channel ts as_user", scopes="chat:write", tier=3),
    "reactions.add": method(add_reaction, "channel name timestamp", scopes="reactions:write", tier=3),
}
