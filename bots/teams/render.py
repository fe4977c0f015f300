"""Replies as messages of Teams: a Markdown text, or a card that holds the text with what can be pressed below it.

A text and a card in one message would become two whose ids nobody tells
(https://learn.microsoft.com/microsoftteams/platform/bots/build-conversational-capability), so a text that is too long
for a card stands alone, and the card follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bots.markup import teams_parts, to_card_text
from bots.markup.teams import TeamsText
from bots.teams import cards
from conversation.channel import Capabilities, Part
from conversation.message import Attachment, Button, Progress, Reply

BLANK = "…"
"""What stands where there would be no words at all."""
PICTURES = ("image/png", "image/jpeg", "image/gif")
"""Pictures that a message shows by itself; other files are offered."""
LONGEST = 4000
"""Characters of a text that shares a card with its buttons; a longer one reads better as a message."""

_BAR = 10
_STOP = "/stop"


@dataclass(frozen=True, slots=True)
class _Below:
    """A card of what can be pressed or filled in, without the text above it."""

    elements: list[cards.Element]
    buttons: tuple[Button, ...]


def render(reply: Reply, capabilities: Capabilities, base: str = "", *, direct: bool = True) -> tuple[Part, ...]:
    """Give a reply as messages; links within the hub lead below `base`. Files are offered in `direct` chats alone."""
    buttons = _buttons(reply, capabilities)
    offered = [file for file in reply.files if direct or _is_picture(file)]
    elsewhere = [file for file in reply.files if not direct and not _is_picture(file)]
    lines = [*_bar(reply.progress), *(_line(file, base) for file in elsewhere)]
    texts = teams_parts("\n\n".join(filter(None, [reply.text, *lines])), capabilities.text_limit, base)
    below = _cards(cards.to_form(reply.form) if reply.form else [], buttons)
    marks = {"label": True} if reply.about or reply.feedback else {}
    marks |= {"feedback": True} if reply.feedback else {}
    posts = [*_texts(texts, below, marks, reply), *(Part("", file=file) for file in offered)]
    return tuple(posts)


def _texts(
    texts: Sequence[TeamsText],
    below: Sequence[_Below],
    marks: dict[str, Any],
    reply: Reply,
) -> list[Part]:
    """Give the texts; the last one and what is below it are one card if they fit."""
    plain = [Part(text.text, native={**marks, "says": text.flat.text[:200]}) for text in texts]
    if not below:
        return plain or ([Part(BLANK)] if reply.text else [])
    if not texts:
        return [Part("", each.buttons, native={**marks, "below": each.elements}) for each in below]
    last = texts[-1]
    above, first = to_card_text(last.flat), below[0]
    if len(last.flat.text) <= LONGEST and cards.size_of([above, *first.elements]) <= cards.LARGEST:
        native = {**marks, "says": last.flat.text[:200], "above": above, "below": first.elements}
        plain[-1] = Part(last.text, first.buttons, progress=reply.progress, native=native)
        below = below[1:]
    return [*plain, *(Part("", each.buttons, native={"below": each.elements}) for each in below)]


def _cards(form: list[cards.Element], buttons: tuple[Button, ...]) -> list[_Below]:
    """Share out among as many cards as it takes what stands below a text."""
    elements = [*form, *cards.to_buttons(buttons)]
    if not elements:
        return []
    if cards.size_of(elements) <= cards.LARGEST or len(buttons) + bool(form) == 1:
        return [_Below(elements, buttons)]
    if form:
        return [*_cards(form, ()), *_cards([], buttons)]
    half = len(buttons) // 2
    return [*_cards([], buttons[:half]), *_cards([], buttons[half:])]


def _buttons(reply: Reply, capabilities: Capabilities) -> tuple[Button, ...]:
    """Give the buttons that Teams shows; where it streams, it has a Stop of its own."""
    shown = [button for button in reply.buttons if cards.is_pressable(button)]
    if capabilities.drafts:
        shown = [button for button in shown if button.value != _STOP]
    return tuple(shown[: capabilities.buttons])


def _is_picture(file: Attachment) -> bool:
    return file.media_type in PICTURES


def _line(file: Attachment, base: str) -> str:
    """Name a file that waits on the web."""
    return f"[{named(file)}]({base.rstrip('/')}/chat)" if base else named(file)


def named(file: Attachment) -> str:
    """Give a file's name as Markdown."""
    return "".join(f"\\{character}" if character in r"\`*_[]<>#|~&" else character for character in file.name)


def _bar(progress: Progress | None) -> list[str]:
    """Draw how far something has come; what it is stands in the text."""
    if progress is None:
        return []
    percent = min(max(progress.percent, 0), 100)
    full = percent * _BAR // 100
    return [f"{'▓' * full}{'░' * (_BAR - full)} {percent} %"]
