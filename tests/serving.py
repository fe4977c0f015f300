"""Servers of the tests: an application on a port of this machine, in the test or as a process of its own."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from aiohttp import web

CLOSING = 1.0  # seconds a request may still take when the server ends


@asynccontextmanager
async def served(app: web.Application, port: int = 0) -> AsyncGenerator[str]:
    """Serve an application; gives the address that its paths follow."""
    runner = web.AppRunner(app, shutdown_timeout=CLOSING, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def ending() -> asyncio.Event:
    """Give what is set once this process is told to end."""
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    return over
