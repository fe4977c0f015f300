"""What can go wrong on the way: failures a test orders for the next calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

How = Literal["error", "status", "flood", "lose", "drop"]


@dataclass(slots=True)
class Fault:
    """One ordered failure, for so many calls of a method ("*" is any) in a channel ("" is any)."""

    method: str
    how: How
    times: int = 1
    channel: str = ""
    error: str = "internal_error"
    status: int = 503
    retry_after: int = 1
    accepted: bool = False
    """Whether the call is carried out before it fails."""


@dataclass(slots=True)
class Faults:
    """The failures to come, in the order they were ordered."""

    _coming: list[Fault] = field(default_factory=list[Fault])

    def order(self, fault: Fault) -> None:
        """Let a coming call fail."""
        self._coming.append(fault)

    def clear(self) -> None:
        """Order nothing more."""
        self._coming.clear()

    def next_for(self, method: str, channel: str) -> Fault | None:
        """The failure this call meets, counted down."""
        for fault in self._coming:
            if fault.method in {"*", method} and fault.channel in {"", channel}:
                fault.times -= 1
                if fault.times <= 0:
                    self._coming.remove(fault)
                return fault
        return None
