"""Waiting for what must happen: a test looks until it is there, and fails when it does not come in time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

STEP = 0.01  # seconds between two looks

Seen = TypeVar("Seen")


async def until(look: Callable[[], Seen], seconds: float = 10.0) -> Seen:
    """Look until there is something, and give what was seen."""
    async with asyncio.timeout(seconds):
        while not (seen := look()):
            await asyncio.sleep(STEP)
    return seen


async def until_so(condition: Callable[[], Awaitable[bool]], seconds: float = 30.0) -> float:
    """Ask until it is so, and tell how many seconds that took."""
    start = time.monotonic()
    while not await condition():
        assert time.monotonic() - start < seconds, f"it did not happen within {seconds} seconds"
        await asyncio.sleep(2 * STEP)
    return time.monotonic() - start


async def until_other(look: Callable[[], Awaitable[Seen]], before: Seen, seconds: float = 10.0) -> Seen:
    """Look until something is no longer what it was, and give what it is then."""
    async with asyncio.timeout(seconds):
        while (seen := await look()) == before:
            await asyncio.sleep(STEP)
    return seen
