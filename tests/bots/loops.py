"""What a messenger does all the time, done beside a test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def looping(loops: Iterable[Callable[[], Coroutine[Any, Any, object]]]) -> AsyncGenerator[None]:
    """Run these until the context ends; they end like a process that is asked to."""
    tasks = [asyncio.create_task(loop()) for loop in loops]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
