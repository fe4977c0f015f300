"""What the bot did: every call with its answer, and everything it did that it should not have done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

RECHECK = 0.05  # seconds

Result = TypeVar("Result")


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
class Journal:
    """The record of a platform."""

    calls: list[Call] = field(default_factory=list[Call])
    violations: list[str] = field(default_factory=list[str])
    typing: list[tuple[float, str]] = field(default_factory=list[tuple[float, str]])
    """Typing indicators: when, and in which conversation."""
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def violate(self, sentence: str) -> None:
        """Note something a bot should never do."""
        self.violations.append(sentence)

    def changed(self) -> None:
        """Let those who wait look again."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def until(self, predicate: Callable[[], Result], within: float) -> Result:
        """Wait until something holds, and return what it was."""
        async with asyncio.timeout(within):
            while not (result := predicate()):
                waiting = asyncio.ensure_future(self._changed.wait())
                try:
                    await asyncio.wait({waiting}, timeout=RECHECK)
                finally:
                    waiting.cancel()
        return result
