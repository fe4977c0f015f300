"""Checks of the servers the hub stands on: whether each answers, and takes what we know it by."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ui.doctor.check import PATIENCE, START, Finding
from ui.embedded import graph, reach, redis
from ui.errors import StartError, reason
from ui.settings import Settings, variable


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
        mend = "run `create extension vector` in the database, as a superuser"
        return Finding(False, f"Postgres {server} without pgvector", mend)
    return Finding(True, f"Postgres {server}, pgvector {vector}")


async def migrations(settings: Settings) -> Finding:
    """Whether the database is at this program's revision."""
    if settings.migration_database_url is None:
        said = START if settings.database_url is None else f"unknown: {variable('migration_database_url')} is not set"
        return Finding(True, said)
    import psycopg

    from knowledge.db import migrate

    try:
        found = await asyncio.to_thread(migrate.current, settings.migration_database_url)
    except psycopg.OperationalError as error:
        mend = f"look at {variable('migration_database_url')}, and whether the server runs"
        return Finding(False, reason(error), mend)
    wanted = migrate.head()
    if found and found not in migrate.known():
        return Finding(False, f"at {found}, which a later version made", "install that version of the program again")
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
    """Whether the graph answers a question."""
    if settings.neo4j_uri is None:
        return await _program(graph.installed)
    from knowledge.graph import GraphUnavailable, open_graph

    parts = urlsplit(settings.neo4j_uri)
    host, port = parts.hostname or "", parts.port or 7687
    mend = f"look at {variable('neo4j_uri')}, and whether the server runs; without it answers use text search alone"
    try:
        _, writer = await asyncio.open_connection(host, port)
    except OSError as error:
        return Finding(False, f"{host}:{port}: {error.strerror or error}", mend)
    writer.close()
    address = (settings.neo4j_uri, settings.neo4j_user, settings.neo4j_password or "")
    try:
        async with open_graph(*address, pause=0.0, open_budget=PATIENCE / 3) as opened:
            await opened.read("return 1 as one", budget=PATIENCE / 3)
    except GraphUnavailable as error:
        mend = f"look at {variable('neo4j_user')} and {variable('neo4j_password')}, and at the server's own log"
        code = str(getattr(error.__cause__, "code", "") or "no answer in time")
        return Finding(False, f"{host}:{port} listens and refuses: {code}", mend)
    return Finding(True, f"answers at {host}:{port}")


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
        said = str(error) or type(error).__name__
        return Finding(False, f"{address}: {said}", f"look at {variable('openai_base_url')} and the network")
    if answer.status_code in (401, 403):
        return Finding(False, f"{address} refuses the key", f"set {variable('openai_api_key')} to a valid one")
    return Finding(
        answer.is_success, f"{address} answers {answer.status_code}", f"look at {variable('openai_base_url')}"
    )


async def mail(settings: Settings) -> Finding:
    """Whether the mail server lets us in; nothing is sent."""
    if settings.smtp_url is None:
        return Finding(True, f"letters go to {settings.data_dir / 'mail'} ({variable('smtp_url')} is not set)")
    from aiosmtplib import SMTP, SMTPAuthenticationError, SMTPException

    parts = urlsplit(settings.smtp_url)
    secure = parts.scheme == "smtps"
    host, port = parts.hostname or "", parts.port or (465 if secure else 587)
    client = SMTP(
        hostname=host,
        port=port,
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        use_tls=secure,
        timeout=PATIENCE / 2,
    )
    try:
        async with client:
            await client.noop()
    except SMTPAuthenticationError:
        return Finding(False, f"{host}:{port} refuses the password", f"look at {variable('smtp_url')}")
    except (SMTPException, OSError) as error:
        mend = f"look at {variable('smtp_url')}; until then people cannot reset passwords by mail"
        return Finding(
            False, f"{host}:{port}: {str(error).splitlines()[0] if str(error) else type(error).__name__}", mend
        )
    return Finding(True, f"{host}:{port} lets us in")


async def _program(installed: Callable[[], Path]) -> Finding:
    """Whether the program of an embedded server is there."""
    try:
        await asyncio.to_thread(installed)
    except StartError as error:
        return Finding(False, "its program is missing", str(error))
    return Finding(True, START)
