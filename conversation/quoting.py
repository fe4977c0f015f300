"""Quoting: what a message replies to, when that is not what was said just before it."""

from __future__ import annotations

from collections.abc import Sequence

from conversation.message import Message
from conversation.turn import Said

_ALIKE = 60
"""Letters by which a quoted message is recognised: the platform shows it without its Markdown."""


def quoted_by(message: Message, history: Sequence[Said]) -> str:
    """Give the words a message replies to, in one line; "" if they were said just before."""
    quoted = " ".join(message.quoted.split())
    just_said = bool(history) and _letters(quoted)[:_ALIKE] in _letters(history[-1].text)
    return "" if just_said else quoted


def _letters(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalnum())
