"""The spool: events that came while the ledger was away wait on this machine's disk, in order, until it is back.

Each is one sealed file, written and synced before the platform gets its answer. Events that keep failing for a fault of
ours, and records that cannot be opened, are put aside in a folder beside them, for a person to look at
(`conversation.aside`).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import structlog

from conversation.bots import masked
from conversation.errors import SpoolFull
from conversation.records import PLAIN, UNREADABLE, Record, Records
from knowledge.db.errors import DatabaseUnavailable
from knowledge.vault import Vault

LIMIT = 256 * 1024 * 1024
"""Bytes of events that are kept at most."""
SWEEP = 1.0
"""Seconds between two looks for what waits."""
TRIES = 3
"""How often an event is tried that fails for a reason of our own."""
ASIDE, AGAIN = "aside", "again"
"""The folders of what is put aside, and of what a person handed in again."""

_log = structlog.get_logger(__name__)

Take = Callable[[Any], Awaitable[object]]


class Spool:
    """Keeps the events of one channel in a folder."""

    def __init__(self, folder: Path, vault: Vault, limit: int = LIMIT, sweep: float = SWEEP) -> None:
        (folder / ASIDE).mkdir(mode=0o700, parents=True, exist_ok=True)
        self._records = Records(folder, vault, folder.name)
        self._aside = Records(folder / ASIDE, vault, folder.name)
        self._again = Records(folder / AGAIN, vault, folder.name)
        self._limit = limit
        self._sweep = sweep
        self._last = 0
        self._failures = 0
        self._unopened = 0
        self._sizes = {path: path.stat().st_size for path in self._records.paths()}
        self._seal_old()

    @property
    def waiting(self) -> int:
        """How many events wait; while there are any, new ones have to wait behind them."""
        return len(self._sizes)

    @property
    def unopened(self) -> int:
        """How many records were put aside since the start because they could not be opened."""
        return self._unopened

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
        path, size = await asyncio.to_thread(self._write, self._records, self._next(), Record(event))
        self._sizes[path] = size

    async def put_aside(self, event: object, error: BaseException | None = None) -> None:
        """Keep an event that cannot be taken, for a person to look at, with the error it failed with.

        Tokens in it are masked. Raises `SpoolFull`.
        """
        record = Record(masked(event), _reason(error) if error else "")
        await asyncio.to_thread(self._write, self._aside, self._next(), record)

    async def drain(self, take: Take) -> None:
        """Take what waits, the oldest first, until cancelled; an event leaves the disk once it is committed."""
        while True:
            self._sizes |= await asyncio.to_thread(self._readmit)
            with contextlib.suppress(DatabaseUnavailable):
                await self._drain(take)
            await asyncio.sleep(self._sweep)

    def _next(self) -> str:
        """Give a name that sorts after all before it."""
        self._last = max(self._last + 1, time.time_ns())
        return f"{self._last:020}-{os.getpid()}"

    async def _drain(self, take: Take) -> None:
        for path in sorted(self._sizes):
            record = await self._open(path)
            if record is not None and not await self._done(take, path, record.event):
                return
            self._failures = 0
            del self._sizes[path]

    async def _open(self, path: Path) -> Record | None:
        """Read a record; None for one that cannot be opened, which is put aside, or that another process has taken."""
        try:
            return await asyncio.to_thread(self._records.read, path)
        except FileNotFoundError:
            return None
        except UNREADABLE as error:
            self._unopened += 1
            _log.error("spool.record_not_opened", record=path.name, reason=str(error), unopened=self._unopened)
            await asyncio.to_thread(self._aside.take_in, path)
            return None

    async def _done(self, take: Take, path: Path, event: object) -> bool:
        """Commit an event or, after its last try, put it aside; False if it is to be tried again."""
        try:
            await take(event)
        except DatabaseUnavailable:
            raise
        except Exception as error:  # a fault of ours with one event must not hold up all that follow
            _log.exception("spool.event_failed", event_file=path.name)
            self._failures += 1
            if self._failures < TRIES:
                return False
            record = Record(masked(event), _reason(error))
            await asyncio.to_thread(self._aside.put, path.stem, self._aside.sealed(path.stem, record))
        await asyncio.to_thread(path.unlink, missing_ok=True)
        return True

    def _write(self, records: Records, name: str, record: Record) -> tuple[Path, int]:
        """Write a record, and give its file and size (blocking)."""
        body = records.sealed(name, record)
        if sum(self._sizes.values()) + len(body) > self._limit:
            raise SpoolFull
        return records.put(name, body), len(body)

    def _readmit(self) -> dict[Path, int]:
        """Let in what was handed in again (blocking); of several processes one gets each."""
        found: dict[Path, int] = {}
        for path in self._again.paths():
            with contextlib.suppress(FileNotFoundError):
                moved = self._records.take_in(path)
                found[moved] = moved.stat().st_size
        return found

    def _seal_old(self) -> None:
        """Seal what an older version put aside; what cannot be read stays as it is."""
        for path in self._aside.paths():
            if path.suffix == PLAIN:
                with contextlib.suppress(*UNREADABLE):
                    record = self._aside.read(path)
                    bare = replace(record, event=masked(record.event))
                    self._aside.put(path.stem, self._aside.sealed(path.stem, bare))
                    path.unlink()


def _reason(error: BaseException) -> str:
    """Tell of what kind an error is and where it arose; what it says may be somebody's words."""
    kind, frames = type(error).__name__, traceback.extract_tb(error.__traceback__)
    if not frames:
        return kind
    place = Path(frames[-1].filename)
    return f"{kind} at {place.parent.name}/{place.name}:{frames[-1].lineno}"
