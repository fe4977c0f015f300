"""Who there is: users, chats, and what they are to each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

ChatKind = Literal["private", "group", "supergroup", "channel"]
Status = Literal["creator", "administrator", "member", "restricted", "left", "kicked"]

PRESENT = frozenset({"creator", "administrator", "member", "restricted"})


@dataclass(frozen=True, slots=True)
class User:
    """A person, or the bot."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    is_bot: bool = False

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def to_json(self) -> dict[str, Any]:
        """The user as the API writes it."""
        fields: dict[str, Any] = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        optional = {"last_name": self.last_name, "username": self.username, "language_code": self.language_code}
        return fields | {name: value for name, value in optional.items() if value}


@dataclass(slots=True)
class Chat:
    """A place where people and the bot meet."""

    id: int
    kind: ChatKind
    title: str = ""
    username: str = ""
    is_forum: bool = False
    members: dict[int, Status] = field(default_factory=dict[int, Status])
    topics: dict[int, str] = field(default_factory=dict[int, str])
    started: bool = False
    """A private chat exists for the bot once the person has written in it."""
    upgraded_to: int = 0

    @property
    def private(self) -> bool:
        return self.kind == "private"

    @property
    def group(self) -> bool:
        return self.kind in {"group", "supergroup"}

    def status_of(self, user_id: int) -> Status:
        """What a user is here."""
        return self.members.get(user_id, "left")

    def has(self, user_id: int) -> bool:
        """Whether a user is here."""
        return self.status_of(user_id) in PRESENT

    def to_json(self, partner: User | None = None) -> dict[str, Any]:
        """The chat as the API writes it inside a message."""
        if partner is not None:
            fields = partner.to_json()
            return {key: fields[key] for key in fields if key not in {"is_bot", "language_code"}} | {"type": "private"}
        fields = {"id": self.id, "title": self.title, "type": str(self.kind)}
        if self.username:
            fields["username"] = self.username
        if self.is_forum:
            fields["is_forum"] = True
        if self.kind == "group":
            fields["all_members_are_administrators"] = False
        return fields


def member(user: User, status: Status) -> dict[str, Any]:
    """A ChatMember as the API writes it."""
    fields: dict[str, Any] = {"user": user.to_json(), "status": status}
    if status == "administrator":
        rights = ("can_manage_chat", "can_delete_messages", "can_restrict_members", "can_invite_users")
        fields |= {"can_be_edited": False, "is_anonymous": False} | dict.fromkeys(rights, True)
    elif status == "creator":
        fields["is_anonymous"] = False
    elif status == "kicked":
        fields["until_date"] = 0
    return fields
