"""What can go wrong on the way: failures a test orders for the next calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

How = Literal["error", "lose", "reset"]


@dataclass(slots=True)
class Fault:
    """One ordered failure, for so many calls of a method ("*" is any) in a chat (0 is any)."""

    method: str
    how: How
    times: int = 1
    chat_id: int = 0
    code: int = 500
    description: str = "Internal Server Error"
    retry_after: int = 0
    plain: bool = False
    """Whether the error comes as a gateway's web page instead of JSON."""
    accepted: bool = False
    """Whether the call is carried out before it fails."""


@dataclass(slots=True)
class Faults:
    """The failures to come, in the order they were ordered."""

    _coming: list[Fault] = field(default_factory=list[Fault])

    def error(self, method: str, code: int, description: str, *, times: int = 1, chat_id: int = 0) -> None:
        """Refuse the next calls with an error as the API writes it."""
        self._coming.append(Fault(method, "error", times, chat_id, code, description))

    def gateway(self, method: str, code: int = 502, *, times: int = 1, accepted: bool = False) -> None:
        """Answer the next calls with a gateway's web page; `accepted` carries them out first."""
        self._coming.append(Fault(method, "error", times, 0, code, "Bad Gateway", plain=True, accepted=accepted))

    def flood(self, method: str, retry_after: int, *, times: int = 1, chat_id: int = 0) -> None:
        """Answer the next calls with 429 and this time to wait."""
        sentence = f"Too Many Requests: retry after {retry_after}"
        self._coming.append(Fault(method, "error", times, chat_id, 429, sentence, retry_after))

    def lose(self, method: str, *, times: int = 1, chat_id: int = 0) -> None:
        """Carry the next calls out, and never answer them."""
        self._coming.append(Fault(method, "lose", times, chat_id, accepted=True))

    def reset(self, method: str, *, times: int = 1, chat_id: int = 0, accepted: bool = False) -> None:
        """Cut the connection; `accepted` carries the call out first."""
        self._coming.append(Fault(method, "reset", times, chat_id, accepted=accepted))

    def clear(self) -> None:
        """Order nothing more."""
        self._coming.clear()

    def next_for(self, method: str, chat_id: str) -> Fault | None:
        """The failure this call meets, counted down."""
        for fault in self._coming:
            if fault.method.lower() in {"*", method.lower()} and str(fault.chat_id) in {"0", chat_id}:
                fault.times -= 1
                if fault.times <= 0:
                    self._coming.remove(fault)
                return fault
        return None
