"""The test's side of the nursery: starting processes in no time, killing them, and counting the kills."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import psutil

from tests.waiting import until_so

ENV = {"TOKENIZERS_PARALLELISM": "false", "OPENBLAS_NUM_THREADS": "1"}


class Cradle:
    """Starts children of the nursery."""

    def __init__(self, nursery: Process) -> None:
        self._nursery = nursery
        self._lock = asyncio.Lock()

    async def start(self, kind: str, **settings: Any) -> psutil.Process:
        """Start a gateway or a worker."""
        async with self._lock:
            line = await self._ask(json.dumps({"kind": kind, **settings}))
        return psutil.Process(int(line))

    async def _ask(self, line: str) -> str:
        assert self._nursery.stdin is not None and self._nursery.stdout is not None
        self._nursery.stdin.write(f"{line}\n".encode())
        await self._nursery.stdin.drain()
        return (await self._nursery.stdout.readline()).decode()


@asynccontextmanager
async def open_cradle() -> AsyncGenerator[Cradle]:
    """Start the nursery; everything born there ends with it."""
    words = (sys.executable, "-m", "tests.kill.nursery")
    nursery = await asyncio.create_subprocess_exec(*words, stdin=PIPE, stdout=PIPE, env=os.environ | ENV)
    assert nursery.stdin is not None and nursery.stdout is not None
    assert await nursery.stdout.readline() == b"ready\n"
    try:
        yield Cradle(nursery)
    finally:
        nursery.stdin.close()
        await nursery.wait()


class Kills:
    """Ends processes as a power cut would, and counts them."""

    def __init__(self) -> None:
        self.counted: dict[str, int] = {}

    async def kill(self, process: psutil.Process, what: str) -> None:
        """Kill one and wait until it is gone."""
        process.send_signal(signal.SIGKILL)
        self.counted[what] = self.counted.get(what, 0) + 1
        await until_so(lambda: gone(process))

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counted.values())


async def gone(process: psutil.Process) -> bool:
    """Tell whether a process runs no more."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
