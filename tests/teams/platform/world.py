"""Everything there is: people, chats, teams and messages, and the ids they go by."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from .errors import ApiError, activity_not_found, blocked, conversation_not_found, disabled, not_in_roster

Kind = Literal["personal", "groupChat", "channel"]
THREAD = ";messageid="


def derived(text: str) -> UUID:
    """An id that is the same for the same words."""
    return uuid5(NAMESPACE_URL, f"teams.example.com/{text}")


def _long(text: str, length: int) -> str:
    raw = hashlib.shake_256(text.encode()).digest(length)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Account:
    """A person or a bot, as an activity names it."""

    id: str
    name: str
    aad_object_id: str = ""

    def to_json(self) -> dict[str, Any]:
        """As the platform writes it."""
        fields = {"id": self.id, "name": self.name}
        return fields | {"aadObjectId": self.aad_object_id} if self.aad_object_id else fields


@dataclass(slots=True)
class Team:
    """A team; its General channel goes by the team's id."""

    id: str
    name: str
    group_id: str
    channels: list[str] = field(default_factory=list[str])


@dataclass(slots=True)
class Chat:
    """A place where people and the bot write; a channel's threads are told apart by their first message."""

    id: str
    kind: Kind
    name: str = ""
    members: list[str] = field(default_factory=list[str])
    team: Team | None = None
    bot_in: bool = True
    blocked: bool = False

    def conversation(self, root: str = "") -> str:
        """The conversation id of the chat, or of one of its threads."""
        return f"{self.id}{THREAD}{root}" if root else self.id


@dataclass(slots=True)
class Message:
    """One message: the activity it was made of, and what became of it."""

    id: str
    chat_id: str
    sender: str
    at: float
    activity: dict[str, Any]
    root: str = ""
    """In a channel: the first message of its thread, itself for that one."""
    reply_to: str = ""
    edits: int = 0
    deleted: bool = False
    split: bool = False
    """Whether it is one of several that a single activity became; the bot was never told its id."""


@dataclass(slots=True)
class World:
    """The state of the platform, as one bot meets it."""

    bot: Account
    tenant_id: str
    now: Callable[[], float] = time.time
    people: dict[str, Account] = field(default_factory=dict[str, Account])
    chats: dict[str, Chat] = field(default_factory=dict[str, Chat])
    teams: dict[str, Team] = field(default_factory=dict[str, Team])
    messages: dict[tuple[str, str], Message] = field(default_factory=dict[tuple[str, str], Message])
    events: set[str] = field(default_factory=set[str])
    """Ids of activities that are no messages, such as invokes; the bot may reply to them."""
    disabled: bool = False
    """Whether the tenant's administrator switched the bot off."""
    _last: int = 0

    # Making

    def add_person(self, name: str) -> tuple[Account, Chat]:
        """A person, and the personal chat in which they may meet the bot."""
        if name in {person.name for person in self.people.values()}:
            raise ValueError(f"there is a {name} already")
        person = self.namesake(name)
        chat = Chat(f"a:1{_long(person.id, 60)}", "personal", members=[person.id])
        self.chats[chat.id] = chat
        return person, chat

    def namesake(self, name: str) -> Account:
        """A person of that name, however many have it."""
        number = len(self.people)
        person = Account(f"29:1{_long(f'{name}{number}', 48)}", name, str(derived(f"person/{name}/{number}")))
        self.people[person.id] = person
        return person

    def add_group(self, name: str, members: list[str]) -> Chat:
        """A group chat with the bot in it."""
        chat = Chat(f"19:{derived(f'group/{name}').hex}@thread.v2", "groupChat", name, members)
        self.chats[chat.id] = chat
        return chat

    def add_channel(self, team: str, name: str, members: list[str]) -> Chat:
        """A channel of a team that has the bot; the team is made when it is new."""
        house = self.teams.get(team)
        if house is None:
            house = Team(f"19:{derived(f'team/{team}').hex}@thread.tacv2", team, str(derived(f"aad/{team}")))
            self.teams[team] = house
        own = house.id if name == "General" else f"19:{derived(f'channel/{team}/{name}').hex}@thread.tacv2"
        chat = Chat(own, "channel", name, members, house)
        house.channels.append(own)
        self.chats[own] = chat
        return chat

    # Finding

    def personal(self, person_id: str) -> Chat:
        """The chat of one person with the bot."""
        return next(chat for chat in self.chats.values() if chat.kind == "personal" and person_id in chat.members)

    def chat(self, conversation: str) -> tuple[Chat, str]:
        """The chat of a conversation id, and the thread in it."""
        own, _, root = conversation.partition(THREAD)
        chat = self.chats.get(own)
        if chat is None or (root and chat.kind != "channel"):
            raise conversation_not_found()
        if root and (chat.id, root) not in self.messages:
            raise conversation_not_found()
        return chat, root

    def reachable(self, conversation: str) -> tuple[Chat, str]:
        """The chat and thread a bot may act in, or the service's refusal."""
        chat, root = self.chat(conversation)
        refusal = self._closed(chat)
        if refusal is not None:
            raise refusal
        return chat, root

    def _closed(self, chat: Chat) -> ApiError | None:
        if self.disabled:
            return disabled()
        if not chat.bot_in:
            return not_in_roster()
        return blocked() if chat.blocked else None

    def find(self, chat: Chat, message_id: str) -> Message:
        """A message that is still there, or the service's refusal."""
        message = self.messages.get((chat.id, message_id))
        if message is None or message.deleted:
            raise activity_not_found()
        return message

    def account(self, account_id: str) -> Account | None:
        """Whoever goes by this id or directory id."""
        if account_id == self.bot.id:
            return self.bot
        found = self.people.get(account_id)
        return found or next((each for each in self.people.values() if each.aad_object_id == account_id), None)

    def in_chat(self, chat_id: str) -> list[Message]:
        """All messages of a chat, deleted ones too, oldest first."""
        return [message for (place, _), message in self.messages.items() if place == chat_id]

    # Messages

    def next_id(self) -> str:
        """Ids of messages are milliseconds, and never the same twice."""
        self._last = max(self._last + 1, int(self.now() * 1000))
        return str(self._last)

    def post(self, chat: Chat, sender: str, activity: dict[str, Any], *, root: str = "", reply_to: str = "") -> Message:
        """Put a message into a chat; without a thread it opens one in a channel."""
        own = self.next_id()
        thread = (root or own) if chat.kind == "channel" else ""
        message = Message(own, chat.id, sender, self.now(), activity, thread, reply_to)
        self.messages[chat.id, own] = message
        return message

    def stamp(self) -> str:
        """This moment as activities write it."""
        moment = datetime.fromtimestamp(self.now(), UTC)
        return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06d}Z"
