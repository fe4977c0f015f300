"""Updates of the Bot API as messages, notices and feedback.

Pure, and never raises: what it does not know is not for us. The updates are read as the JSON they
come in, because a webhook is answered within milliseconds.
https://core.telegram.org/bots/api#update
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bots.fields import Fields, fields_of, part, parts, text, true, whole
from bots.telegram.addressing import Me, pointed_at, quoted_in, said_in_private, said_to, words_of
from bots.telegram.attachments import attachments_of
from bots.telegram.places import chat_of
from bots.telegram.reactions import judged
from conversation.message import Address, Attachment, Author, Feedback, Message, Notice

CHANNEL = "telegram"
ALLOWED = (
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "message_reaction",
    "stopped_message_generation",
)
"""The kinds of updates we ask Telegram for; reactions come only when named here, and in a group to admins alone."""
STOP = "/stop"
"""What pressing Stop at a draft is as good as saying."""

Heard = Message | Notice | Feedback

_LONGEST_NAME = 128
_LAST_SECOND = 1 << 33
_GONE = ("left", "kicked")


@dataclass(frozen=True, slots=True)
class _Envelope:
    """What every kind of update is read with."""

    key: str
    me: Me
    now: datetime


def parse(update: object, me: Me, now: datetime) -> Heard | None:
    """Read an update; `now` stands in where Telegram tells no time, as with buttons."""
    fields = fields_of(update)
    update_id = whole(fields, "update_id")
    if update_id is None:
        return None
    for kind, read in _KINDS.items():
        if content := part(fields, kind):
            return read(_Envelope(str(update_id), me, now), content)
    return None


def callback_of(update: object) -> str:
    """Give the id under which a pressed button waits for an answer; "" for any other update."""
    return text(part(fields_of(update), "callback_query"), "id")


def _written(envelope: _Envelope, message: Fields) -> Message | Notice | None:
    address = _address(envelope.me, message)
    if address is None:
        return None
    if moved_to := whole(message, "migrate_to_chat_id"):
        return Notice(address, envelope.key, "moved", str(moved_to))
    return _message(envelope, address, message, "date")


def _rewritten(envelope: _Envelope, message: Fields) -> Message | None:
    address = _address(envelope.me, message)
    if address is None or "location" in message:  # a shared place is edited at every step
        return None
    return _message(envelope, address, message, "edit_date")


def _message(envelope: _Envelope, address: Address, message: Fields, dated: str) -> Message | None:
    me, author = envelope.me, _author(message)
    attachments = tuple(_held_by(me, file) for file in attachments_of(message))
    if author is None or not _may_speak(address, author) or not (words_of(message) or attachments):
        return None
    if whole(part(message, "via_bot"), "id") == me.id:
        return None
    said = said_in_private(me, message) if address.kind == "direct" else said_to(me, message)
    if said is None:
        return None
    asked = "" if said or attachments else pointed_at(me, message)
    return Message(
        address=address,
        dedupe_key=envelope.key,
        author=author,
        text=said or asked,
        sent_at=_time(whole(message, dated), envelope.now),
        attachments=attachments,
        native_id=str(whole(message, "message_id") or ""),
        edits=dated == "edit_date",
        album=text(message, "media_group_id"),
        quoted="" if asked else quoted_in(message),
        by_admin=_speaks_as_the_group(message),
    )


def _pressed(envelope: _Envelope, query: Fields) -> Message | None:
    message, value = part(query, "message"), text(query, "data")
    address, author = _address(envelope.me, message), _author(query)
    if address is None or author is None or not _may_speak(address, author) or not value:
        return None
    native_id = str(whole(message, "message_id") or "")
    return Message(address, envelope.key, author, "", envelope.now, action=value, native_id=native_id)


def _membership(envelope: _Envelope, change: Fields) -> Notice | None:
    address = _address(envelope.me, change)
    if address is None or not part(change, "new_chat_member"):
        return None
    if _is_gone(part(change, "new_chat_member")):
        return Notice(address, envelope.key, "blocked")
    return Notice(address, envelope.key, "unblocked") if _is_gone(part(change, "old_chat_member")) else None


def _reacted(envelope: _Envelope, change: Fields) -> Feedback | None:
    """Read what somebody thinks of a message; whose message it is stands in no reaction.

    A reaction does not tell the topic either, so its address is that of the whole group.
    https://core.telegram.org/bots/api#messagereactionupdated
    """
    address = _address(envelope.me, change)
    user, message_id = part(change, "user"), whole(change, "message_id")
    author = _author({"from": user}) if user else None
    if address is None or author is None or not _may_speak(address, author) or message_id is None:
        return None
    before, now = judged(parts(change, "old_reaction")), judged(parts(change, "new_reaction"))
    if before is None and now is None:
        return None
    return Feedback(address, envelope.key, author, str(message_id), now)


def _stopped(envelope: _Envelope, stop: Fields) -> Message | None:
    """Read that somebody pressed Stop at a draft, which only the person of a private chat can do.

    https://core.telegram.org/bots/api#messagegenerationstopped
    """
    chat = part(stop, "chat")
    address = _address(envelope.me, {**stop, "is_topic_message": True})
    author = _author({"from": chat})
    if address is None or address.kind != "direct" or author is None:
        return None
    return Message(address, envelope.key, author, "", envelope.now, action=STOP)


_KINDS: dict[str, Callable[[_Envelope, Fields], Heard | None]] = {
    "message": _written,
    "edited_message": _rewritten,
    "callback_query": _pressed,
    "my_chat_member": _membership,
    "message_reaction": _reacted,
    "stopped_message_generation": _stopped,
}


def _held_by(me: Me, file: Attachment) -> Attachment:
    """Note which bot a file was sent to: its id there means nothing to another one."""
    return replace(file, remote=f"{me.id}:{file.remote}") if file.remote else file


def _is_gone(member: Fields) -> bool:
    status = text(member, "status")
    return status in _GONE or (status == "restricted" and member.get("is_member") is False)


def _address(me: Me, message: Fields) -> Address | None:
    """Tell where this was said; a topic is a conversation of its own, a channel is none."""
    chat = part(message, "chat")
    chat_id, kind = whole(chat, "id"), text(chat, "type")
    if chat_id is None or kind not in ("private", "group", "supergroup"):
        return None
    topic = whole(message, "message_thread_id") if true(message, "is_topic_message") else None
    place = f"{chat_id}:{topic}" if topic else str(chat_id)
    if kind == "private":
        return Address(CHANNEL, str(me.id), place)
    return Address(CHANNEL, str(me.id), place, "thread" if topic else "group")


def _author(of: Fields) -> Author | None:
    """Tell who did this; bots, and what a linked channel posts by itself, are nobody.

    Somebody who speaks as a group or a channel is known by that chat alone.
    """
    speaker, person = part(of, "sender_chat"), part(of, "from")
    if (chat_id := whole(speaker, "id")) is not None:
        return None if true(of, "is_automatic_forward") else Author(str(chat_id), _shown(text(speaker, "title")))
    user_id = whole(person, "id")
    if user_id is None or true(person, "is_bot"):
        return None
    name = f"{text(person, 'first_name')} {text(person, 'last_name')}"
    return Author(str(user_id), _shown(name), text(person, "language_code"))


def _may_speak(address: Address, author: Author) -> bool:
    """Tell whether this author can be heard there: a private chat has the id of the one person in it."""
    return address.kind != "direct" or author.external_id == str(chat_of(address))


def _shown(name: str) -> str:
    return " ".join(name.split())[:_LONGEST_NAME]


def _speaks_as_the_group(message: Fields) -> bool:
    """Tell whether this is an administrator who stays anonymous: only they speak as the group itself."""
    speaker = whole(part(message, "sender_chat"), "id")
    return speaker is not None and speaker == whole(part(message, "chat"), "id")


def _time(seconds: int | None, now: datetime) -> datetime:
    return datetime.fromtimestamp(seconds, UTC) if seconds and 0 < seconds < _LAST_SECOND else now
