"""Checks of what stands in the ledger: rights, checkpoint tables, and work that nobody does."""

from importlib.metadata import version
from typing import Any

import psycopg
from psycopg.rows import DictRow, dict_row

from knowledge.db.queries import load_queries
from ui.doctor.check import START, Finding
from ui.errors import reason
from ui.settings import Settings, variable

_SYSTEM = "evermynd_system"


async def login(settings: Settings) -> Finding:
    """Whether the role we log in with owns nothing, passes no rule, and may do its work."""
    row = await _ask(settings, "login")
    if isinstance(row, Finding):
        return row
    if row["mighty"] or row["owned"]:
        may = "passes row-level security" if row["mighty"] else f"owns {row['owned']} tables"
        mend = (
            f"name a role of its own in {variable('database_url')}, the owner in {variable('migration_database_url')}"
        )
        return Finding(False, f"{row['name']} {may}", mend)
    return Finding(row["can_work"], f"{row['name']} owns nothing", "run `evermynd migrate`: it lets the role in")


async def checkpoints(settings: Settings) -> Finding:
    """Whether the tables of paused turns are those of the library we run."""
    row = await _ask(settings, "checkpoints")
    if isinstance(row, Finding):
        return row
    found, wanted = row["made_by"], version("langgraph-checkpoint-postgres")
    return Finding(found == wanted, f"made by {found or 'nobody'}, wanted {wanted}", "run `evermynd migrate`")


async def outbox(settings: Settings) -> Finding:
    """Whether what we say reaches people."""
    row = await _ask(settings, "outbox", _SYSTEM)
    if isinstance(row, Finding):
        return row
    said = "{waiting} waiting, {blocked} blocked, {uncertain} uncertain, {dead} dead".format_map(row)
    if row["late"]:
        return Finding(False, f"{said}; {row['late']} late", "start a gateway (`evermynd serve`), and look at its log")
    mend = (
        "look for `outbox.not_sent` in the gateway's log; an uncertain message may have arrived, so none is sent again"
    )
    return Finding(not (row["uncertain"] or row["dead"]), said, mend)


async def ingestions(settings: Settings) -> Finding:
    """Whether what people sent is being learned."""
    row = await _ask(settings, "ingestions", _SYSTEM)
    if isinstance(row, Finding):
        return row
    said = "{waiting} waiting, {running} running, {failed} failed since yesterday".format_map(row)
    if not row["stuck"]:
        return Finding(True, said)
    return Finding(False, f"{said}; {row['stuck']} stuck", "start a worker (`evermynd worker`), and look at its log")


async def projection(settings: Settings) -> Finding:
    """Whether the graph shows what the ledger holds."""
    if settings.neo4j_uri is None and settings.database_url is not None:
        return Finding(True, f"none: {variable('neo4j_uri')} is not set")
    row = await _ask(settings, "projection", _SYSTEM)
    if isinstance(row, Finding):
        return row
    mend = "start a worker, or run `evermynd graph rebuild`"
    return Finding(not row["late"], f"{row['behind']} parts behind the ledger", mend)


async def _ask(settings: Settings, question: str, role: str = "") -> dict[str, Any] | Finding:
    """The one row that answers a question, or why there is none."""
    if settings.database_url is None:
        return Finding(True, START)
    statement = load_queries("ui.doctor", "ledger.sql")[question]
    options = f"-c role={role}" if role else ""
    try:
        async with await psycopg.AsyncConnection[DictRow].connect(
            settings.database_url, autocommit=True, row_factory=dict_row, options=options
        ) as connection:
            return await (await connection.execute(statement)).fetchone() or {}
    except psycopg.OperationalError as error:
        if role and "role" in str(error) and "does not exist" in str(error):
            return Finding(False, "the database is not migrated", "run `evermynd migrate`")
        return Finding(False, reason(error), "mend Postgres first")
    except psycopg.DatabaseError as error:
        return Finding(False, f"not as it should be: {str(error).splitlines()[0]}", "run `evermynd migrate`")
