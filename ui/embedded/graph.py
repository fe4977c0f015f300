"""An embedded graph server over Bolt: our own launcher around the ArcadeDB and Java of the `arcadedb-embedded` wheel.

The folder holds `databases/`, `graph.log`, `password` and `lock`. What it keeps is a projection of Postgres that
`evermynd graph rebuild` makes again.
"""

import asyncio
import importlib.util
import signal
import subprocess
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ui.embedded import lock, process, secret
from ui.embedded.ports import free_port
from ui.errors import PortTakenError, StartError

STARTUP = 120.0  # seconds
READY = "Server started in"
TAKEN = "Unable to listen"
ATTEMPTS = 3  # another program may take the port between our choice and its use
PLUGIN = "Bolt:com.arcadedb.bolt.BoltProtocolPlugin"
JVM = (
    "-Xmx512m",
    "-XX:+UseSerialGC",
    "--add-modules=jdk.incubator.vector",
    "--add-opens=java.base/java.nio.channels.spi=ALL-UNNAMED",
    "--enable-native-access=ALL-UNNAMED",
)


@dataclass(frozen=True, slots=True)
class Graph:
    """A running server and how the `neo4j` driver reaches its database `neo4j`."""

    uri: str
    user: str
    password: str
    process: subprocess.Popen[bytes]
    lock: lock.Lock
    again: Callable[[], Awaitable["Graph"]]  # starts it anew at the same address, once it is stopped

    @property
    def env(self) -> dict[str, str]:
        """The settings that lead to it."""
        names = ("EVERMYND_NEO4J_URI", "EVERMYND_NEO4J_USER", "EVERMYND_NEO4J_PASSWORD")
        return dict(zip(names, (self.uri, self.user, self.password), strict=True))

    @property
    def pid(self) -> int:
        """The process id of the Java machine."""
        return self.process.pid

    async def stop(self) -> None:
        """End the server with its files in order; a second call does nothing."""
        await process.stop(self.process, signal.SIGTERM, grace=15)
        self.lock.release()


async def start(folder: Path, *, log: Path | None = None, port: int | None = None) -> Graph:
    """Start the server on a folder, made at the first call; ends one that a killed run left there.

    Raises StartError. The server ends when the calling thread dies, so call it from the main thread.
    """
    held = lock.hold(folder)
    try:
        await asyncio.to_thread(process.end_leftovers, held.folder, "java", signal.SIGTERM)
        log = log or held.folder / "graph.log"
        for _ in range(ATTEMPTS - 1):
            with suppress(PortTakenError):
                return await _start(held, log, port)
        return await _start(held, log, port)
    except BaseException:
        held.release()
        raise


async def _start(held: lock.Lock, log: Path, wanted: int | None) -> Graph:
    password = secret.kept(held.folder / "password")
    port, since = wanted or free_port(), process.open_log(log)
    server = process.spawn(_program(held.folder, port, free_port()), log)
    if not await process.until_ready(server, partial(_look, log, since), STARTUP):
        last = process.said(log, since).strip().splitlines()[-1:]
        raise StartError(f"the graph server did not start: {last[0] if last else 'it said nothing'} (see {log})")
    again = partial(start, held.folder, log=log, port=port)
    return Graph(f"bolt://127.0.0.1:{port}", "root", password, server, held, again)


def _program(folder: Path, bolt: int, http: int) -> process.Program:
    home = installed()
    properties = {
        "server.plugins": PLUGIN,
        "server.mode": "production",
        "server.rootPath": folder,
        "server.rootPasswordPath": folder / "password",
        "server.defaultDatabases": "neo4j[]",
        "server.httpIncomingHost": "127.0.0.1",
        "server.httpIncomingPort": http,
        "bolt.host": "127.0.0.1",
        "bolt.port": bolt,
        "bolt.defaultDatabase": "neo4j",
        "txWalFlush": 2,  # fsync at every commit
    }
    words = [f"-Darcadedb.{name}={value}" for name, value in properties.items()]
    command = [str(home / "jre" / "bin" / "java"), *JVM, *words]
    command += ["-cp", str(home / "jars" / "*"), "com.arcadedb.server.ArcadeDBServer"]
    return process.Program(command, folder, {"LC_ALL": "C.UTF-8", "TZ": "UTC"})


def installed() -> Path:
    """The folder with Java and the graph server; raises StartError when there is none."""
    spec = importlib.util.find_spec("arcadedb_embedded")
    if spec is None or not spec.submodule_search_locations:
        raise StartError(
            "the package arcadedb-embedded is not installed: run `make install`, "
            "or set EVERMYND_NEO4J_URI to a Neo4j of your own"
        )
    return Path(spec.submodule_search_locations[0])


async def _look(log: Path, since: int) -> bool:
    """Whether the log says ready; raises PortTakenError, because the Java machine lingers then."""
    said = await asyncio.to_thread(process.said, log, since)
    if TAKEN in said:
        raise PortTakenError("the graph server did not start: its port was taken")
    return READY in said
