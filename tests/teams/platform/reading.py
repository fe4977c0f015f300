"""What can be seen on the platform: messages as people read them, and what the bot did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from . import cards, rendering
from .backend import Backend
from .cards import Button, Card
from .delivery import Delivery, Postman
from .journal import Call
from .outgoing import CONSENT, INFO, PICTURES, objects, picture_bytes
from .streams import Stream, Streams
from .world import Chat, Message

Json = dict[str, Any]
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in a message."""

    name: str
    url: str
    content: bytes | None


@dataclass(slots=True)
class Shown:
    """A message as people see it."""

    id: str
    chat: str
    conversation: str
    """The conversation id with its thread."""
    sender: str
    at: float
    text: str = ""
    """What is read of the message's own text, without its cards."""
    source: str = ""
    """The text as it was sent."""
    cards: list[Card] = field(default_factory=list[Card])
    buttons: list[Button] = field(default_factory=list[Button])
    suggested: list[Button] = field(default_factory=list[Button])
    links: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    mentions: list[str] = field(default_factory=list[str])
    styles: list[str] = field(default_factory=list[str])
    pictures: list[Picture] = field(default_factory=list[Picture])
    consents: list[Json] = field(default_factory=list[Json])
    """File consent cards: name, description, sizeInBytes."""
    files: list[str] = field(default_factory=list[str])
    """Names on file info cards."""
    citations: list[Json] = field(default_factory=list[Json])
    streaming: str = ""
    """"" for ordinary messages, else informative, streaming, final, stopped or expired."""
    reply_to: str = ""
    root: str = ""
    edits: int = 0
    by_bot: bool = True
    feedback: str = ""
    """"" without feedback buttons, else default or custom."""
    ai_label: bool = False
    split: bool = False

    @property
    def everything(self) -> str:
        """All that is read on the message, cards included."""
        return "\n".join(part for part in (self.text, *(card.text for card in self.cards)) if part)

    @property
    def labels(self) -> list[str]:
        """What the buttons say, suggested actions included."""
        return [button.title for button in (*self.buttons, *self.suggested)]


def show(message: Message, chat: Chat, bot_id: str, stream: Stream | None) -> Shown:
    """Render one message."""
    activity = message.activity
    entities, data = objects(activity, "entities"), cast("Json", activity.get("channelData") or {})
    source = str(activity.get("text") or "")
    text = rendering.read(source, str(activity.get("textFormat") or "markdown"), entities)
    shown = Shown(message.id, chat.id, chat.conversation(message.root), message.sender, message.at)
    shown.text, shown.source, shown.links, shown.mentions = text.plain, source, text.links, text.mentions
    shown.styles, shown.by_bot = sorted(text.styles), message.sender == bot_id
    shown.streaming = stream.phase if stream else ""
    shown.reply_to, shown.root, shown.edits, shown.split = message.reply_to, message.root, message.edits, message.split
    for attachment in objects(activity, "attachments"):
        _attach(shown, attachment)
    suggested = cast("Json", activity.get("suggestedActions") or {})
    shown.suggested = [cards.card_action(each) for each in objects(suggested, "actions")]
    loop = data.get("feedbackLoop")
    enabled = "default" if data.get("feedbackLoopEnabled") else ""
    shown.feedback = str(cast("Json", loop).get("type", "default")) if isinstance(loop, dict) else enabled
    for entity in entities:
        if entity.get("type") == "https://schema.org/Message":
            shown.citations = objects(entity, "citation")
            shown.ai_label = "AIGeneratedContent" in (entity.get("additionalType") or [])
    return shown


def _attach(shown: Shown, attachment: Json) -> None:
    kind, name = str(attachment.get("contentType")), str(attachment.get("name") or "")
    if kind == cards.ADAPTIVE or kind in cards.OLDER:
        card = cards.read(attachment, lambda _: None, 1 << 30)
        shown.cards.append(card)
        shown.buttons += card.buttons
    elif kind == CONSENT:
        shown.consents.append({"name": name} | cast("Json", attachment["content"]))
    elif kind == INFO:
        shown.files.append(name)
    elif kind in PICTURES:
        url = str(attachment.get("contentUrl") or "")
        shown.pictures.append(Picture(name, url, picture_bytes(url)))


@dataclass(slots=True)
class Reading:
    """The part of a platform that looks."""

    backend: Backend
    streams: Streams
    postman: Postman

    def chat_of(self, chat: Chat | str) -> tuple[Chat, str]:
        """A chat and thread, by itself, its conversation id, its name or the name of its person."""
        if isinstance(chat, Chat):
            return chat, ""
        world = self.backend.world
        if chat.partition(";")[0] in world.chats:
            return world.chat(chat)
        for each in world.chats.values():
            if each.kind != "personal" and chat in {each.name, f"{each.team.name}/{each.name}" if each.team else ""}:
                return each, ""
        person = next((each for each in world.people.values() if each.name == chat), None)
        if person is None:
            raise LookupError(f"no chat or person {chat}")
        return world.personal(person.id), ""

    def messages(self, chat: Chat | str, *, all: bool = False) -> list[Shown]:
        """What the bot's side of a chat or thread shows, oldest first; `all` includes people's messages."""
        place, root = self.chat_of(chat)
        bot = self.backend.world.bot.id
        found = [
            show(message, place, bot, self.streams.of(message))
            for message in self.backend.world.in_chat(place.id)
            if not message.deleted and (not root or message.root == root)
        ]
        return [each for each in found if all or each.by_bot]

    def last(self, chat: Chat | str) -> Shown | None:
        """The bot's newest message."""
        found = self.messages(chat)
        return found[-1] if found else None

    def message(self, chat: Chat | str, message_id: str) -> Shown | None:
        """One message, as long as it is there."""
        return next((each for each in self.messages(chat, all=True) if each.id == message_id), None)

    def typing(self, chat: Chat | str) -> int:
        """How often the bot showed that it is typing."""
        place, _ = self.chat_of(chat)
        return sum(1 for _, where in self.backend.journal.typing if where.partition(";")[0] == place.id)

    @property
    def calls(self) -> list[Call]:
        """Every call of the bot."""
        return list(self.backend.journal.calls)

    @property
    def violations(self) -> list[str]:
        """What the bot should not have done though nothing refused it."""
        return list(self.backend.journal.violations)

    @property
    def refused(self) -> list[Call]:
        """Calls that were refused, ordered failures left out."""
        return [call for call in self.backend.journal.calls if call.status >= 400 and not call.injected]

    @property
    def deliveries(self) -> list[Delivery]:
        """Every try to hand an activity to the bot."""
        return list(self.postman.deliveries)

    def unfinished(self) -> list[str]:
        """Ids of streamed messages that never became ordinary ones."""
        return [stream.id for stream in self.streams.unfinished()]

    def uploaded(self, name: str) -> bytes | None:
        """What the bot uploaded under this name, when it is complete."""
        found = [each for each in self.backend.files.uploads.values() if each.name == name and each.complete]
        return bytes(found[-1].content) if found else None

    async def until(self, predicate: Callable[[], Result], within: float = 10.0) -> Result:
        """Wait until something holds, and return what it was."""
        return await self.backend.journal.until(predicate, within)
