"""What the ways in of all messengers share: the core's door, and how often a payload is tried that we fail to take."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Protocol

from conversation.channel import Channel

TRIES = 3
"""How often a payload is tried whose taking fails for a reason of our own."""

_REMEMBERED = 1000


class Intake(Protocol):
    """The core's door: commits one event, or raises."""

    async def take(self, channel: Channel, event: object, /) -> object:
        """Commit what happened; doing it again changes nothing. Raises `DatabaseUnavailable`."""
        ...

    async def put_aside(self, event: object, /) -> None:
        """Keep an event that cannot be taken for a person to look at."""
        ...


class Failures:
    """Counts how often each payload could not be taken; of the many that may fail, the latest are remembered."""

    def __init__(self) -> None:
        self._counts: OrderedDict[Hashable, int] = OrderedDict()

    def count(self, key: Hashable) -> int:
        """Count one more failure of a payload, and give their number; the last try is forgotten."""
        failures = self._counts.pop(key, 0) + 1
        if failures < TRIES:
            self._counts[key] = failures
            if len(self._counts) > _REMEMBERED:
                self._counts.popitem(last=False)
        return failures

    def forget(self, key: Hashable) -> None:
        """Drop the count of a payload that was taken after all."""
        self._counts.pop(key, None)
