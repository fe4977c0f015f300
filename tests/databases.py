"""A database of its own for every test: a clone of a migrated template, used again where the test before left no trace.

Copying the template and dropping the copy take more than a tenth of a second of a processor, emptying the tables that a
test wrote to takes a fraction of that. A clone is used again only when nobody is connected to it any more, when its
catalogues and the rows that the template has are what they were, and no more often than `USES` times.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, LiteralString
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from ui.embedded import postgres

TEMPLATE = "evermynd_template"
USES = 50
LOOKS, STEP = 40, 0.005  # how often, and how many seconds apart, we look whether the sessions of a test are over
CATALOGUES: tuple[LiteralString, ...] = (
    "pg_attrdef",
    "pg_attribute",
    "pg_class",
    "pg_constraint",
    "pg_default_acl",
    "pg_enum",
    "pg_event_trigger",
    "pg_extension",
    "pg_index",
    "pg_inherits",
    "pg_largeobject_metadata",
    "pg_namespace",
    "pg_policy",
    "pg_proc",
    "pg_rewrite",
    "pg_sequence",
    "pg_trigger",
    "pg_type",
)
OTHERS = (
    "select count(*) as others from pg_stat_activity where datname = current_database() "
    "and backend_type = 'client backend' and pid <> pg_backend_pid()"
)
TABLES = (
    "select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = relnamespace "
    "where relkind in ('r', 'p') and nspname not in ('pg_catalog', 'information_schema', 'pg_toast') order by 1"
)
SEQUENCES = "select setval(c.oid, seqstart, false) from pg_class c join pg_sequence on seqrelid = c.oid"

Connection = psycopg.AsyncConnection[Any]
Trace = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Addresses:
    """How the three roles reach one test's database."""

    url: str
    owner_url: str
    superuser_url: str


@dataclass(slots=True)
class _Clone:
    name: str
    uses: int = 0


def at(url: str, database: str) -> str:
    """Point an address at another database of the same server."""
    return make_url(url).set(database=database).render_as_string(hide_password=False)


async def execute(url: str, *statements: sql.Composed) -> None:
    """Run statements one by one, each by itself."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        for statement in statements:
            await connection.execute(statement)


def create(database: str, template: str) -> sql.Composed:
    """Say how a database is copied."""
    return sql.SQL("create database {} template {} owner evermynd_owner strategy file_copy").format(
        sql.Identifier(database), sql.Identifier(template)
    )


@dataclass(slots=True)
class Databases:
    """The clones of one server's template; `look` first, when the template is complete."""

    server: postgres.Postgres
    looks: int = LOOKS
    _spare: list[_Clone] = field(default_factory=list[_Clone])
    _empty: list[str] = field(default_factory=list[str])
    _filled: list[str] = field(default_factory=list[str])
    _trace: Trace = ()

    async def look(self) -> None:
        """Learn what the template holds; its tables are vacuumed as those of every clone that is used again."""
        async with await self._visit(TEMPLATE) as connection:
            await connection.execute("vacuum")
            tables = [name for (name,) in await (await connection.execute(TABLES)).fetchall()]
            written = await self._written(connection, tables)
            self._empty, self._filled = [name for name in tables if name not in written], written
            self._trace = await self._look_at(connection)

    @asynccontextmanager
    async def one(self, *, new: bool = False) -> AsyncGenerator[Addresses]:
        """Lend a database as empty as the template; a new one is nobody's afterwards."""
        clone = self._spare.pop() if self._spare and not new else await self._clone()
        try:
            yield Addresses(*(at(url, clone.name) for url in self._urls))
        finally:
            clone.uses += 1
            if not new and clone.uses < USES and await self._emptied(clone):
                self._spare.append(clone)
            else:
                await self._drop(clone)

    @property
    def _urls(self) -> tuple[str, str, str]:
        return self.server.url, self.server.owner_url, self.server.superuser_url

    async def _visit(self, database: str) -> Connection:
        return await psycopg.AsyncConnection.connect(at(self.server.superuser_url, database), autocommit=True)

    async def _clone(self) -> _Clone:
        clone = _Clone(f"test_{uuid4().hex}")
        await execute(at(self.server.superuser_url, "template1"), create(clone.name, TEMPLATE))
        return clone

    async def _drop(self, clone: _Clone) -> None:
        statement = sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(clone.name))
        await execute(at(self.server.superuser_url, "template1"), statement)

    async def _emptied(self, clone: _Clone) -> bool:
        """Take away what a test wrote; false if it did more than write rows, or has not ended yet."""
        try:
            async with await self._visit(clone.name) as connection:
                if not await self._alone(connection) or await self._look_at(connection) != self._trace:
                    return False
                await self._empty_out(connection)
                return True
        except psycopg.Error:  # dropped by the test, or closed to everybody: the next test gets a new one
            return False

    async def _alone(self, connection: Connection) -> bool:
        for _ in range(self.looks):
            if await (await connection.execute(OTHERS)).fetchone() == (0,):
                return True
            await asyncio.sleep(STEP)
        return False

    async def _look_at(self, connection: Connection) -> Trace:
        """Count the rows that must not change, and see when the last of them came."""
        names = [*CATALOGUES, *self._filled]
        query = " union all ".join(f"select count(*), max(xmin::text::bigint) from {name}" for name in names)
        query += " union all select count(*), 0 from pg_db_role_setting, pg_database"
        query += " where setdatabase = pg_database.oid and datname = current_database()"
        return tuple(await (await connection.execute(query.encode())).fetchall())

    async def _written(self, connection: Connection, tables: list[str]) -> list[str]:
        checks = ", ".join(f"exists (select from {name})" for name in tables)
        row = await (await connection.execute(f"select {checks}".encode())).fetchone()
        return [name for name, has_rows in zip(tables, row or (), strict=True) if has_rows]

    async def _empty_out(self, connection: Connection) -> None:
        await connection.execute(SEQUENCES)
        if written := await self._written(connection, self._empty):
            await connection.execute("set session_replication_role = replica")  # no triggers, no foreign keys
            await connection.execute("; ".join(f"delete from {name}" for name in written).encode())
            await connection.execute(f"vacuum {', '.join(written)}".encode())
