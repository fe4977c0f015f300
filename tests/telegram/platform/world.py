"""Everything there is on the platform: people, chats, messages and files, and the ids they go by."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .errors import bad_request, forbidden, upgraded
from .files import Files
from .keyboards import Rows
from .messages import Content, Message
from .people import Chat, User


@dataclass(slots=True)
class World:
    """The state of the platform, as one bot meets it."""

    bot: User
    now: Callable[[], float] = time.time
    users: dict[int, User] = field(default_factory=dict[int, User])
    chats: dict[int, Chat] = field(default_factory=dict[int, Chat])
    files: Files = field(default_factory=Files)
    blocked_by: set[int] = field(default_factory=set[int])
    deactivated: set[int] = field(default_factory=set[int])
    messages: dict[tuple[int, int], Message] = field(default_factory=dict[tuple[int, int], Message])
    _counters: dict[int, int] = field(default_factory=dict[int, int])
    """Last message id: one counter for private chats and groups together (under 0), one for each supergroup."""

    def add_user(self, user: User) -> User:
        """A person, with the private chat in which they may meet the bot."""
        self.users[user.id] = user
        self.chats[user.id] = Chat(user.id, "private", members={user.id: "member", self.bot.id: "member"})
        return user

    def user(self, user_id: int) -> User:
        """A user, the bot included."""
        return self.bot if user_id == self.bot.id else self.users[user_id]

    def chat_json(self, chat: Chat) -> dict[str, Any]:
        """A chat as the API writes it inside a message."""
        return chat.to_json(self.users.get(chat.id) if chat.private else None)

    # What a call may reach

    def reachable(self, chat_id: int | str) -> Chat:
        """The chat of a call's `chat_id`, or the server's refusal."""
        chat = self._named(chat_id) if isinstance(chat_id, str) else self.chats.get(chat_id)
        if chat is None or (chat.private and not chat.started and not self._shares_a_group(chat.id)):
            raise bad_request("chat not found")
        if chat.private and not chat.started:
            raise forbidden("bot can't initiate conversation with a user")
        if chat.private and chat.id in self.blocked_by:
            raise forbidden("bot was blocked by the user")
        if chat.id in self.deactivated:
            raise forbidden("user is deactivated")
        if chat.upgraded_to:
            raise upgraded(chat.upgraded_to)
        status = chat.status_of(self.bot.id)
        if status in {"left", "kicked"}:
            where = f"the {chat.kind} chat"
            raise forbidden(f"bot was kicked from {where}" if status == "kicked" else f"bot is not a member of {where}")
        return chat

    def _named(self, name: str) -> Chat | None:
        wanted = name.removeprefix("@").lower()
        return next((chat for chat in self.chats.values() if chat.username and chat.username.lower() == wanted), None)

    def _shares_a_group(self, user_id: int) -> bool:
        return any(chat.group and chat.has(user_id) and chat.has(self.bot.id) for chat in self.chats.values())

    def topic(self, chat: Chat, thread_id: int) -> int:
        """A topic that exists in the chat, or the server's refusal; 1 means the general one."""
        if thread_id and thread_id not in chat.topics and not (chat.is_forum and thread_id == 1):
            raise bad_request("message thread not found")
        return 0 if thread_id == 1 else thread_id

    # Messages

    def post(
        self,
        chat: Chat,
        sender_id: int,
        content: Content,
        *,
        keyboard: Rows | None = None,
        reply_to: int = 0,
        thread_id: int = 0,
        service: bool = False,
    ) -> Message:
        """Put a message into a chat."""
        message = Message(
            self._next_id(chat),
            chat.id,
            sender_id,
            self.now(),
            content,
            keyboard=keyboard,
            reply_to=reply_to,
            thread_id=thread_id,
            service=service,
        )
        self.messages[chat.id, message.id] = message
        return message

    def find(self, chat_id: int, message_id: int, purpose: str) -> Message:
        """A message that is still there, or the server's refusal."""
        message = self.messages.get((chat_id, message_id))
        if message is None or message.deleted:
            raise bad_request(f"{purpose} not found")
        return message

    def in_chat(self, chat_id: int) -> list[Message]:
        """All messages of a chat, deleted ones too, oldest first."""
        return [message for (place, _), message in self.messages.items() if place == chat_id]

    def message_json(self, message: Message, *, with_reply: bool = True) -> dict[str, Any]:
        """A message as the API writes it."""
        chat = self.chats[message.chat_id]
        fields: dict[str, Any] = {"message_id": message.id}
        if chat.kind == "channel":
            fields["sender_chat"] = self.chat_json(chat)
        else:
            fields["from"] = self.user(message.sender_id).to_json()
        fields |= {"chat": self.chat_json(chat), "date": int(message.at)}
        if message.edit_date:
            fields["edit_date"] = message.edit_date
        if message.thread_id:
            fields |= {"message_thread_id": message.thread_id, "is_topic_message": True}
        replied = self.messages.get((chat.id, message.reply_to or message.thread_id))
        if with_reply and replied is not None and not replied.deleted and replied is not message:
            fields["reply_to_message"] = self.message_json(replied, with_reply=False)
        fields |= message.content
        if message.keyboard:
            fields["reply_markup"] = {"inline_keyboard": message.keyboard}
        return fields

    def _next_id(self, chat: Chat) -> int:
        """In a supergroup number 1 is taken: it made the group, and names a forum's general topic."""
        counter = chat.id if chat.kind in {"supergroup", "channel"} else 0
        self._counters[counter] = self._counters.get(counter, 1 if counter else 0) + 1
        return self._counters[counter]
