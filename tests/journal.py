"""What every platform of the tests keeps of a bot: what it should not have done, and whoever waits for what it does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

RECHECK = 0.05  # seconds

Result = TypeVar("Result")


@dataclass(slots=True)
class Journal:
    """The record of a platform; each platform adds its calls and what else it sees."""

    violations: list[str] = field(default_factory=list[str])
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
