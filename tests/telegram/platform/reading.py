"""What people see, and what the platform saw of the bot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from .backend import Backend, Draft
from .crowd import Somewhere, number
from .journal import Call
from .messages import Content, Message, entities_of
from .utf16 import units

Result = TypeVar("Result")

_MARKS = {"bold": "**", "italic": "_", "underline": "__", "strikethrough": "~~", "spoiler": "||", "code": "`"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as a person sees it now."""

    message_id: int
    by: str
    from_bot: bool
    text: str
    rich: str
    """The text with simple marks for what is bold, code, a link and so on."""
    buttons: tuple[tuple[str, ...], ...]
    """Labels, row by row."""
    links: dict[str, str]
    """Where the buttons lead that open a link, by label."""
    file_id: str
    file_name: str
    reply_to: int
    thread_id: int
    edits: int
    at: float
    reaction: str

    @property
    def labels(self) -> list[str]:
        return [label for row in self.buttons for label in row]


@dataclass(frozen=True, slots=True)
class Stamp:
    """A moment at which a bot's message appeared or changed."""

    at: float
    message_id: int
    first: bool
    text: str


@dataclass
class Reading:
    """Looks at the platform from outside the bot."""

    backend: Backend

    def shown(self, chat: Somewhere, *, thread_id: int | None = None) -> list[Shown]:
        """The messages of a chat, or of one of its topics, as they stand now."""
        return [
            self._shown(message)
            for message in self.backend.world.in_chat(number(chat))
            if not message.deleted and thread_id in {None, message.thread_id}
        ]

    def replies(self, chat: Somewhere, *, thread_id: int | None = None) -> list[Shown]:
        """What the bot has written and not taken back."""
        return [message for message in self.shown(chat, thread_id=thread_id) if message.from_bot]

    def last(self, chat: Somewhere) -> Shown | None:
        """The newest message, if it is the bot's."""
        messages = self.shown(chat)
        return messages[-1] if messages and messages[-1].from_bot else None

    def message(self, chat: Somewhere, message_id: int) -> Shown | None:
        """One message; none when it was deleted."""
        return next((each for each in self.shown(chat) if each.message_id == message_id), None)

    def stamps(self, chat: Somewhere) -> list[Stamp]:
        """When the bot wrote or changed something in a chat, oldest first."""
        bot = self.backend.world.bot.id
        found = [
            Stamp(revision.at, message.id, place == 0, _text(revision.content))
            for message in self.backend.world.in_chat(number(chat))
            if message.sender_id == bot
            for place, revision in enumerate(message.history)
        ]
        return sorted(found, key=lambda each: each.at)

    def busiest(self, chat: Somewhere, *, seconds: float = 1.0) -> int:
        """The most messages and edits of the bot within any stretch of so many seconds."""
        times = [stamp.at for stamp in self.stamps(chat)]
        return max((sum(start <= at < start + seconds for at in times) for start in times), default=0)

    def typing(self, chat: Somewhere) -> list[tuple[float, str]]:
        """When the bot showed what it was doing."""
        return [(at, action) for at, place, action in self.backend.journal.typing if place == number(chat)]

    def drafts(self, chat: Somewhere) -> list[Draft]:
        """The drafts the bot showed in a chat."""
        return [draft for draft in self.backend.drafts if draft.chat_id == number(chat)]

    def answer_to(self, callback_id: str) -> dict[str, Any] | None:
        """What a tap was answered with: `text` and `show_alert`; none while the button's wheel turns."""
        return self.backend.callbacks[callback_id].answer

    def unanswered(self) -> list[str]:
        """Taps whose wheel still turns."""
        return [each.id for each in self.backend.callbacks.values() if each.answer is None]

    def calls(self, method: str = "") -> list[Call]:
        """What the bot called, with the answers."""
        return [call for call in self.backend.journal.calls if method in {"", call.method}]

    def violations(self) -> list[str]:
        """Everything the bot did that it should never do."""
        return list(self.backend.journal.violations)

    def refused(self) -> int:
        """How often the bot was refused for being too fast; ordered failures do not count."""
        return len(self.backend.pace.refused)

    def unconfirmed(self) -> list[int]:
        """Updates the bot has not taken yet."""
        return list(self.backend.queue.pending)

    def content_of(self, file_id: str) -> bytes:
        """The bytes of a file that somebody has sent."""
        return self.backend.world.files.find(file_id).content

    async def until(self, predicate: Callable[[], Result], within: float = 10.0) -> Result:
        """Wait until something holds and return what it was; TimeoutError after so many seconds."""
        return await self.backend.journal.until(predicate, within)

    def _shown(self, message: Message) -> Shown:
        sender, document = self.backend.world.user(message.sender_id), _file(message.content)
        return Shown(
            message.id,
            sender.name,
            sender.is_bot,
            _text(message.content),
            rich_text(message.content),
            tuple(tuple(button["text"] for button in row) for row in message.keyboard or []),
            {button["text"]: button["url"] for row in message.keyboard or [] for button in row if "url" in button},
            document.get("file_id", ""),
            document.get("file_name", ""),
            message.reply_to,
            message.thread_id,
            len(message.history) - 1,
            message.at,
            message.reaction[0]["emoji"] if message.reaction else "",
        )


def _file(content: Content) -> dict[str, Any]:
    for kind in ("document", "voice", "sticker"):
        if kind in content:
            return content[kind]
    return content["photo"][-1] if "photo" in content else {}


def _text(content: Content) -> str:
    return content.get("text") or content.get("caption") or ""


def rich_text(content: Content) -> str:
    """A text with its entities written as simple marks."""
    text, marks = _text(content), dict[int, tuple[str, str]]()
    for entity in entities_of(content):
        before, after = _MARKS.get(entity.type, ""), _MARKS.get(entity.type, "")
        if entity.type == "pre":
            before, after = f"```{entity.language}\n", "\n```"
        elif entity.type == "text_link":
            before, after = "[", f"]({entity.url})"
        elif entity.type.endswith("blockquote"):
            before = "> "
        opening = marks.get(entity.offset, ("", ""))
        marks[entity.offset] = (opening[0], opening[1] + before)
        closing = marks.get(entity.end, ("", ""))
        marks[entity.end] = (after + closing[0], closing[1])
    return _marked(text, marks)


def _marked(text: str, marks: dict[int, tuple[str, str]]) -> str:
    shown, place = "", 0
    for character in text:
        shown += "".join(marks.get(place, ())) + character
        place += units(character)
    return shown + "".join(marks.get(place, ()))
