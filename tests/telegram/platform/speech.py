"""What people do in a chat: write, send files, change what they wrote, tap buttons, react."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .backend import Backend, Callback
from .crowd import Someone, Somewhere, number
from .detecting import detect
from .files import File
from .formatting import Formatted
from .messages import Content, Message, caption_content, text_content
from .people import Chat
from .updates import Update
from .utf16 import cut


@dataclass(frozen=True, slots=True)
class Sent:
    """What a person put into a chat; no update when the bot does not get to see it."""

    chat_id: int
    message_id: int
    update_id: int | None


@dataclass(frozen=True, slots=True)
class Press:
    """A tap on a button; `id` is the callback query's."""

    id: str
    message_id: int
    update_id: int | None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as a person sends it; `size` claims more bytes than are kept."""

    name: str
    content: bytes = b"content"
    mime: str = "application/octet-stream"
    size: int = 0


@dataclass
class Speech:
    """Lets people act; without a chat they are in their private chat with the bot."""

    backend: Backend
    reactions: dict[tuple[int, int, int], str] = field(default_factory=dict[tuple[int, int, int], str])
    """How people reacted, by chat, message and person."""

    def say(
        self, who: Someone, text: str, *, chat: Somewhere | None = None, reply_to: int = 0, thread_id: int = 0
    ) -> Sent:
        """A person writes; commands, mentions and links are found as the platform finds them."""
        content = text_content(Formatted(text, tuple(detect(text))))
        return self._put(who, content, chat, reply_to, thread_id)

    def send_document(
        self,
        who: Someone,
        name: str,
        content: bytes = b"content",
        *,
        mime: str = "application/octet-stream",
        size: int = 0,
        caption: str = "",
        chat: Somewhere | None = None,
        reply_to: int = 0,
        thread_id: int = 0,
    ) -> Sent:
        """A person sends a file; `size` claims more bytes than are kept."""
        file = self._keep("document", Attachment(name, content, mime, size))
        fields: Content = {"document": file.to_document()} | _caption(caption)
        return self._put(who, fields, chat, reply_to, thread_id)

    def send_album(
        self,
        who: Someone,
        files: Sequence[Attachment],
        *,
        caption: str = "",
        chat: Somewhere | None = None,
        thread_id: int = 0,
    ) -> list[Sent]:
        """A person sends up to ten files at once; they arrive as that many messages, the caption on the first."""
        together, sent = str(secrets.randbits(47)), list[Sent]()
        for place, attachment in enumerate(files):
            document = {"document": self._keep("document", attachment).to_document()}
            fields = {"media_group_id": together} | document | _caption("" if place else caption)
            sent.append(self._put(who, fields, chat, 0, thread_id))
        return sent

    def send_photo(self, who: Someone, *, caption: str = "", chat: Somewhere | None = None) -> Sent:
        """A person sends a picture, which the platform keeps in several sizes."""
        files = [self._keep("photo", Attachment(f"{width}.jpg", b"jpeg", "image/jpeg")) for width in (90, 320, 800)]
        sizes = [
            file.to_json() | {"width": width, "height": width}
            for file, width in zip(files, (90, 320, 800), strict=True)
        ]
        return self._put(who, {"photo": sizes} | _caption(caption), chat)

    def send_voice(
        self,
        who: Someone,
        *,
        seconds: int = 7,
        content: bytes = b"opus",
        caption: str = "",
        chat: Somewhere | None = None,
    ) -> Sent:
        """A person speaks."""
        file = self._keep("voice", Attachment("voice.oga", content, "audio/ogg"))
        voice = {"duration": seconds, "mime_type": file.mime} | file.to_json()
        return self._put(who, {"voice": voice} | _caption(caption), chat)

    def send_sticker(self, who: Someone, *, emoji: str = "👋", chat: Somewhere | None = None) -> Sent:
        """A person sends a sticker."""
        file = self._keep("sticker", Attachment("sticker.webp", b"webp", "image/webp"))
        looks = {
            "width": 512,
            "height": 512,
            "emoji": emoji,
            "is_animated": False,
            "is_video": False,
            "type": "regular",
        }
        return self._put(who, {"sticker": looks | file.to_json()}, chat)

    def send_location(self, who: Someone, *, chat: Somewhere | None = None) -> Sent:
        """A person says where they are."""
        return self._put(who, {"location": {"latitude": 52.52, "longitude": 13.405}}, chat)

    def edit(self, who: Someone, message_id: int, text: str, *, chat: Somewhere | None = None) -> int | None:
        """A person changes what they wrote."""
        place = self._place(who, chat)
        message = self.backend.world.find(place.id, message_id, "message")
        if message.sender_id != number(who):
            raise ValueError("people change their own messages only")
        formatted = Formatted(text, tuple(detect(text)))
        now = self.backend.world.now()
        if "text" in message.content:
            message.show(now, text_content(formatted), None)
        else:
            kept = {name: value for name, value in message.content.items() if not name.startswith("caption")}
            message.show(now, kept | caption_content(formatted), None)
        message.edit_date = int(now)
        return self.backend.publish_message(message, edited=True) if self._visible(place, message) else None

    def press(
        self,
        who: Someone,
        label: str,
        *,
        chat: Somewhere | None = None,
        message_id: int = 0,
        stale: bool = False,
    ) -> Press:
        """A person taps the newest button of that label.

        With a message id it is that message's, even when it was deleted meanwhile. A `stale` tap also finds buttons
        that were there once: the person's app had not yet heard of the change.
        """
        place = self._place(who, chat)
        message, button = self._button(place, label, message_id, stale)
        if "callback_data" not in button:
            raise LookupError(f"the button {label!r} does not call the bot: {button}")
        callback = Callback(
            str(secrets.randbits(62)), self.backend.world.now(), place.id, number(who), button["callback_data"]
        )
        self.backend.callbacks[callback.id] = callback
        update_id = self.backend.publish("callback_query", self._callback_json(callback, place, message), place.id)
        return Press(callback.id, message.id, update_id)

    def react(self, who: Someone, message_id: int, emoji: str, *, chat: Somewhere | None = None) -> int | None:
        """A person reacts to a message in place of how they did before; with "" they take it back.

        Bots hear of it only if they asked for it, and in groups as administrators.
        """
        place, world = self._place(who, chat), self.backend.world
        before = self.reactions.get((place.id, message_id, number(who)), "")
        self.reactions[place.id, message_id, number(who)] = emoji
        payload = {
            "chat": world.chat_json(place),
            "message_id": message_id,
            "user": world.user(number(who)).to_json(),
            "date": int(world.now()),
            "old_reaction": _reactions(before),
            "new_reaction": _reactions(emoji),
        }
        if place.group and place.status_of(world.bot.id) != "administrator":
            return None
        return self.backend.publish("message_reaction", payload, place.id)

    def stop(self, who: Someone) -> int | None:
        """A person presses Stop at the draft they see."""
        place = self._place(who, None)
        shown = next((draft for draft in reversed(self.backend.drafts) if draft.chat_id == place.id), None)
        if shown is None or shown.over or not shown.can_stop:
            raise LookupError("no draft that can be stopped is shown")
        payload = {"chat": self.backend.world.chat_json(place), "draft_id": shown.draft_id}
        return self.backend.publish("stopped_message_generation", payload, place.id)

    def inject(self, update: dict[str, Any]) -> int:
        """Hand the bot an update as it stands, of whatever kind, under a number of this platform."""
        kind = next(name for name in update if name != "update_id")
        payload: dict[str, Any] = update[kind]
        return self.backend.queue.force(kind, payload, payload.get("chat", {}).get("id", 0))

    def redeliver(self, update_id: int) -> Update:
        """Hand the bot an update once more."""
        self.backend.queue.repeat(update_id)
        return self.backend.queue.everything[update_id]

    # Inside

    def _place(self, who: Someone, chat: Somewhere | None) -> Chat:
        place = self.backend.world.chats[number(who if chat is None else chat)]
        if place.private and place.id in self.backend.world.blocked_by:
            raise ValueError("this person has blocked the bot, and must unblock it before writing")
        return place

    def _put(
        self, who: Someone, content: Content, chat: Somewhere | None, reply_to: int = 0, thread_id: int = 0
    ) -> Sent:
        place = self._place(who, chat)
        place.started = True
        message = self.backend.world.post(place, number(who), content, reply_to=reply_to, thread_id=thread_id)
        update_id = self.backend.publish_message(message) if self._visible(place, message) else None
        return Sent(place.id, message.id, update_id)

    def _visible(self, chat: Chat, message: Message) -> bool:
        """Whether the bot gets to see a message: it must be there, and in privacy mode the message meant for it."""
        world = self.backend.world
        if not chat.has(world.bot.id):
            return False
        if not (self.backend.privacy and chat.group) or chat.status_of(world.bot.id) == "administrator":
            return True
        replied = world.messages.get((chat.id, message.reply_to))
        return (replied is not None and replied.sender_id == world.bot.id) or self._names_the_bot(message.content)

    def _names_the_bot(self, content: Content) -> bool:
        text, name = content.get("text") or content.get("caption") or "", f"@{self.backend.world.bot.username}".lower()
        found = [(each.type, cut(text, each.offset, each.length).lower()) for each in detect(text)]
        return any(
            stretch.endswith(name) or (kind == "bot_command" and "@" not in stretch)
            for kind, stretch in found
            if kind in {"mention", "bot_command"}
        )

    def _keep(self, kind: str, attachment: Attachment) -> File:
        files = self.backend.world.files
        return files.keep(kind, attachment.name, attachment.mime, attachment.content, attachment.size)

    def _button(self, chat: Chat, label: str, message_id: int, stale: bool) -> tuple[Message, dict[str, Any]]:
        for message in reversed(self.backend.world.in_chat(chat.id)):
            if message.id != message_id if message_id else message.deleted:
                continue
            keyboards = [message.keyboard, *(each.keyboard for each in reversed(message.history) if stale)]
            for button in (button for rows in keyboards for row in rows or [] for button in row):
                if button["text"] == label:
                    return message, button
        raise LookupError(f"no button {label!r} is shown")

    def _callback_json(self, callback: Callback, chat: Chat, message: Message) -> dict[str, Any]:
        world = self.backend.world
        inaccessible = {"message_id": message.id, "chat": world.chat_json(chat), "date": 0}
        return {
            "id": callback.id,
            "from": world.user(callback.person_id).to_json(),
            "message": inaccessible if message.deleted else world.message_json(message),
            "chat_instance": str(-(abs(chat.id) * 7919)),
            "data": callback.data,
        }


def _reactions(emoji: str) -> list[dict[str, str]]:
    return [{"type": "emoji", "emoji": emoji}] if emoji else []


def _caption(text: str) -> Content:
    return caption_content(Formatted(text, tuple(detect(text))))
