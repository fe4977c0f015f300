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
    arguments: dict[str, Any]
    status: int
    description: str = ""
    injected: bool = False


@dataclass(slots=True)
class Journal(journal.Journal):
    """The record of a platform."""

    calls: list[Call] = field(default_factory=list[Call])
    typing: list[tuple[float, int, str]] = field(default_factory=list[tuple[float, int, str]])
    """Chat actions: when, in which chat, which one."""
