"""A real Neo4j for tests: its jars come through Maven into a cache folder, a small Java program starts them."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.downloads import absent, once
from ui.embedded.ports import free_port

HERE = Path(__file__).parent
VERSION = "5.26.24"
DOWNLOAD, STARTUP, ENDING = 600, 120, 30  # seconds
JVM = (
    "-XX:+UseSerialGC",
    "-Xmx512m",
    "-XX:TieredStopAtLevel=1",  # it lives for a minute: compiling for speed costs more than it saves
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
)


def missing() -> str:
    """Why this machine cannot run it, or nothing."""
    lacking = absent("java", "mvn")
    return f"a real Neo4j needs {lacking}" if lacking else ""


@asynccontextmanager
async def neo4j_server(home: Path) -> AsyncGenerator[str]:
    """Run a server on a folder; gives its Bolt address, which takes no sign-in."""
    jars = await asyncio.to_thread(_jars)
    port = free_port()
    command = ["java", *JVM, "-cp", f"{jars}/*", str(HERE / "Server.java"), str(home), str(port)]
    log = (home / "server.log").open("wb")
    with log:
        process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, stderr=log)
        try:
            async with asyncio.timeout(STARTUP):
                await _ready(process, home / "server.log")
            yield f"bolt://127.0.0.1:{port}"
        finally:
            await _end(process)


def _jars() -> Path:
    return once(f"neo4j-{VERSION}", _download) / "lib"


def _download(folder: Path) -> None:
    goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={folder / 'lib'}"]
    subprocess.run(["mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), *goal], check=True, timeout=DOWNLOAD)


async def _ready(process: asyncio.subprocess.Process, log: Path) -> None:
    assert process.stdout is not None
    while line := await process.stdout.readline():
        if line.strip() == b"ready":
            return
    raise RuntimeError(f"Neo4j did not start:\n{await asyncio.to_thread(log.read_text)}")


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), ENDING)
    except TimeoutError:
        process.kill()
        await process.wait()
