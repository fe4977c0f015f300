"""Where what the test kills stands still: no sleep is ever taken for an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager

Reached = Callable[[], Awaitable[object]]


class Holds:
    """Places in a server of the test where the next request stands still; those after it pass."""

    def __init__(self) -> None:
        self._holds: dict[str, tuple[asyncio.Event, asyncio.Event]] = {}

    @contextmanager
    def at(self, place: str) -> Generator[Reached]:
        """Hold the next request here until the context ends; gives what waits until one stands there."""
        reached, go = self._holds[place] = (asyncio.Event(), asyncio.Event())

        async def wait() -> None:
            async with asyncio.timeout(30):
                await reached.wait()

        try:
            yield wait
        finally:
            self._holds.pop(place, None)
            go.set()

    async def pass_by(self, place: str) -> None:
        """Stand still here if the test holds this place."""
        hold = self._holds.pop(place, None)
        if hold:
            hold[0].set()
            await hold[1].wait()
