"""How fast an app may call, and what it is told when it is faster.

https://docs.slack.dev/apis/web-api/rate-limits: every method has a tier, counted a minute for each app and workspace
(1+, 20+, 50+, 100+ calls). Posting messages has a rule of its own: about one a second in a channel with short bursts,
and several hundred a minute in a workspace (https://docs.slack.dev/reference/methods/chat.postMessage#rate_limiting).
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from .clock import Clock
from .errors import rate_limited

TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
"""Calls a minute."""
SPECIAL = {"chat.postMessage": 300, "assistant.threads.setStatus": 300}
"""Calls a minute of the methods without a tier; the documentation says several hundred, and means both alike."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers; `enforced=False` switches all of them off."""

    enforced: bool = True
    channel_per_second: float = 1.0
    channel_burst: int = 5
    tier_factor: float = 1.0
    """How much more than the documented number of calls a minute is let through."""


@dataclass(slots=True)
class _Bucket:
    level: float
    at: float


@dataclass(slots=True)
class Pace:
    """Counts what an app calls."""

    clock: Clock
    limits: Limits = field(default_factory=Limits)
    refused: list[str] = field(default_factory=list[str])
    """Methods that were refused for their speed, one entry a refusal."""
    _channels: dict[str, _Bucket] = field(default_factory=dict[str, _Bucket])
    _windows: dict[tuple[str, str], deque[float]] = field(default_factory=dict[tuple[str, str], "deque[float]"])

    def message(self, channel: str) -> None:
        """Count one more message in a channel, or refuse it and count nothing."""
        if not self.limits.enforced:
            return
        now, burst, rate = self.clock.now(), self.limits.channel_burst, self.limits.channel_per_second
        bucket = self._channels.setdefault(channel, _Bucket(burst, now))
        bucket.level, bucket.at = min(burst, bucket.level + (now - bucket.at) * rate), now
        if bucket.level < 1 - 1e-9:
            self._refuse("chat.postMessage", (1 - bucket.level) / rate)
        bucket.level -= 1

    def call(self, method: str, team_id: str, tier: int) -> None:
        """Count one more call of a method, or refuse it and count nothing; tier 0 is counted if it is special."""
        allowed = TIERS[tier] if tier else SPECIAL.get(method, 0)
        if not self.limits.enforced or not allowed:
            return
        now, most = self.clock.now(), math.ceil(allowed * self.limits.tier_factor)
        window = self._windows.setdefault((method, team_id), deque[float]())
        while window and window[0] <= now - 60:
            window.popleft()
        if len(window) >= most:
            self._refuse(method, window[0] + 60 - now)
        window.append(now)

    def change(self, limits: Limits) -> None:
        """Go by other numbers from now on."""
        self.limits = limits
        self._channels.clear()
        self._windows.clear()

    def _refuse(self, method: str, seconds: float) -> None:
        self.refused.append(method)
        raise rate_limited(max(1, math.ceil(seconds)))
