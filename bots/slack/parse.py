"""Slack's payloads as messages and notices. Pure, and never raises: what it does not know is not for us.

They are read as the JSON they come in: events, interactions and slash commands, by whichever way they came.
https://docs.slack.dev/apis/events-api and https://docs.slack.dev/reference/events/message
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from bots.fields import Fields, fields_of, items_of, part, text
from bots.slack import words
from bots.slack.attachments import attachments_of, shared_in
from bots.slack.interactions import from_command, from_interaction
from bots.slack.reading import CHANNEL, NAME, Envelope, Known, address, direct, opened, time_of
from conversation.message import Address, Attachment, Feedback, Message, Notice

_SAID = ("", "file_share", "thread_broadcast", "me_message", "message_share")
"""Kinds of messages that somebody wrote; all others are noise."""
_TYPED = re.compile(rf"\s*@{NAME}[\s,:]+(?=/)", re.IGNORECASE)
"""Our name before a command where it was pasted, and so is no mention."""
_QUOTED = 4000
"""Characters of what was forwarded that are kept beside what is said to it."""
_SLACKBOT = "USLACKBOT"


def parse(event: object, known: Known, now: datetime) -> Message | Notice | Feedback | None:
    """Read a payload; `now` stands in where Slack tells no time, as with buttons."""
    fields = fields_of(event)
    if "command" in fields:
        return from_command(fields, known, now)
    if text(fields, "type") != "event_callback":
        return from_interaction(fields, known, now)
    content = part(fields, "event")
    read = _KINDS.get(text(content, "type"))
    envelope = opened(fields, known, now)
    return read(envelope, content) if read and envelope.account and envelope.key else None


def uninstalled(heard: object) -> str:
    """Give the workspace out of which the app was taken, "" for anything else that was heard."""
    return heard.address.account if isinstance(heard, Notice) and heard.kind == "uninstalled" else ""


def _message(envelope: Envelope, event: Fields) -> Message | Notice | None:
    subtype = text(event, "subtype")
    if subtype == "message_deleted":
        return _deleted(envelope, event, text(event, "deleted_ts"))
    if subtype == "message_changed":
        return _changed(envelope, event)
    return _said(envelope, event, event, edits=False)


def _said(envelope: Envelope, event: Fields, message: Fields, *, edits: bool) -> Message | None:
    """Read what somebody wrote, in a direct message or to us among others."""
    channel, ts, user = text(event, "channel"), text(message, "ts"), text(message, "user")
    if not (channel and ts) or not _somebody(envelope, message) or text(message, "subtype") not in _SAID:
        return None
    own, shared, files = _words(envelope, message), _shared(envelope, message), _files(envelope, message)
    said = own or shared.lstrip("/ \n")  # what somebody forwards is no command of theirs
    place = _place(envelope, event, message)
    addressed = _addressed(envelope, channel, message)
    if not (said or files) or place is None or addressed is None:
        return None
    return Message(
        address=place,
        dedupe_key=envelope.key if edits else f"{envelope.account}:{channel}:{ts}",
        author=envelope.author(user),
        text=said,
        sent_at=time_of(ts, envelope.now),
        attachments=files,
        native_id=ts,
        edits=edits,
        quoted=shared[:_QUOTED] if own else "",
        addressed=addressed,
    )


def _words(envelope: Envelope, message: Fields) -> str:
    """Give what somebody wrote themselves, without our name."""
    return _TYPED.sub("", words.read(text(message, "text"), envelope.me, envelope.name), count=1)


def _shared(envelope: Envelope, message: Fields) -> str:
    """Give what somebody forwarded."""
    shares = (text(each, "text") or text(each, "fallback") for each in shared_in(message))
    return "\n\n".join(filter(None, (words.read(each, envelope.me, envelope.name) for each in shares)))


def _files(envelope: Envelope, message: Fields) -> tuple[Attachment, ...]:
    """Give the files of a message, and of those that it forwards."""
    holders, known = (message, *shared_in(message)), envelope.known
    return tuple(file for holder in holders for file in attachments_of(holder, envelope.account, known.files))


def _somebody(envelope: Envelope, message: Fields) -> bool:
    """Tell whether a person wrote this: no bot, and not we."""
    user = text(message, "user")
    return bool(user) and user not in (envelope.me, _SLACKBOT) and not text(message, "bot_id")


def _addressed(envelope: Envelope, channel: str, message: Fields) -> bool | None:
    """Tell whether this is said to us; False if it is heard only where we take part, None if it is not for us."""
    said, thread = text(message, "text"), text(message, "thread_ts")
    if direct(channel) or words.names(said, envelope.me):
        return True
    if not thread or thread == text(message, "ts") or words.calls(said):
        return None
    return bool(envelope.me) and text(message, "parent_user_id") == envelope.me


def _place(envelope: Envelope, event: Fields, message: Fields) -> Address | None:
    """Tell where this was said: what is said to us at the top level is answered in a thread below it."""
    channel, ts = text(event, "channel"), text(message, "ts")
    thread = text(message, "thread_ts")
    thread = "" if thread == ts else thread
    ours = bool(thread and envelope.me) and text(message, "parent_user_id") == envelope.me
    if not thread and not _is_talk(envelope, event):
        thread = ts
    return address(envelope.account, channel, thread, ours)


def _is_talk(envelope: Envelope, event: Fields) -> bool:
    """Tell whether this is a direct message of several people, which is one conversation."""
    kind = text(event, "channel_type")
    known = envelope.known.kinds.get((envelope.account, text(event, "channel")))
    return kind == "mpim" if kind else known == "talk"


def _changed(envelope: Envelope, event: Fields) -> Message | Notice | None:
    """Read a later wording; that a link was unfurled or a reply counted changes no words."""
    message, before = part(event, "message"), part(event, "previous_message")
    if text(message, "subtype") == "tombstone":
        return _deleted(envelope, event, text(message, "ts"))
    if text(message, "text") == text(before, "text") and message.get("files") == before.get("files"):
        return None
    return _said(envelope, event, message, edits=True)


def _deleted(envelope: Envelope, event: Fields, ts: str) -> Notice | None:
    before = part(event, "previous_message")
    if not ts or not text(event, "channel") or (before and not _somebody(envelope, before)):
        return None
    place = _place(envelope, event, {**before, "ts": ts})
    return Notice(place, envelope.key, "deleted", native_id=ts) if place else None


def _started(envelope: Envelope, event: Fields) -> Message | None:
    """Greet who opens a new thread of the assistant. https://docs.slack.dev/reference/events/assistant_thread_started"""
    thread = part(event, "assistant_thread")
    user, channel, ts = text(thread, "user_id"), text(thread, "channel_id"), text(thread, "thread_ts")
    if not (user and channel and ts):
        return None
    place = address(envelope.account, channel, ts, parent_is_ours=True)
    return Message(place, envelope.key, envelope.author(user), "", envelope.now, action="/start")


def _looked(envelope: Envelope, event: Fields) -> Message | None:
    """Greet who opens our messages for the first time; Slack tells of it each time, so that the key stays the same.

    https://docs.slack.dev/reference/events/app_home_opened
    """
    user, channel = text(event, "user"), text(event, "channel")
    if not (user and direct(channel)) or text(event, "tab") != "messages":
        return None
    place, key = address(envelope.account, channel), f"{envelope.account}:{channel}:opened"
    return Message(place, key, envelope.author(user), "", envelope.now, action="/start")


def _stopped(envelope: Envelope, event: Fields) -> Message | None:
    """Heed Slack's own Stop. https://docs.slack.dev/reference/events/agent_session_stopped"""
    user, channel, thread = text(event, "user"), text(event, "channel"), text(event, "thread_ts")
    if not (user and channel and thread):
        return None
    place = address(envelope.account, channel, thread)
    return Message(place, envelope.key, envelope.author(user), "", envelope.now, action="/stop")


def _left(envelope: Envelope, event: Fields) -> Notice | None:
    return _membership(envelope, event, "blocked")


def _joined(envelope: Envelope, event: Fields) -> Notice | None:
    return _membership(envelope, event, "unblocked")


def _membership(envelope: Envelope, event: Fields, kind: str) -> Notice | None:
    """Heed that we were taken out of a channel, or let in."""
    channel = text(event, "channel")
    if not channel or not envelope.me or text(event, "user") not in (envelope.me, ""):
        return None
    where = Address(CHANNEL, envelope.account, channel, "group")
    return Notice(where, envelope.key, "blocked" if kind == "blocked" else "unblocked")


def _uninstalled(envelope: Envelope, event: Fields) -> Notice:
    return Notice(Address(CHANNEL, envelope.account, ""), envelope.key, "uninstalled")


def _revoked(envelope: Envelope, event: Fields) -> Notice | None:
    """Heed that the bot's token is none any more; those of people are not ours."""
    return _uninstalled(envelope, event) if items_of(part(event, "tokens").get("bot")) else None


_KINDS: dict[str, Callable[[Envelope, Fields], Message | Notice | None]] = {
    "message": _message,
    "app_mention": _message,
    "app_home_opened": _looked,
    "assistant_thread_started": _started,
    "agent_session_stopped": _stopped,
    "member_left_channel": _left,
    "channel_left": _left,
    "group_left": _left,
    "member_joined_channel": _joined,
    "app_uninstalled": _uninstalled,
    "tokens_revoked": _revoked,
}
