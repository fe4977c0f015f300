"""Brings a whole hub up on one machine: folder, servers, migrations, our processes; and takes it down again."""

import asyncio
import os
import shutil
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from knowledge.vault import KEY_SIZE
from ui import spools
from ui.embedded import graph, lock, parts, ports, postgres, redis, running, secret
from ui.embedded.parts import ChildPart, Command, Running, ServerPart
from ui.embedded.supervisor import Supervisor
from ui.errors import StartError
from ui.settings import Settings, variable

LEAST_FREE = 200 * 1024 * 1024  # bytes
PATIENCE = 180.0  # seconds until our own processes are ready

Start = Callable[..., Awaitable[Running]]
"""Starts a server on its folder, its output in the file `log`."""

Migrate = Callable[[str, str], None]
"""Brings the database at the owner's URL up to date, and lets the application's role use it (blocking)."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to bring up, and where to tell about it."""

    settings: Settings
    commands: Sequence[Command]
    migrate: Migrate
    say: Callable[[str], None]
    least_free: int = LEAST_FREE

    @property
    def folder(self) -> Path:
        """The data folder as an absolute path."""
        return self.settings.data_dir.resolve()


async def up(plan: Plan) -> None:
    """Bring the hub up and watch over it until cancelled; then, or on StartError, everything it started is gone."""
    held = await asyncio.to_thread(_take, plan.folder, plan.least_free)
    supervisor = Supervisor(plan.say)
    try:
        await asyncio.to_thread(_clear, plan)
        env = await _serve(plan, supervisor)
        await _open(plan, supervisor, env)
        plan.say(f"EverMynd is ready: {plan.settings.address}   (Ctrl-C stops it)")
        await supervisor.watch()
    finally:
        if supervisor.watches_any:
            plan.say("Stopping …")
        await supervisor.stop()
        await asyncio.to_thread(parts.end_marked, plan.folder)
        running.forget(plan.folder)
        held.release()


def _take(folder: Path, least_free: int) -> lock.Lock:
    """Make sure that the data folder can be used, and that we alone use it."""
    held = lock.hold(folder)
    (folder / "logs").mkdir(mode=0o700, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < least_free:
        held.release()
        raise StartError(
            f"the disk of {folder} has only {free >> 20} MB left, less than {least_free >> 20} MB: "
            f"free some, or choose another folder with --data-dir or {variable('data_dir')}"
        )
    return held


def _clear(plan: Plan) -> None:
    """End what a killed run left behind, which may hold our port, and look whether the port is free then."""
    if left := parts.end_marked(plan.folder):
        plan.say(f"  ended {left} processes that a killed run left behind")
    host, port = plan.settings.host, plan.settings.port
    if complaint := ports.complaint(host, port):
        raise StartError(
            f"cannot listen on {host}:{port} ({complaint}): choose another port with --port or {variable('port')}"
        )


async def _serve(plan: Plan, supervisor: Supervisor) -> dict[str, str]:
    """Start the servers that no URL is set for, migrate, and give the settings that lead to them."""
    settings = plan.settings
    starts = [
        _start(plan, supervisor, title, start, needed)
        for title, start, needed, url in (
            ("Postgres", postgres.start, True, settings.database_url),
            ("Redis", redis.start, True, settings.redis_url),
            ("Graph", graph.start, False, settings.neo4j_uri),
        )
        if url is None
    ]
    started = await asyncio.gather(*starts, return_exceptions=True)
    for error in started:
        if isinstance(error, BaseException):
            raise error
    servers = [each for each in started if each is not None and not isinstance(each, BaseException)]
    env = {name: value for server in servers for name, value in server.env.items()}
    if owner := await _migrate(plan, servers):
        env[variable("migration_database_url")] = owner
    where = {variable("host"): plan.settings.host, variable("port"): str(plan.settings.port)}
    await asyncio.to_thread(running.note, plan.folder, env | where)
    return env


async def _start(plan: Plan, supervisor: Supervisor, title: str, start: Start, needed: bool) -> Running | None:
    """Start one server in its folder and have it watched; one that is not needed may fail."""
    began, name = time.monotonic(), title.lower()
    log = plan.folder / "logs" / f"{name}.log"
    try:
        server = await start(plan.folder / name, log=log)
    except StartError as error:
        if needed:
            raise
        plan.say(f"  {title} is away, going on without it: {error}")
        return None
    supervisor.add(ServerPart(title, server, log, needed))
    plan.say(f"  {title} ready ({time.monotonic() - began:.1f} s)")
    return server


async def _migrate(plan: Plan, servers: Sequence[Running]) -> str | None:
    """Migrate the embedded database, or the one of the settings where its owner is known; give the owner's URL."""
    owner, url = plan.settings.migration_database_url, plan.settings.database_url
    for server in servers:
        if isinstance(server, postgres.Postgres):
            owner, url = server.owner_url, server.url
    if owner is None:
        plan.say(f"  Database not migrated: {variable('migration_database_url')} is not set")
        return None
    began = time.monotonic()
    await asyncio.to_thread(plan.migrate, owner, urlsplit(url or "").username or "evermynd")
    plan.say(f"  Database up to date ({time.monotonic() - began:.1f} s)")
    return owner


async def _open(plan: Plan, supervisor: Supervisor, found: dict[str, str]) -> None:
    """Start our own processes one after the other, so that the first, which people wait for, has the machine."""
    env = {name: value for name, value in (os.environ | found).items() if name != variable("migration_database_url")}
    env |= await asyncio.to_thread(_own, plan)
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(plan.settings.host, plan.settings.host)  # noqa: S104
    for command in plan.commands:
        began = time.monotonic()
        part = ChildPart(command, env, plan.folder / "logs" / f"{command.title.lower()}.log")
        supervisor.add(part)
        if command.ready is None:
            plan.say(f"  {command.title} started")
            continue
        if not await supervisor.until(_ready(host, plan.settings.port, command.ready), PATIENCE):
            raise StartError(f"{command.title} was not ready within {PATIENCE:.0f} s: see {part.log}")
        plan.say(f"  {command.title} ready ({time.monotonic() - began:.1f} s)")


def _ready(host: str, port: int, path: str) -> Callable[[], Awaitable[bool]]:
    async def ready() -> bool:
        return await ports.answers(host, port, path) == 200

    return ready


def _own(plan: Plan) -> dict[str, str]:
    """The settings of this run that our processes need, whatever their `.env` says."""
    settings = plan.settings
    return {
        variable("encryption_keys"): settings.encryption_keys
        or f"own:{secret.kept(plan.folder / spools.KEY, KEY_SIZE)}",
        variable("host"): settings.host,
        variable("port"): str(settings.port),
        variable("data_dir"): str(plan.folder),
        "PYTHONUNBUFFERED": "1",
        parts.MARK: str(plan.folder),
    }
