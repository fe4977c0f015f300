"""What the app did: every call with its answer, and everything it did that it should not have done."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from tests import journal


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
class Journal(journal.Journal):
    """The record of a platform."""

    calls: list[Call] = field(default_factory=list[Call])
    notices: list[Notice] = field(default_factory=list[Notice])

    def note(
        self, at: float, method: str, team_id: str, values: dict[str, Any], status: int, error: str, injected: bool
    ) -> None:
        """Keep a call with its answer."""
        self.calls.append(Call(at, method, team_id, values, status, error, injected))
        self.changed()

    def note_url(self, error: str) -> None:
        """Keep an answer over a response address."""
        self.note(time.time(), "response_url", "", {}, 404 if error else 200, error, injected=False)
