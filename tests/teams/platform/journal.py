"""What the bot did: every call with its answer, and everything it did that it should not have done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests import journal


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it was answered; status 0 means that no answer came."""

    at: float
    method: str
    chat: str
    """The conversation id as the bot wrote it."""
    arguments: dict[str, Any]
    status: int
    code: str = ""
    injected: bool = False
    target: str = ""
    """The activity or member id in the address."""


@dataclass(slots=True)
class Journal(journal.Journal):
    """The record of a platform."""

    calls: list[Call] = field(default_factory=list[Call])
    typing: list[tuple[float, str]] = field(default_factory=list[tuple[float, str]])
    """Typing indicators: when, and in which conversation."""
