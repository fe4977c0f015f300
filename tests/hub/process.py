"""A hub as its operator runs it: `evermynd up` as a process of its own, in a folder of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ui.embedded.ports import free_port
from ui.embedded.running import attach
from ui.settings import PREFIX, Settings, load

READY, GONE = 240, 90  # seconds, upper bounds for a machine that is busy with something else
UPLOAD_LIMIT_MB = 2
ROOT = Path(__file__).parents[2]


@dataclass(slots=True)
class Hub:
    """A hub that can be started and stopped; `took` is how long the last start took, in seconds.

    `environment` are settings of this hub alone, as environment variables.
    """

    data_dir: Path
    port: int
    took: float = 0.0
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    _process: Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> Settings:
        """The settings that lead to its servers."""
        return attach(load(self.data_dir / "no.env", data_dir=self.data_dir, port=self.port))

    async def start(self) -> None:
        """Run `evermynd up` and wait until it names the address to open."""
        began = time.monotonic()
        command = [sys.executable, "-m", "ui.cli", "up", "--port", str(self.port), "--data-dir", str(self.data_dir)]
        process = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, env={**_environment(), **self.environment}, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT
        )
        self._process = process
        assert process.stdout is not None
        said: list[str] = []
        async with asyncio.timeout(READY):
            while not (said and f"EverMynd is ready: {self.url}" in said[-1]):
                said.append((await process.stdout.readline()).decode())
                assert said[-1], f"the hub did not start:\n{''.join(said)}"
        self.took = time.monotonic() - began

    async def stop(self) -> None:
        """Ask it to end, as a service manager does, and wait until all of it has."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(GONE):
                await process.communicate()
        except TimeoutError:
            process.kill()
            raise
        assert process.returncode == 0

    def log(self) -> str:
        """What its processes wrote."""
        return "\n".join(path.read_text(errors="replace") for path in sorted((self.data_dir / "logs").glob("*.log")))


def new_hub(data_dir: Path, **environment: str) -> Hub:
    """A hub that is not started yet, on a port that is free, with these settings."""
    return Hub(data_dir, free_port(), environment=environment)


def _environment() -> dict[str, str]:
    """This environment without the settings of a hub, but for a small limit of uploads."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return kept | {f"{PREFIX}UPLOAD_LIMIT_MB": str(UPLOAD_LIMIT_MB)}
