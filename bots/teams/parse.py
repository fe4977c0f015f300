"""Activities of Teams as messages, notices and feedback. Pure, and never raises: what it does not know is not for us.

https://learn.microsoft.com/microsoftteams/platform/bots/build-conversational-capability
https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/subscribe-to-conversation-events
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bots.fields import Fields, fields_of, part, parts, text, whole
from bots.teams.attachments import attachments_of
from bots.teams.cards import ACTION, CHOICE, FIELD, FORM
from bots.teams.places import address_of
from bots.teams.settings import TeamsSettings
from bots.teams.words import words_of
from conversation.message import Address, Author, Feedback, Message, Notice

CHANNEL_ID = "msteams"
START = "/start"
LIKES: Mapping[str, bool] = {
    "like": True, "heart": True, "laugh": True, "surprised": True, "plusOne": True, "sad": False, "angry": False,
}  # fmt: skip
"""What a reaction says of an answer; others say nothing."""

_LONGEST_NAME = 128

Heard = Message | Notice | Feedback


@dataclass(frozen=True, slots=True)
class _Envelope:
    """What every kind of activity is read with; `bots` are the ids of the bot itself."""

    activity: Fields
    address: Address
    bots: frozenset[str]
    now: datetime

    @property
    def key(self) -> str:
        """Name the activity, the same whenever it is brought again; an edit is another one each time."""
        kind, given = text(self.activity, "type"), text(self.activity, "id") or self._digest
        changes = kind.startswith("message") and kind != "message"
        edited = (text(self.activity, "timestamp") or self._digest) if changes else ""
        return f"{text(part(self.activity, 'conversation'), 'id')}:{given}:{kind}:{edited}"

    @property
    def _digest(self) -> str:
        whole_of_it = json.dumps(self.activity, sort_keys=True, default=str)
        return hashlib.sha256(whole_of_it.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def time(self) -> datetime:
        """Tell when it was done."""
        try:
            found = datetime.fromisoformat(text(self.activity, "timestamp"))
            return found.astimezone(UTC) if found.tzinfo and found.year > 1970 else self.now
        except (ValueError, OverflowError):
            return self.now


def parse(event: object, settings: TeamsSettings, now: datetime) -> Heard | None:
    """Read an activity; `now` stands in where it tells no time."""
    activity = fields_of(event)
    address = address_of(activity, settings.account)
    read = _KINDS.get(text(activity, "type"))
    if address is None or read is None or text(activity, "channelId") != CHANNEL_ID:
        return None
    if settings.tenant_id and address.account.lower() != settings.tenant_id.lower():
        return None  # a bot that serves one organisation alone
    bots = frozenset(filter(None, (settings.bot_id, text(part(activity, "recipient"), "id"))))
    return read(_Envelope(activity, address, bots, now))


def _message(envelope: _Envelope) -> Message | None:
    author = _author(envelope)
    if author is None:
        return None
    value = part(envelope.activity, "value")
    if ACTION in value:
        return _pressed(envelope, author, value)
    return _said(envelope, author, edits=False)


def _said(envelope: _Envelope, author: Author, *, edits: bool) -> Message | None:
    """Read words: in a group they are for us where they name us, in a thread perhaps where we take part, unless they
    name somebody else."""
    activity, address = envelope.activity, envelope.address
    words, attachments = words_of(activity, envelope.bots), attachments_of(activity)
    addressed = address.kind == "direct" or words.named or words.answers
    asked = "" if words.text or attachments or words.answers else words.quoted.lstrip("/ \n")
    if not addressed and (address.kind != "thread" or words.names_others):
        return None
    if not (words.text or attachments or asked or words.named):
        return None
    return Message(
        address=address,
        dedupe_key=envelope.key,
        author=author,
        text=words.text or asked,
        sent_at=envelope.time,
        attachments=attachments,
        native_id=text(activity, "id"),
        edits=edits,
        quoted="" if asked else words.quoted,
        addressed=addressed,
    )


def _pressed(envelope: _Envelope, author: Author, value: Fields) -> Message | None:
    """Read what was pressed, chosen or filled in on a card of ours."""
    action = text(value, ACTION) or text(value, CHOICE)
    if not action:
        return None
    given = [name for name in value if name.startswith(FIELD)] if FORM in value else []
    answers = {name.removeprefix(FIELD): _answer(value, name) for name in given}
    native_id = text(envelope.activity, "replyToId")
    return Message(
        envelope.address, envelope.key, author, "", envelope.time, action=action, native_id=native_id, fields=answers
    )


def _answer(value: Fields, name: str) -> str:
    number = whole(value, name)
    return text(value, name) if number is None else str(number)


def _changed(envelope: _Envelope) -> Message | None:
    author = _author(envelope)
    event = text(part(envelope.activity, "channelData"), "eventType")
    if author is None or event not in ("editMessage", "undeleteMessage"):
        return None
    return _said(envelope, author, edits=event == "editMessage")


def _deleted(envelope: _Envelope) -> Notice | None:
    event = text(part(envelope.activity, "channelData"), "eventType")
    native_id = text(envelope.activity, "id")
    if event != "softDeleteMessage" or not native_id or _author(envelope) is None:
        return None
    return Notice(envelope.address, envelope.key, "deleted", native_id=native_id)


def _asked(envelope: _Envelope) -> Heard | None:
    """Read an invoke: what was pressed or said of an answer; what is for the room alone is none of the core's."""
    author, value = _author(envelope), part(envelope.activity, "value")
    if author is None:
        return None
    match text(envelope.activity, "name"):
        case "adaptiveCard/action":
            return _pressed(envelope, author, part(part(value, "action"), "data"))
        case "message/submitAction" if text(value, "actionName") == "feedback":
            reaction = text(part(value, "actionValue"), "reaction")
            good = {"like": True, "dislike": False}.get(reaction)
            return _feedback(envelope, author, good) if good is not None else None
        case _:
            return None


def _reacted(envelope: _Envelope) -> Feedback | None:
    author = _author(envelope)
    if author is None:
        return None
    added = [LIKES.get(text(each, "type")) for each in parts(envelope.activity, "reactionsAdded")]
    removed = [each for each in parts(envelope.activity, "reactionsRemoved") if text(each, "type") in LIKES]
    good = next((each for each in added if each is not None), None)
    return _feedback(envelope, author, good) if good is not None or removed else None


def _feedback(envelope: _Envelope, author: Author, good: bool | None) -> Feedback | None:
    native_id = text(envelope.activity, "replyToId")
    return Feedback(envelope.address, envelope.key, author, native_id, good) if native_id else None


def _came_or_went(envelope: _Envelope) -> Notice | None:
    """Read who came and went: people do not matter, and where the bot came, its installation is told besides."""
    if _has(envelope, "membersAdded"):
        return Notice(envelope.address, envelope.key, "unblocked")
    return Notice(envelope.address, envelope.key, "blocked") if _has(envelope, "membersRemoved") else None


def _has(envelope: _Envelope, change: str) -> bool:
    return any(text(each, "id") in envelope.bots for each in parts(envelope.activity, change))


def _installed(envelope: _Envelope) -> Message | Notice | None:
    """Read an installation, which is greeted like somebody who says so, and its end."""
    author = _author(envelope)
    match text(envelope.activity, "action"):
        case "add" if author is not None:
            return Message(envelope.address, envelope.key, author, "", envelope.time, action=START)
        case "remove":
            return Notice(envelope.address, envelope.key, "blocked")
        case _:
            return None


_KINDS: dict[str, Callable[[_Envelope], Heard | None]] = {
    "message": _message,
    "messageUpdate": _changed,
    "messageDelete": _deleted,
    "messageReaction": _reacted,
    "invoke": _asked,
    "conversationUpdate": _came_or_went,
    "installationUpdate": _installed,
}


def _author(envelope: _Envelope) -> Author | None:
    """Tell who did this; bots are nobody. The directory's id counts, or else the one this bot knows them by."""
    sender = part(envelope.activity, "from")
    sender_id, known = text(sender, "id"), text(sender, "aadObjectId")
    if not (sender_id or known) or sender_id in envelope.bots or sender_id.startswith("28:"):
        return None
    if text(sender, "role").lower() in ("bot", "skill"):
        return None
    name = " ".join(text(sender, "name").split())[:_LONGEST_NAME]
    return Author(known or sender_id, name, text(envelope.activity, "locale"))
