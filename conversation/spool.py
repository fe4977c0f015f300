"""The spool: events that came while the ledger was away wait on this machine's disk, in order, until it is back.

Each is one file, written and synced before the platform gets its answer. Events that keep failing for a fault of ours
are put aside in a folder beside them, for a person to look at.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import structlog

from conversation.bots import masked
from conversation.errors import SpoolFull
from knowledge.db.errors import DatabaseUnavailable

LIMIT = 256 * 1024 * 1024
"""Bytes of events that are kept at most."""
SWEEP = 1.0
TRIES = 3
"""How often an event is tried that fails for a reason of our own."""

_log = structlog.get_logger(__name__)

Take = Callable[[Any], Awaitable[object]]


class Spool:
    """Keeps the events of one channel in a folder."""

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self._folder = folder
        self._limit = limit
        self._aside = folder / "aside"
        self._aside.mkdir(parents=True, exist_ok=True)
        self._last = 0
        self._failures = 0
        self._sizes = {path: path.stat().st_size for path in self._files()}

    @property
    def waiting(self) -> int:
        """How many events wait; while there are any, new ones have to wait behind them."""
        return len(self._sizes)

    async def take(self, take: Take, event: object) -> None:
        """Commit an event, or let it wait on the disk if it cannot be committed now; raises `SpoolFull`."""
        if self.waiting:
            return await self.keep(event)
        try:
            await take(event)
        except DatabaseUnavailable:
            await self.keep(event)

    async def keep(self, event: object) -> None:
        """Write an event to the disk, durably; raises `SpoolFull`."""
        path = self._next(self._folder)
        self._sizes[path] = await asyncio.to_thread(self._write, path, event)

    async def put_aside(self, event: object) -> None:
        """Keep an event that cannot be taken, for a person to look at; raises `SpoolFull`."""
        await asyncio.to_thread(self._write, self._next(self._aside), masked(event))

    def _next(self, folder: Path) -> Path:
        """Give a name that sorts after all before it."""
        self._last = max(self._last + 1, time.time_ns())
        return folder / f"{self._last:020}-{os.getpid()}.json"

    async def drain(self, take: Take) -> None:
        """Take what waits, the oldest first, until cancelled; an event leaves the disk once it is committed."""
        while True:
            with contextlib.suppress(DatabaseUnavailable):
                await self._drain(take)
            await asyncio.sleep(SWEEP)

    async def _drain(self, take: Take) -> None:
        for path in sorted(self._sizes):
            try:
                await take(await asyncio.to_thread(_read, path))
            except DatabaseUnavailable:
                raise
            except Exception:  # a fault of ours with one event must not hold up all that follow
                _log.exception("spool.event_failed", event_file=path.name)
                self._failures += 1
                if self._failures < TRIES:
                    return
                await asyncio.to_thread(self._move_aside, path)
            else:
                await asyncio.to_thread(path.unlink)
            self._failures = 0
            del self._sizes[path]

    def _move_aside(self, path: Path) -> None:
        """Put a file aside that cannot be taken, without the tokens in it (blocking)."""
        with contextlib.suppress(ValueError):  # what cannot be read stays as it is
            event = _read(path)
            if (bare := masked(event)) != event:
                path.write_text(json.dumps(bare), "ascii")
        path.rename(self._aside / path.name)

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("*.json"))

    def _write(self, path: Path, event: object) -> int:
        """Write and sync a file, and give its size (blocking)."""
        body = json.dumps(event).encode()  # plain ASCII: a lone surrogate has no other form
        if sum(self._sizes.values()) + len(body) > self._limit:
            raise SpoolFull
        unfinished = path.with_suffix(".part")
        with unfinished.open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
        directory = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
        return len(body)


def _read(path: Path) -> object:
    return json.loads(path.read_bytes())
