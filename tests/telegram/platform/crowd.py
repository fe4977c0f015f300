"""People and places: who there is, where they meet the bot, and how that changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .backend import Backend
from .messages import Message
from .methods.chats import change
from .people import Chat, ChatKind, Status, User

Someone = User | int
Somewhere = Chat | User | int

FIRST_PERSON, FIRST_GROUP, FIRST_SUPERGROUP = 5_000_001, -4_000_001, -1_001_000_000_001


def number(of: Somewhere) -> int:
    """The id of a person or a chat."""
    return of if isinstance(of, int) else of.id


@dataclass
class Crowd:
    """Makes people and chats."""

    backend: Backend

    def person(
        self,
        first_name: str = "Ann",
        *,
        last_name: str = "",
        username: str = "",
        language_code: str = "en",
        id: int = 0,
        started: bool = False,
    ) -> User:
        """Somebody new; `started` says that they have written to the bot before."""
        user = User(id or FIRST_PERSON + len(self.backend.world.users), first_name, last_name, username, language_code)
        self.backend.world.add_user(user)
        self.backend.world.chats[user.id].started = started
        return user

    def group(
        self,
        title: str,
        members: Iterable[Someone] = (),
        *,
        admins: Iterable[Someone] = (),
        kind: ChatKind = "group",
        forum: bool = False,
        bot: Status = "member",
        username: str = "",
    ) -> Chat:
        """A group, supergroup or channel; a forum is a supergroup with topics. The bot is told of nothing."""
        kind = "supergroup" if forum else kind
        chat = Chat(self._free_id(kind), kind, title, username, forum)
        chat.members.update((number(each), "member") for each in members)
        chat.members.update((number(each), "administrator") for each in admins)
        chat.members[self.backend.world.bot.id] = bot
        self.backend.world.chats[chat.id] = chat
        return chat

    def _free_id(self, kind: ChatKind) -> int:
        first = FIRST_GROUP if kind == "group" else FIRST_SUPERGROUP
        return first - len(self.backend.world.chats)

    def topic(self, chat: Somewhere, title: str, by: Someone) -> int:
        """A new topic in a forum; its id is that of the message that announces it."""
        place = self.backend.world.chats[number(chat)]
        content = {"forum_topic_created": {"name": title, "icon_color": 7322096}}
        message = self.backend.world.post(place, number(by), content, service=True)
        message.thread_id = message.id
        place.topics[message.id] = title
        self.backend.publish_message(message)
        return message.id

    def appoint(self, chat: Somewhere, who: Someone, status: Status) -> None:
        """Make a person something else in a chat; the bot is not told."""
        self.backend.world.chats[number(chat)].members[number(who)] = status

    def block(self, who: Someone) -> int | None:
        """A person blocks the bot."""
        self.backend.world.blocked_by.add(number(who))
        return self._bot_becomes(number(who), number(who), "kicked")

    def deactivate(self, who: Someone) -> None:
        """A person's account ends; the bot is not told."""
        self.backend.world.deactivated.add(number(who))

    def unblock(self, who: Someone) -> int | None:
        """A person lets the bot write again."""
        self.backend.world.blocked_by.discard(number(who))
        return self._bot_becomes(number(who), number(who), "member")

    def add_bot(self, chat: Somewhere, by: Someone, *, status: Status = "member") -> int | None:
        """A person adds the bot to a group, or makes it an administrator there."""
        place = self.backend.world.chats[number(chat)]
        newly = not place.has(self.backend.world.bot.id)
        update_id = self._bot_becomes(place.id, number(by), status)
        if newly:
            self.backend.service(place, number(by), {"new_chat_members": [self.backend.world.bot.to_json()]})
        return update_id

    def remove_bot(self, chat: Somewhere, by: Someone) -> int | None:
        """A person throws the bot out of a group."""
        return self._bot_becomes(number(chat), number(by), "kicked")

    def _bot_becomes(self, chat_id: int, by: int, status: Status) -> int | None:
        payload = change(self.backend, self.backend.world.chats[chat_id], by, status)
        return self.backend.publish("my_chat_member", payload, chat_id)

    def upgrade(self, chat: Somewhere, by: Someone) -> Chat:
        """A group becomes a supergroup: another id, and a message about it on either side."""
        old = self.backend.world.chats[number(chat)]
        new = self.group(old.title, kind="supergroup")
        new.members = dict(old.members)
        old.upgraded_to = new.id
        self.backend.service(old, number(by), {"migrate_to_chat_id": new.id})
        self.backend.service(new, number(by), {"migrate_from_chat_id": old.id})
        return new

    def remove(self, chat: Somewhere, message_id: int) -> Message:
        """A person deletes a message; the bot is not told."""
        message = self.backend.world.find(number(chat), message_id, "message")
        message.deleted_at = self.backend.world.now()
        self.backend.journal.changed()
        return message
