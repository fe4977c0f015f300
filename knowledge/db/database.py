"""Transactions on Postgres: every one runs under a role that owns nothing and sees only what it was opened for."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from knowledge.db.errors import DatabaseUnavailable

Connection = psycopg.AsyncConnection[DictRow]

# One round trip: a turn opens a dozen transactions. A user id is hexadecimal and needs no quoting.
_BEGIN = b"begin; set local role %s; set local evermynd.user_id = '%s'"
_PERSON, _SYSTEM = b"evermynd_app", b"evermynd_system"

# A process that stops inside a transaction, frozen or cut off, must not hold its locks for ever.
_STALLED = "-c idle_in_transaction_session_timeout=15s"


class Database:
    """A pool of connections and the two ways to open a transaction on it.

    The login role has no privilege of its own: `person` takes the role `evermynd_app`, which row-level security
    limits to what one person may see, and `system` takes the narrow `evermynd_system` of sign-in, sweepers and senders.
    A transaction opened in neither way can read nothing.
    """

    def __init__(self, pool: AsyncConnectionPool[Connection], url: str) -> None:
        self._pool = pool
        self.url = url

    @asynccontextmanager
    async def person(self, user_id: UUID | None) -> AsyncGenerator[Connection]:
        """Open a transaction that sees what this person sees; None is a stranger, who sees what is published."""
        async with self._transaction(_PERSON, user_id.hex.encode() if user_id else b"") as connection:
            yield connection

    @asynccontextmanager
    async def system(self) -> AsyncGenerator[Connection]:
        """Open a transaction for work on behalf of nobody in particular: sign-in, sweeping, sending."""
        async with self._transaction(_SYSTEM) as connection:
            yield connection

    @asynccontextmanager
    async def _transaction(self, role: bytes, user_id: bytes = b"") -> AsyncGenerator[Connection]:
        """Begin as this role; the pool commits, or rolls back what raised."""
        try:
            async with self._pool.connection() as connection:
                await connection.execute(_BEGIN % (role, user_id), prepare=False)
                yield connection
        except (PoolTimeout, psycopg.OperationalError) as error:
            raise DatabaseUnavailable from error

    @asynccontextmanager
    async def listen(self, *channels: LiteralString) -> AsyncGenerator[psycopg.AsyncConnection[Any]]:
        """Open a connection of its own that hears `NOTIFY` on these channels; read it with `connection.notifies()`.

        Raises `DatabaseUnavailable` when the connection cannot be made or breaks.
        """
        try:
            async with await psycopg.AsyncConnection.connect(self.url, autocommit=True) as connection:
                for channel in channels:
                    await connection.execute(sql.SQL("listen {}").format(sql.Identifier(channel)))
                yield connection
        except psycopg.OperationalError as error:
            raise DatabaseUnavailable from error


@asynccontextmanager
async def open_database(url: str, *, size: int = 10, patience: float = 0.5) -> AsyncGenerator[Database]:
    """Open a pool of up to `size` connections; who waits longer than `patience` seconds gets `DatabaseUnavailable`."""
    pool = AsyncConnectionPool[Connection](
        url,
        min_size=1,
        max_size=size,
        timeout=patience,
        open=False,
        kwargs={"row_factory": dict_row, "autocommit": True, "options": _STALLED},
    )
    async with pool:
        yield Database(pool, url)
