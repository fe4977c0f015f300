"""How fast a bot may write, and what it is told when it is faster.

https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: about one message a second in a chat
with short bursts allowed, 20 a minute in a group, 30 a second over all. Edits count like messages.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from .errors import too_many


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers; `enforced=False` switches all of them off."""

    enforced: bool = True
    chat_per_second: float = 1.0
    chat_burst: int = 3
    group_per_minute: int = 20
    overall_per_second: int = 30
    webhook_gap: float = 1.0
    """Seconds between two calls of setWebhook."""
    drafts_count: bool = False
    """Whether drafts count like messages; the documents say nothing about it."""


@dataclass(slots=True)
class _Bucket:
    capacity: float
    rate: float
    level: float
    at: float

    def wait(self, now: float) -> float:
        """Seconds until there is room for one more."""
        self.level = min(self.capacity, self.level + (now - self.at) * self.rate)
        self.at = now
        return 0.0 if self.level >= 1 - 1e-9 else (1 - self.level) / self.rate

    def spend(self) -> None:
        """Take one."""
        self.level -= 1


@dataclass(slots=True)
class _Window:
    """No more than so many within any stretch of so many seconds."""

    most: int
    seconds: float
    times: deque[float] = field(default_factory=deque[float])
    at: float = 0.0

    def wait(self, now: float) -> float:
        """Seconds until there is room for one more."""
        self.at = now
        while self.times and self.times[0] <= now - self.seconds:
            self.times.popleft()
        return 0.0 if len(self.times) < self.most else self.times[0] + self.seconds - now

    def spend(self) -> None:
        """Take one."""
        self.times.append(self.at)


@dataclass(slots=True)
class Pace:
    """Counts what a bot sends."""

    limits: Limits = field(default_factory=Limits)
    now: Callable[[], float] = time.monotonic
    refused: list[int] = field(default_factory=list[int])
    """Chats in which a message was refused for its speed, one entry a refusal."""
    _gauges: dict[tuple[str, int], _Bucket | _Window] = field(
        default_factory=dict[tuple[str, int], "_Bucket | _Window"]
    )

    def spend(self, chat_id: int, *, group: bool) -> None:
        """Count one more message, or refuse it and count nothing."""
        if not self.limits.enforced:
            return
        gauges = self._of(chat_id, group)
        wait = max(gauge.wait(self.now()) for gauge in gauges)
        if wait > 0:
            self.refused.append(chat_id)
            raise too_many(max(1, math.ceil(wait)))
        for gauge in gauges:
            gauge.spend()

    def change(self, limits: Limits) -> None:
        """Go by other numbers from now on."""
        self.limits = limits
        self._gauges.clear()

    def _of(self, chat_id: int, group: bool) -> list[_Bucket | _Window]:
        limits = self.limits
        burst = _Bucket(limits.chat_burst, limits.chat_per_second, limits.chat_burst, self.now())
        found = [
            self._gauges.setdefault(("overall", 0), _Window(limits.overall_per_second, 1.0)),
            self._gauges.setdefault(("chat", chat_id), burst),
        ]
        if group:
            found.append(self._gauges.setdefault(("group", chat_id), _Window(limits.group_per_minute, 60.0)))
        return found
