"""What every kind of event is read with: what is known besides it, and the places and people it names. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from bots.fields import Fields, first, part, text
from conversation.message import Address, Author

CHANNEL = "slack"
NAME = "EverMynd"
"""What the app is called, and mentioned by."""

_LAST_SECOND = 1 << 33
_LONGEST_NAME = 128


@dataclass(frozen=True, slots=True)
class Person:
    """What Slack tells of a user: a name to show, and the tag of their language."""

    name: str
    language: str = ""


Kind = Literal["channel", "direct", "talk", "foreign"]
"""A talk is a direct message of several people; in a foreign one we are not."""


@dataclass(frozen=True, slots=True)
class Known:
    """What was learnt beside events: our user by workspace; people, kinds of conversations, and files, by workspace
    and id."""

    bots: Mapping[str, str] = field(default_factory=dict[str, str])
    people: Mapping[tuple[str, str], Person] = field(default_factory=dict[tuple[str, str], Person])
    kinds: Mapping[tuple[str, str], Kind] = field(default_factory=dict[tuple[str, str], Kind])
    files: Mapping[tuple[str, str], Fields] = field(default_factory=dict[tuple[str, str], Fields])


@dataclass(frozen=True, slots=True)
class Envelope:
    """Where an event came to: `account` is the workspace in which the app is installed, `me` our user there."""

    account: str
    me: str
    key: str
    known: Known
    now: datetime

    def name(self, user_id: str) -> str:
        """Give somebody's name, "" where it is not known."""
        found = self.known.people.get((self.account, user_id))
        return found.name if found else ""

    def author(self, user_id: str, name: str = "") -> Author:
        """Give somebody as the author of what they did."""
        found = self.known.people.get((self.account, user_id))
        return Author(user_id, shown(found.name if found else name), found.language if found else "")


def opened(event: Fields, known: Known, now: datetime) -> Envelope:
    """Read the envelope of an event: in a shared channel, its authorization tells the workspace that is ours."""
    ours = first(event, "authorizations")
    account = text(ours, "team_id") or text(event, "context_team_id") or text(event, "team_id")
    me = text(ours, "user_id") or known.bots.get(account, "")
    return Envelope(account, me, text(event, "event_id"), known, now)


def direct(channel: str) -> bool:
    """Tell whether an id is that of a direct message with the app."""
    return channel.startswith("D")


def address(account: str, channel: str, thread: str = "", parent_is_ours: bool = False) -> Address:
    """Give the address of a conversation: among others, each thread is one of its own.

    A direct message is one conversation, whatever thread its words stand in; where to answer is told by `via`. To an
    app that is an agent people write at the top level, and Slack streams an answer only as a reply to what was asked
    (https://docs.slack.dev/ai/migrating-to-agent-messaging): a conversation for each of these threads would forget with
    every question what was said before, and which coach a slash command chose, which Slack takes at the top level
    alone. A thread below a message of ours is another matter: the pane of older apps opens one for each new chat.
    """
    if direct(channel):
        if thread and parent_is_ours:
            return Address(CHANNEL, account, f"{channel}:{thread}")
        return Address(CHANNEL, account, channel, via=thread)
    if thread:
        return Address(CHANNEL, account, f"{channel}:{thread}", "thread")
    return Address(CHANNEL, account, channel, "group")


def shown(name: str) -> str:
    """Give a name on one line."""
    return " ".join(name.split())[:_LONGEST_NAME]


def person(profile: Fields) -> Person:
    """Read a user. https://docs.slack.dev/reference/objects/user-object"""
    details = part(profile, "profile")
    name = text(details, "display_name") or text(details, "real_name") or text(profile, "real_name")
    return Person(shown(name or text(profile, "name")), text(profile, "locale").replace("_", "-"))


def time_of(ts: str, now: datetime) -> datetime:
    """Give the time in a message's id; `now` where it is none."""
    seconds, _, rest = ts.partition(".")
    if not seconds.isdecimal() or not seconds.isascii() or (rest and not rest.isdecimal()):
        return now
    at = int(seconds[:12])
    return datetime.fromtimestamp(at, UTC) if 0 < at < _LAST_SECOND else now
