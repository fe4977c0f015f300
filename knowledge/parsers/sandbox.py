"""Parsing in a child process with bounded memory and time, whose word is not trusted."""

import asyncio
import json
import os
import signal
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import knowledge
from knowledge.parsers.document import Parsed
from knowledge.parsers.errors import Damaged, Stopped, TooBig, TooDemanding, TooSlow
from knowledge.parsers.limits import Limits
from knowledge.parsers.result import decode
from knowledge.phrases import Phrase

Progress = Callable[[int, int], Awaitable[None]]
_HOUSE = Path(knowledge.__file__).resolve().parents[1]
_OUT_OF_MEMORY = frozenset((signal.SIGABRT, signal.SIGTRAP, signal.SIGILL, signal.SIGKILL, signal.SIGBUS))
_LONGEST_LINE = 4096


async def parse(
    path: Path,
    name: str,
    *,
    limits: Limits | None = None,
    progress: Progress | None = None,
    cancelled: asyncio.Event | None = None,
) -> Parsed:
    """Parses a file in a child process and returns the document.

    `progress(done, total)` counts pages, rows or chapters. Raises a ParserError; Stopped when `cancelled` is set. The
    child is killed on every way out, also when this task is cancelled or `progress` raises.
    """
    with tempfile.TemporaryDirectory(prefix="parse-") as folder:
        run = _Run(path, name, Path(folder), limits or Limits(), progress)
        return await run.finish(cancelled)


class _Run:
    """One child process from start to result."""

    def __init__(self, path: Path, name: str, folder: Path, limits: Limits, progress: Progress | None) -> None:
        self._path = path.absolute()
        self._name = name
        self._folder = folder
        self._result = folder / "result.json"
        self._limits = limits
        self._progress = progress

    async def finish(self, cancelled: asyncio.Event | None) -> Parsed:
        process = await self._start()
        try:
            async with asyncio.timeout(self._limits.wall):
                await self._watch(process, cancelled)
        except TimeoutError as error:
            raise TooSlow(self._name) from error
        finally:
            await _kill(process)
        if not self._result.exists() or process.returncode:
            raise self._failure(process.returncode or 0)
        return await asyncio.to_thread(decode, self._result, self._name, self._limits.output)

    async def _start(self) -> Process:
        request = {
            "path": str(self._path),
            "name": self._name,
            "result": str(self._result),
            "limits": asdict(self._limits),
            "parent": os.getpid(),
        }
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-s", "-X", "utf8", "-m", "knowledge.parsers.child", json.dumps(request)),
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=DEVNULL,
            cwd=self._folder,
            env={"PYTHONPATH": str(_HOUSE), "TMPDIR": str(self._folder), "MALLOC_ARENA_MAX": "2", "PATH": os.defpath},
            start_new_session=True,
            limit=_LONGEST_LINE,
        )

    async def _watch(self, process: Process, cancelled: asyncio.Event | None) -> None:
        """Follows the child to its end, or until somebody calls it off."""
        following = asyncio.ensure_future(self._follow(process))
        waiting: set[asyncio.Future[Any]] = {following}
        if cancelled:
            waiting.add(asyncio.ensure_future(cancelled.wait()))
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            if not following.done():
                raise Stopped(self._name)
            following.result()
        finally:
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    async def _follow(self, process: Process) -> None:
        if process.stdout is None:
            raise RuntimeError("the child was started without a pipe")
        while line := await self._line(process.stdout):
            if self._progress and (counts := _counts(line)):
                await self._progress(*counts)
        await process.wait()

    async def _line(self, stream: asyncio.StreamReader) -> bytes:
        try:
            return await stream.readline()
        except ValueError as error:  # a line longer than any of ours
            raise Damaged(self._name, Phrase("a document")) from error

    def _failure(self, code: int) -> Exception:
        """What a child's end without result means."""
        if code == -signal.SIGXCPU:
            return TooSlow(self._name)
        if code == -signal.SIGXFSZ:
            return TooBig(self._name, Phrase("its text is too long"))
        if -code in _OUT_OF_MEMORY:
            return TooDemanding(self._name)
        return Damaged(self._name, Phrase("a document"))


def _counts(line: bytes) -> tuple[int, int] | None:
    try:
        match json.loads(line):
            case [int(done), int(total)] if 0 <= done <= total:
                return done, total
            case _:
                return None
    except ValueError:
        return None


async def _kill(process: Process) -> None:
    """Ends the child and all it may have started."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    await asyncio.shield(process.wait())
