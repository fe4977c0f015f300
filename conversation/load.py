"""Load: how late this process's event loop is, so that what can wait does while there is more to do than time."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager, suppress

STEP = 0.02
"""Seconds between two looks."""
LATE = 0.04
"""Seconds of lateness from which on nothing new is begun."""
PATIENCE = 0.25
"""Seconds that the first in line waits at most, so that some things are begun however many wait at the door."""


class Load:
    """Lets things begin one after another, and only while the loop is in time and nobody waits at the door."""

    def __init__(self) -> None:
        self._in_time = asyncio.Event()
        self._in_time.set()
        self._gate = asyncio.Lock()
        self._at_the_door = 0
        self._nobody = asyncio.Event()
        self._nobody.set()

    @contextmanager
    def door(self) -> Generator[None]:
        """Be somebody who waits for an acknowledgement until the context ends."""
        self._at_the_door += 1
        self._nobody.clear()
        try:
            yield
        finally:
            self._at_the_door -= 1
            if not self._at_the_door:
                self._nobody.set()

    async def watch(self) -> None:
        """Measure until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            await asyncio.sleep(STEP)
            if loop.time() - began - STEP < LATE:
                self._in_time.set()
            else:
                self._in_time.clear()

    async def calm(self) -> None:
        """Return when something new may begin."""
        if self._in_time.is_set() and self._nobody.is_set() and not self._gate.locked():
            return
        async with self._gate:
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await self._in_time.wait()
                    await self._nobody.wait()
