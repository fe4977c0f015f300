"""Messages of which Teams does not say clearly whether they are there: a new one it may not know yet, and one that was
deleted it may refuse to change with the same words as a fault that passes.
"""

from __future__ import annotations

import math
import time

from bots.teams.errors import ServiceFault
from bots.teams.faults import PAUSE
from conversation.errors import Delayed, Gone, Unknown

FRESH = 10.0
"""Seconds for which Teams may not know yet a message that it took.
https://github.com/MicrosoftDocs/msteams-docs/issues/6139"""
BEHIND = 60.0
"""Seconds by which our clock may be behind that of Teams."""
TRIES = 10
"""How often a change is tried again that meets a fault of the service: for about a minute, ever more slowly.
https://github.com/microsoft/BotFramework-Services/issues/269"""
_REMEMBERED = 10_000


class Doubts:
    """How often a change of each message met a fault of the service."""

    def __init__(self, remembered: int = _REMEMBERED) -> None:
        self._remembered = remembered
        self._faults: dict[str, int] = {}

    def delay(self, key: str, error: Gone | Unknown, *, fresh: bool) -> Delayed | None:
        """Give the time until the next try; None if the message has to be taken for gone."""
        match error:
            case ServiceFault():
                return self._counted(key)
            case Gone() if not fresh:
                return self.end(key)
            case _:
                return Delayed(PAUSE)

    def end(self, key: str) -> None:
        """Let go of what a message met: it was changed, or is gone."""
        self._faults.pop(key, None)

    def _counted(self, key: str) -> Delayed | None:
        met = self._faults.pop(key, 0) + 1
        if met > TRIES:
            return None
        while len(self._faults) >= self._remembered:
            del self._faults[next(iter(self._faults))]
        self._faults[key] = met
        return Delayed(PAUSE * met)


def age(message_id: str) -> float:
    """Tell how many seconds old a message is: its id is when it began, in milliseconds."""
    known = message_id.isdecimal() and len(message_id) == 13
    return time.time() - int(message_id) / 1000 if known else math.inf


def is_fresh(seconds: float) -> bool:
    """Tell whether Teams may not know yet what is there for so many seconds, as far as our clock can tell."""
    return -BEHIND < seconds < FRESH
