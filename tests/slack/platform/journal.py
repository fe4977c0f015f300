"""What the app did: every call with its answer, and everything it did that it should not have done."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

RECHECK = 0.05  # seconds

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it was answered; status 0 means that no answer came, an empty error that it succeeded."""

    at: float
    method: str
    team_id: str
    arguments: dict[str, Any]
    status: int
    error: str = ""
    injected: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """Somebody was notified by a message: `kind` is channel, here, everyone, user or usergroup."""

    channel: str
    ts: str
    kind: str
    target: str = ""


@dataclass(slots=True)
class Journal:
    """The record of a platform."""

    calls: list[Call] = field(default_factory=list[Call])
    violations: list[str] = field(default_factory=list[str])
    notices: list[Notice] = field(default_factory=list[Notice])
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def violate(self, sentence: str) -> None:
        """Note something an app should never do."""
        self.violations.append(sentence)

    def note(
        self, at: float, method: str, team_id: str, values: dict[str, Any], status: int, error: str, injected: bool
    ) -> None:
        """Keep a call with its answer."""
        self.calls.append(Call(at, method, team_id, values, status, error, injected))
        self.changed()

    def note_url(self, error: str) -> None:
        """Keep an answer over a response address."""
        self.note(time.time(), "response_url", "", {}, 404 if error else 200, error, injected=False)

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
