"""How fast a bot may call, and what it is told when it is faster.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit: windows for each kind of call in each
conversation, and requests a second for the app in a tenant. Replies, updates and deletions count as sending.
https://learn.microsoft.com/microsoftteams/platform/bots/streaming-ux: one request a second of one stream, two minutes.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from .errors import ApiError, throttled

Windows = tuple[tuple[float, int], ...]
SEND: Windows = ((1, 7), (2, 8), (30, 60), (3600, 1800))
READ: Windows = ((1, 14), (2, 16), (30, 120), (3600, 3600))
KINDS: dict[str, Windows] = {"send": SEND, "create": SEND, "members": READ, "conversations": READ}


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers; `enforced=False` switches the pace off, sizes stay."""

    enforced: bool = True
    app_per_second: int = 30
    stream_gap: float = 1.0
    """Seconds between two requests of one stream."""
    gap_tolerance: float = 0.1
    """Seconds by which a request may come too early, as clocks and sockets are not exact."""
    stream_lifetime: float = 120.0
    """Seconds from a stream's first request; it holds even when the pace is not enforced."""
    message_bytes: int = 100 * 1024
    """Of the payload in UTF-16, without Base64 images."""
    card_bytes: int = 28 * 1024
    """Of one Adaptive Card as JSON in UTF-8."""


@dataclass(slots=True)
class _Window:
    """No more than so many within any stretch of so many seconds."""

    seconds: float
    most: int
    times: deque[float] = field(default_factory=deque[float])

    def wait(self, now: float) -> float:
        """Seconds until there is room for one more."""
        while self.times and self.times[0] <= now - self.seconds:
            self.times.popleft()
        return 0.0 if len(self.times) < self.most else self.times[0] + self.seconds - now


@dataclass(slots=True)
class Pace:
    """Counts what a bot calls."""

    limits: Limits = field(default_factory=Limits)
    now: Callable[[], float] = time.monotonic
    refused: list[str] = field(default_factory=list[str])
    """Conversations in which a call was refused for its speed, one entry a refusal."""
    _windows: dict[tuple[str, str], list[_Window]] = field(default_factory=dict[tuple[str, str], list[_Window]])

    def spend(self, kind: str, place: str) -> None:
        """Count one more call, or refuse it and count nothing."""
        if not self.limits.enforced:
            return
        now = self.now()
        windows = [*self._of("app", "", ((1, self.limits.app_per_second),)), *self._of(kind, place, KINDS[kind])]
        wait = max(window.wait(now) for window in windows)
        if wait > 0:
            raise self.refuse(place, wait)
        for window in windows:
            window.times.append(now)

    def refuse(self, place: str, wait: float) -> ApiError:
        """The refusal of a call that came so many seconds too early."""
        self.refused.append(place)
        return throttled(max(1, math.ceil(wait)))

    def change(self, limits: Limits) -> None:
        """Go by other numbers from now on."""
        self.limits = limits
        self._windows.clear()

    def _of(self, kind: str, place: str, numbers: Windows) -> list[_Window]:
        return self._windows.setdefault((kind, place), [_Window(seconds, most) for seconds, most in numbers])
