"""Gates: places in the ledger where a process stands still, held from outside by a trigger that waits for a lock."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import LiteralString

import psycopg
from psycopg import sql

from tests.kill.holds import Reached
from tests.waiting import until_so

_FUNCTION = """
create or replace function stand_at_gate() returns trigger language plpgsql as
$$ begin perform pg_advisory_xact_lock_shared(1); return coalesce(new, old); end $$
"""


@dataclass(frozen=True, slots=True)
class Gate:
    """Stand before a row is written, or `at_commit`: everything is written, and the client waits for its answer.

    `change` is what happens to which table, such as `update on lanes`; `when` narrows it to rows like this.
    """

    change: LiteralString
    when: LiteralString = "true"
    at_commit: bool = False

    def statement(self) -> sql.SQL:
        """Write the trigger."""
        how = "create trigger gate before"
        tail = "for each row"
        if self.at_commit:
            how, tail = "create constraint trigger gate after", "deferrable initially deferred for each row"
        return sql.SQL(f"{how} {self.change} {tail} when ({self.when}) execute function stand_at_gate()")

    @property
    def table(self) -> str:
        """The table it stands at."""
        return self.change.rpartition(" ")[2]


@asynccontextmanager
async def closed(superuser_url: str, gate: Gate) -> AsyncGenerator[Reached]:
    """Close a gate until the context ends; gives what waits until somebody stands before it."""
    connect = psycopg.AsyncConnection.connect
    async with await connect(superuser_url, autocommit=True) as watcher:
        async with await connect(superuser_url, autocommit=True) as holder:
            await holder.execute("select pg_advisory_lock(1)")
            await holder.execute(_FUNCTION)
            await holder.execute(gate.statement())

            async def somebody_waits() -> bool:
                cursor = await watcher.execute(
                    "select from pg_locks join pg_database on pg_database.oid = pg_locks.database "
                    "where locktype = 'advisory' and not granted and datname = current_database()"
                )
                return await cursor.fetchone() is not None

            yield lambda: until_so(somebody_waits)
        await watcher.execute(sql.SQL("drop trigger gate on {}").format(sql.Identifier(gate.table)))
