"""What can go wrong on the way: failures a test orders for the next calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

How = Literal["error", "gateway", "lose", "reset"]
METHODS = frozenset(
    {"*", "create", "send", "reply", "update", "delete", "members", "member", "team", "token", "openid"}
    | {"keys", "download", "upload", "image"}
)


@dataclass(slots=True)
class Fault:
    """One ordered failure, for so many calls of a method ("*" is any) in a conversation ("" is any)."""

    method: str
    how: How = "error"
    status: int = 502
    code: str = "ServiceError"
    message: str = "Internal server error."
    retry_after: int = 0
    times: int = 1
    chat: str = ""
    accepted: bool = False
    """Whether the call is carried out before it fails."""


@dataclass(slots=True)
class Faults:
    """The failures to come, in the order they were ordered."""

    _coming: list[Fault] = field(default_factory=list[Fault])

    def order(self, fault: Fault) -> None:
        """Order a failure."""
        if fault.method not in METHODS:
            raise ValueError(f"there is no method {fault.method}, only {', '.join(sorted(METHODS))}")
        self._coming.append(fault)

    def clear(self) -> None:
        """Order nothing more."""
        self._coming.clear()

    def next_for(self, method: str, chat: str) -> Fault | None:
        """The failure this call meets, counted down."""
        for fault in self._coming:
            if fault.method in {"*", method} and (not fault.chat or chat.startswith(fault.chat)):
                fault.times -= 1
                if fault.times <= 0:
                    self._coming.remove(fault)
                return fault
        return None
