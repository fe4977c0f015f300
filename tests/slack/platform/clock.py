"""The platform's own time, which a test can move ahead instead of waiting."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(slots=True)
class Clock:
    """Dates messages, and measures how long streams, triggers and response addresses live."""

    ahead: float = 0.0
    _last: int = 0

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time() + self.ahead

    def advance(self, seconds: float) -> None:
        """Let so much time pass at once."""
        self.ahead += seconds

    def stamp(self) -> str:
        """A new `ts`: seconds and microseconds, never the same twice."""
        self._last = max(self._last + 1, int(self.now() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"
