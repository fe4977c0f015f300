"""Running asynchronous work in a process of its own, so that SIGTERM leaves it time to finish or to hand back."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine
from typing import Any

GRACE = 15.0
"""Seconds that work may go on after SIGTERM; then it is cancelled and gives back what it holds."""


def until_told(main: Callable[[asyncio.Event], Coroutine[Any, Any, None]], grace: float = GRACE) -> None:
    """Run a coroutine to its end (blocking), or until `grace` seconds after SIGTERM, which sets its event."""

    async def body() -> None:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        if task is None:
            raise RuntimeError("asyncio runs us in a task")
        told = asyncio.Event()

        def tell() -> None:
            if not told.is_set():
                told.set()
                loop.call_later(grace, task.cancel)

        loop.add_signal_handler(signal.SIGTERM, tell)
        try:
            await main(told)
        except asyncio.CancelledError:
            if not told.is_set():
                raise

    asyncio.run(body())
