"""The scripted OpenAI-compatible server: installed through npm into a cache folder, spoken to over real HTTP."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.downloads import absent, npm_packages
from ui.embedded.ports import free_port

HERE = Path(__file__).parent
VERSION = "1.43.0"
INSTALL, STARTUP = 120, 20  # seconds


@dataclass(frozen=True, slots=True)
class Aimock:
    """A running server; `url` is what a client takes as base URL."""

    origin: str

    @property
    def url(self) -> str:
        return f"{self.origin}/v1"

    async def journal(self) -> list[dict[str, Any]]:
        """What clients sent, oldest first."""
        async with httpx.AsyncClient() as client:
            return (await client.get(f"{self.origin}/__aimock/journal")).json()


def missing() -> str:
    """Why this machine cannot run it, or nothing."""
    lacking = absent("node", "npm")
    return f"the scripted model server needs {lacking}" if lacking else ""


@asynccontextmanager
async def open_aimock(fixtures: Path = HERE / "fixtures.json") -> AsyncGenerator[Aimock]:
    """Run a server on these fixtures."""
    program = await asyncio.to_thread(_program)
    port = free_port()
    command = ["node", str(program), "-p", str(port), "-h", "127.0.0.1", "-f", str(fixtures), "--log-level", "silent"]
    process = await asyncio.create_subprocess_exec(*command, stdin=subprocess.DEVNULL)
    try:
        server = Aimock(f"http://127.0.0.1:{port}")
        async with asyncio.timeout(STARTUP):
            await _ready(server, process)
        yield server
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def _program() -> Path:
    packages = npm_packages(f"aimock-{VERSION}", HERE / "package.json", INSTALL)
    return packages / "@copilotkit" / "aimock" / "dist" / "cli.js"


async def _ready(server: Aimock, process: asyncio.subprocess.Process) -> None:
    async with httpx.AsyncClient() as client:
        while process.returncode is None:
            try:
                if (await client.get(f"{server.origin}/health")).is_success:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.05)
    raise RuntimeError("the scripted model server did not start")
