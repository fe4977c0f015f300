"""What `up` keeps alive: the embedded servers and our own processes, under one port."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psutil

from ui.embedded import process
from ui.embedded.tail import Tail

GRACE = 25.0  # seconds in which our own processes finish what they do
MARK = "HUB_CHILD_OF"  # environment variable by which the next start knows what a killed run left behind


class Running(Protocol):
    """An embedded server that runs."""

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """Its main process."""
        ...

    @property
    def env(self) -> dict[str, str]:
        """The settings that lead to it."""
        ...

    @property
    def again(self) -> Callable[[], Awaitable["Running"]]:
        """Starts it anew at the same address."""
        ...

    async def stop(self) -> None:
        """End it."""
        ...


class Part(Protocol):
    """Something with a main process that can be started anew."""

    title: str
    needed: bool

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """Its main process of now."""
        ...

    @property
    def log(self) -> Path:
        """Where its output goes."""
        ...

    def fresh(self) -> list[str]:
        """Lines of its log that came since the last call and may matter to a person."""
        ...

    async def revive(self) -> None:
        """Start it anew after its process ended."""
        ...

    async def stop(self) -> None:
        """End it with everything it started."""
        ...


@dataclass(slots=True)
class ServerPart:
    """An embedded server; its log is for the file alone, as the application tells what matters of it."""

    title: str
    running: Running
    log: Path
    needed: bool = True

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """Its main process of now."""
        return self.running.process

    def fresh(self) -> list[str]:
        """Nothing."""
        return []

    async def revive(self) -> None:
        """Start it anew at the same address; raises StartError."""
        await self.running.stop()
        self.running = await self.running.again()

    async def stop(self) -> None:
        """End it."""
        await self.running.stop()


@dataclass(frozen=True, slots=True)
class Command:
    """One of our own processes: its name, its command line, and the path that answers 200 once it is ready."""

    title: str
    words: tuple[str, ...]
    ready: str | None = None


def our(title: str, command: str, ready: str | None = None) -> Command:
    """A subcommand of `evermynd` as a process."""
    return Command(title, (sys.executable, "-m", "ui.cli", command), ready)


class ChildPart:
    """One of our own processes, in a session of its own."""

    needed = True

    def __init__(self, command: Command, env: Mapping[str, str], log: Path) -> None:
        self.title = command.title
        self.log = log
        self._program = process.Program(command.words, Path.cwd(), env)
        self._tail = Tail(log, process.open_log(log))
        self.process = process.spawn(self._program, log)

    def fresh(self) -> list[str]:
        """Lines of its log that came since the last call."""
        return self._tail.fresh()

    async def revive(self) -> None:
        """Start it anew, once nothing of its old session is left."""
        await asyncio.to_thread(_kill_session, self.process.pid)
        self.process = process.spawn(self._program, self.log)

    async def stop(self) -> None:
        """Let it finish what it does, then end its session."""
        await process.stop(self.process, signal.SIGTERM, GRACE)
        await asyncio.to_thread(_kill_session, self.process.pid)


def _kill_session(leader: int) -> None:
    """Kill every process of a session whose leader has ended."""
    for each in psutil.process_iter():
        try:
            if os.getsid(each.pid) == leader:
                each.kill()
        except (ProcessLookupError, PermissionError, psutil.Error):
            continue


def end_marked(folder: Path) -> int:
    """End all processes that a run of this data folder started and left, and say how many those were (blocking)."""
    found = [each for each in psutil.process_iter() if _mark(each) == str(folder)]
    for each in found:
        _end(each, signal.SIGTERM)
    _, stubborn = psutil.wait_procs(found, timeout=5)
    for each in stubborn:
        _end(each, signal.SIGKILL)
    psutil.wait_procs(stubborn, timeout=5)
    return len(found)


def _mark(each: psutil.Process) -> str | None:
    try:
        return each.environ().get(MARK) if each.pid != os.getpid() else None
    except psutil.Error:
        return None


def _end(each: psutil.Process, wanted: signal.Signals) -> None:
    try:
        each.send_signal(wanted)
    except psutil.NoSuchProcess:
        return
