"""Cold and warm start of `evermynd up`, and the memory of the whole stack at rest.

Cold is a fresh data folder with the environment already installed; warm is the same folder again. Memory is the
proportional share (PSS), in which pages that processes share are counted once.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.benchmarks.figures import say, show
from ui.embedded import ports

READY = "is ready"
REST = 20.0
"""Seconds of doing nothing before memory is read."""
PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class Started:
    """A running hub, and the seconds until `/readyz` answered 200 and until it said that it is ready."""

    process: Process
    answering: float
    ready: float


@asynccontextmanager
async def started(folder: Path) -> AsyncGenerator[Started]:
    """Run `evermynd up` on a data folder until the context ends."""
    port = ports.free_port()
    evermynd = str(Path(sys.executable).with_name("evermynd"))
    env = {name: value for name, value in os.environ.items() if not name.startswith("EVERMYND_")}
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        evermynd, "up", "--data-dir", str(folder / "data"), "--port", str(port),
        cwd=folder, env=env, stdout=PIPE, stderr=STDOUT,
    )  # fmt: skip
    try:
        async with asyncio.timeout(PATIENCE):
            answering = asyncio.create_task(_until_answering(port, began))
            await _until_said(process)
            yield Started(process, await answering, time.perf_counter() - began)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        await process.wait()


async def _until_answering(port: int, began: float) -> float:
    while await ports.answers("127.0.0.1", port, "/readyz") != 200:
        await asyncio.sleep(0.02)
    return time.perf_counter() - began


async def _until_said(process: Process) -> None:
    assert process.stdout is not None
    said: list[str] = []
    while line := await process.stdout.readline():
        said.append(line.decode(errors="replace").rstrip())
        if READY in said[-1]:
            return
    raise RuntimeError("evermynd up ended: " + " / ".join(said[-3:]))


def memory(pid: int) -> dict[str, int]:
    """Megabytes by kind of process in this process tree."""
    found: dict[str, int] = {}
    root = psutil.Process(pid)
    for each in (root, *root.children(recursive=True)):
        name, kilobytes = _kind(each), _share(each.pid)
        found[name] = found.get(name, 0) + kilobytes
    return {name: kilobytes >> 10 for name, kilobytes in sorted(found.items(), key=lambda item: -item[1])}


def _share(pid: int) -> int:
    """Kilobytes of a process that count for it alone; 0 once it is gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _kind(process: psutil.Process) -> str:
    """Name what a process does in the hub."""
    words = process.cmdline()
    roles = {"up": "supervisor", "serve": "gateway", "worker": "worker", "schedule": "scheduler"}
    if role := next((roles[word] for word in words[1:6] if word in roles), None):
        return role
    names = {"postgres": "Postgres", "java": "graph server", "redis-server": "Redis"}
    return names.get(process.name(), process.name())


async def run() -> None:
    """Print the figures of this module."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with started(folder) as cold:
            show("cold start: fresh data folder → ready", f"{cold.ready:5.1f} s   (/readyz {cold.answering:.1f} s)")
        async with started(folder) as warm:
            show(
                "warm start: second time → ready", f"{warm.ready:5.1f} s   (/readyz {warm.answering:.1f} s, target 10)"
            )
            say(f"resting {REST:.0f} s")
            await asyncio.sleep(REST)
            shares = memory(warm.process.pid)
            show("memory at rest, all processes (PSS)", f"{sum(shares.values())} MB")
            show("", ", ".join(f"{kind} {megabytes}" for kind, megabytes in shares.items()))


if __name__ == "__main__":
    asyncio.run(run())
