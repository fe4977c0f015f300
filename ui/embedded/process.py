"""Starting, ending and finding the server programs that we run as processes."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

TETHER = Path(__file__).with_name("tether.py")
LOG_LIMIT = 8 * 1024 * 1024  # bytes; a longer log becomes `.1` at the next start
GRACE = 10.0  # seconds a left-over gets to end before it is killed


@dataclass(frozen=True, slots=True)
class Account:
    """A user of this machine, by number."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Program:
    """What to run: an absolute command, where, with which environment, and how it is told to end."""

    command: Sequence[str]
    folder: Path
    env: Mapping[str, str]
    ends_with: signal.Signals = signal.SIGTERM
    account: Account | None = None
    descriptors: tuple[int, ...] = ()


def spawn(program: Program, log: Path, stdin: IO[str] | None = None) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, its output appended to the log.

    On Linux it also gets its ending signal when the thread that calls this dies: call it from one that lives as long as
    the server should.
    """
    account = program.account or Account(-1, -1)
    ends = (os.getpid(), int(program.ends_with), account.uid, account.gid)
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-I", "-S", str(TETHER), *map(str, ends), *program.command],
            cwd=program.folder,
            env=dict(program.env),
            stdin=subprocess.DEVNULL if stdin is None else stdin,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=program.descriptors,
        )


async def ended(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Wait for a process to end; False when it still runs after so many seconds."""
    try:
        await asyncio.to_thread(process.wait, seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


async def until_ready(
    process: subprocess.Popen[bytes], is_ready: Callable[[], Awaitable[bool]], seconds: float
) -> bool:
    """Wait until a server we started is ready; otherwise (it ended, or took too long, or we are cancelled) end it."""
    ready = False
    try:
        async with asyncio.timeout(seconds):
            while process.poll() is None and not ready:
                await asyncio.sleep(0.02)
                ready = await is_ready()
    except TimeoutError:
        return False
    finally:
        if not ready:
            await stop(process, signal.SIGINT, grace=5)
    return ready


async def stop(process: subprocess.Popen[bytes], ends_with: signal.Signals, grace: float = GRACE) -> None:
    """End a process politely, and after the grace time with SIGKILL."""
    if process.poll() is None:
        process.send_signal(ends_with)
    if not await ended(process, grace):
        process.kill()
        await ended(process, grace)


def leftovers(folder: Path, program: str) -> list[psutil.Process]:
    """Processes of that program that work in the folder: servers change into it, whatever their command line says."""
    home = str(folder.resolve())
    found = psutil.process_iter(["name", "cwd"])
    return [each for each in found if each.info["name"] == program and each.info["cwd"] == home]


def end_leftovers(folder: Path, program: str, ends_with: signal.Signals) -> int:
    """End what a killed run left behind in the folder (blocking), and say how many processes that were."""
    found = leftovers(folder, program)
    for each in found:
        _send(each, ends_with)
    _, stubborn = psutil.wait_procs(found, timeout=GRACE)
    for each in stubborn:
        _send(each, signal.SIGKILL)
    psutil.wait_procs(stubborn, timeout=GRACE)
    return len(found)


def _send(process: psutil.Process, wanted: signal.Signals) -> None:
    """Signal a process that may have ended meanwhile."""
    try:
        process.send_signal(wanted)
    except psutil.NoSuchProcess:
        return


def open_log(log: Path) -> int:
    """Prepare a log file of mode 600, moving a long one aside, and return the position where this run begins."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_name(log.name + ".1"))
    log.touch(mode=0o600)
    return log.stat().st_size


def said(log: Path, since: int) -> str:
    """What the log says from a position on, at most its last 64 KiB."""
    with log.open("rb") as file:
        file.seek(max(since, log.stat().st_size - 65536))
        return file.read().decode(errors="replace")
