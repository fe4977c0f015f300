"""Checks each part of the hub and says how to mend it; rooms hand in checks of their own."""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ui.embedded import graph, reach, redis
from ui.errors import StartError, reason
from ui.settings import Settings, variable

PATIENCE = 10.0  # seconds for one check
LEAST_FREE = 1024 * 1024 * 1024  # bytes
START = "embedded; `evermynd up` starts it"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: whether all is well, what it saw, and how to mend it."""

    ok: bool
    said: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One part of the hub and the question whether it works; a check that raises has found a fault."""

    name: str
    run: Callable[[Settings], Awaitable[Finding]]


def built_in() -> tuple[Check, ...]:
    """The checks of the roof itself."""
    return (
        Check("Disk", disk),
        Check("Data folder", data_folder),
        Check("Postgres", database),
        Check("Migrations", migrations),
        Check("Redis", queue),
        Check("Graph", graph_server),
        Check("Model", model),
    )


async def examine(settings: Settings, checks: Sequence[Check]) -> list[tuple[Check, Finding]]:
    """Run all checks at once, in the order given; a broken check is a finding, never an end."""
    findings = await asyncio.gather(*(_examine(settings, check) for check in checks))
    return list(zip(checks, findings, strict=True))


async def _examine(settings: Settings, check: Check) -> Finding:
    try:
        async with asyncio.timeout(PATIENCE):
            return await check.run(settings)
    except TimeoutError:
        return Finding(False, f"no answer within {PATIENCE:.0f} s", "look whether it is overloaded or unreachable")
    except Exception as error:  # the edge: whatever a part throws is what the person wants to see
        said = str(error).strip() or type(error).__name__
        return Finding(False, said.splitlines()[0], "see the message, and the logs in the data folder")


async def disk(settings: Settings) -> Finding:
    """Whether there is room for what people will send."""
    folder = await asyncio.to_thread(_nearest, settings.data_dir)
    free = shutil.disk_usage(folder).free
    return Finding(free >= LEAST_FREE, f"{free / 2**30:.1f} GB free", f"free some space on the disk of {folder}")


async def data_folder(settings: Settings) -> Finding:
    """Whether we may write where we keep things."""
    folder = await asyncio.to_thread(_nearest, settings.data_dir)
    writable = os.access(folder, os.W_OK | os.X_OK)
    return Finding(writable, str(settings.data_dir), f"let this user write {folder}, or set {variable('data_dir')}")


def _nearest(folder: Path) -> Path:
    """The folder, or the one above it that exists and in which it would be made."""
    return next(each for each in (folder.resolve(), *folder.resolve().parents) if each.is_dir())


async def database(settings: Settings) -> Finding:
    """Whether Postgres answers and has pgvector."""
    if settings.database_url is None:
        return await _program(reach.installed)
    import psycopg

    mend = f"look at {variable('database_url')}, and whether the server runs"
    try:
        async with await psycopg.AsyncConnection.connect(settings.database_url, autocommit=True) as connection:
            cursor = await connection.execute(
                "select current_setting('server_version'), "
                "(select extversion from pg_extension where extname = 'vector')"
            )
            server, vector = await cursor.fetchone() or ("", None)
    except psycopg.OperationalError as error:
        return Finding(False, reason(error), mend)
    if vector is None:
        return Finding(False, f"Postgres {server} without pgvector", "run `create extension vector` in the database")
    return Finding(True, f"Postgres {server}, pgvector {vector}")


async def migrations(settings: Settings) -> Finding:
    """Whether the database is at this program's revision."""
    if settings.migration_database_url is None:
        said = START if settings.database_url is None else f"unknown: {variable('migration_database_url')} is not set"
        return Finding(True, said)
    from knowledge.db import migrate

    found = await asyncio.to_thread(migrate.current, settings.migration_database_url)
    wanted = migrate.head()
    return Finding(found == wanted, f"at {found or 'nothing'}, wanted {wanted}", "run `evermynd migrate`")


async def queue(settings: Settings) -> Finding:
    """Whether Redis answers."""
    if settings.redis_url is None:
        return await _program(redis.installed)
    mend = f"look at {variable('redis_url')}, and whether the server runs; without it work waits longer"
    try:
        said = await redis.ping(settings.redis_url)
    except OSError as error:
        return Finding(False, error.strerror or str(error), mend)
    return Finding(said == "PONG", said, mend)


async def graph_server(settings: Settings) -> Finding:
    """Whether something listens where the graph should be."""
    if settings.neo4j_uri is None:
        return await _program(graph.installed)
    parts = urlsplit(settings.neo4j_uri)
    host, port = parts.hostname or "", parts.port or 7687
    mend = f"look at {variable('neo4j_uri')}, and whether the server runs; without it answers use text search alone"
    try:
        _, writer = await asyncio.open_connection(host, port)
    except OSError as error:
        return Finding(False, f"{host}:{port}: {error.strerror or error}", mend)
    writer.close()
    return Finding(True, f"listens on {host}:{port}")


async def model(settings: Settings) -> Finding:
    """Whether the model endpoint answers and takes our key."""
    if settings.openai_api_key is None and settings.openai_base_url is None:
        return Finding(True, f"offline mode: answers quote the sources ({variable('openai_api_key')} is not set)")
    import httpx

    address = settings.openai_base_url or "https://api.openai.com/v1"
    headers = {"Authorization": f"Bearer {settings.openai_api_key}"} if settings.openai_api_key else {}
    try:
        async with httpx.AsyncClient(timeout=PATIENCE / 2) as client:
            answer = await client.get(f"{address}/models", headers=headers)
    except httpx.HTTPError as error:
        return Finding(False, f"{address}: {error}", f"look at {variable('openai_base_url')} and the network")
    if answer.status_code in (401, 403):
        return Finding(False, f"{address} refuses the key", f"set {variable('openai_api_key')} to a valid one")
    return Finding(
        answer.is_success, f"{address} answers {answer.status_code}", f"look at {variable('openai_base_url')}"
    )


async def _program(installed: Callable[[], Path]) -> Finding:
    """Whether the program of an embedded server is there."""
    try:
        await asyncio.to_thread(installed)
    except StartError as error:
        return Finding(False, "its program is missing", str(error))
    return Finding(True, START)
