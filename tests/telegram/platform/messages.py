"""Messages as they are kept: what they show now, and everything they ever showed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .entities import Entity
from .formatting import Formatted
from .keyboards import Rows

Content = dict[str, Any]
"""The fields of a Message that say what it is: text, caption, document, photo, a service event."""


@dataclass(frozen=True, slots=True)
class Revision:
    """What a message showed from a moment on."""

    at: float
    content: Content
    keyboard: Rows | None


@dataclass(slots=True)
class Message:
    """One message of a chat."""

    id: int
    chat_id: int
    sender_id: int
    at: float
    content: Content
    keyboard: Rows | None = None
    reply_to: int = 0
    thread_id: int = 0
    edit_date: int = 0
    deleted_at: float = 0.0
    service: bool = False
    reaction: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    history: list[Revision] = field(default_factory=list[Revision])

    def __post_init__(self) -> None:
        self.history.append(Revision(self.at, self.content, self.keyboard))

    @property
    def deleted(self) -> bool:
        return self.deleted_at > 0

    def show(self, at: float, content: Content, keyboard: Rows | None) -> None:
        """Show something else from now on."""
        self.content, self.keyboard = content, keyboard
        self.history.append(Revision(at, content, keyboard))

    def shows(self, content: Content, keyboard: Rows | None) -> bool:
        """Whether it shows just this already."""
        return self.content == content and self.keyboard == keyboard


def text_content(formatted: Formatted) -> Content:
    """The fields of a text message."""
    return _with_entities("text", "entities", formatted)


def caption_content(formatted: Formatted) -> Content:
    """The fields of a caption; none when it is empty."""
    return _with_entities("caption", "caption_entities", formatted) if formatted.text else {}


def _with_entities(name: str, entities: str, formatted: Formatted) -> Content:
    fields: Content = {name: formatted.text}
    if formatted.entities:
        fields[entities] = [entity.to_json() for entity in formatted.entities]
    return fields


def entities_of(content: Content) -> list[Entity]:
    """The entities a content carries."""
    values: list[dict[str, Any]] = content.get("entities") or content.get("caption_entities") or []
    return [
        Entity(each["type"], each["offset"], each["length"], each.get("url", ""), each.get("language", ""))
        for each in values
    ]
