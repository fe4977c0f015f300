"""One door to the graph server: every call has a budget, and a sick server is left alone for a while."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from time import monotonic
from typing import TYPE_CHECKING, Any, LiteralString, TypeVar, cast

from knowledge.graph.errors import GraphUnavailable, StatementRefused
from knowledge.graph.statements import load_statements

if TYPE_CHECKING:
    from neo4j import AsyncDriver, AsyncManagedTransaction, AsyncSession

DATABASE = "neo4j"
READ_BUDGET = 0.4  # seconds; an answer never waits longer for the graph
WRITE_BUDGET = 120.0  # seconds; a document of 3,000 pages takes about ten
OPEN_BUDGET = 3.0  # seconds the first contact may take
PAUSE = 5.0  # seconds for which a failed server is not asked again
COLLISIONS = (
    "Neo.ClientError.Schema.ConstraintValidationFailed",  # both merged the same new node
    "Neo.ClientError.Statement.EntityNotFound",  # one removed what the other had just found
)
ATTEMPTS = 8  # of a transaction that collides with another one

T = TypeVar("T")
Row = dict[str, Any]


class Transaction:
    """An open transaction of the graph; what it wrote is seen by nobody until it commits."""

    def __init__(self, inner: AsyncManagedTransaction) -> None:
        self._inner = inner

    async def run(self, statement: str, **parameters: object) -> list[Row]:
        """Run one statement and give all its rows."""
        result = await self._inner.run(cast(LiteralString, statement), cast(dict[str, Any], parameters))
        return [record.data() async for record in result]


class Graph:
    """A driver with a circuit breaker: for `pause` seconds after a failure calls raise `GraphUnavailable` at once."""

    def __init__(self, driver: AsyncDriver, *, read_budget: float = READ_BUDGET, pause: float = PAUSE) -> None:
        self._driver = driver
        self._read_budget = read_budget
        self._pause = pause
        self._asleep_until = 0.0
        self._prepared = False

    @property
    def available(self) -> bool:
        """Whether the next call will ask the server at all."""
        return monotonic() >= self._asleep_until

    async def read(self, statement: str, *, budget: float | None = None, **parameters: object) -> list[Row]:
        """Run one reading statement within the budget (seconds).

        Raises `GraphUnavailable` when the server is away or slow, `StatementRefused` when the statement is at fault.
        """

        async def once(session: AsyncSession) -> list[Row]:
            result = await session.run(cast(LiteralString, statement), cast(dict[str, Any], parameters))
            return [record.data() async for record in result]

        return await self._within(budget or self._read_budget, once)

    async def write(self, work: Callable[[Transaction], Awaitable[T]], *, budget: float = WRITE_BUDGET) -> T:
        """Run `work` in one transaction, and again when it collided with another one: it must be repeatable."""

        async def repeatedly(session: AsyncSession) -> T:
            from neo4j.exceptions import Neo4jError

            for attempt in range(1, ATTEMPTS):
                try:
                    return await self._transact(session, work)
                except Neo4jError as error:
                    if not _collided(error):
                        raise
                await asyncio.sleep(random.uniform(0.5, 1) * 0.02 * 2**attempt)  # noqa: S311 spreads the retries
            return await self._transact(session, work)

        return await self._within(budget, repeatedly)

    async def prepare(self, *, budget: float = WRITE_BUDGET) -> None:
        """Create the constraints and indexes that the statements rely on, where they are missing."""

        async def nothing(session: AsyncSession) -> None:
            return None

        await self._within(budget, nothing)

    async def _transact(self, session: AsyncSession, work: Callable[[Transaction], Awaitable[T]]) -> T:
        async with await session.begin_transaction() as inner:
            result = await work(Transaction(cast("AsyncManagedTransaction", inner)))
            await inner.commit()
            return result

    async def _within(self, budget: float, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        """Open a session, do the work in time, and turn what goes wrong into our own errors."""
        from neo4j.exceptions import DriverError, Neo4jError

        if not self.available:
            raise GraphUnavailable(self._asleep_until - monotonic())
        try:
            async with asyncio.timeout(budget), self._session() as session:
                await self._ensure_schema(session)
                return await work(session)
        except Neo4jError as error:
            if _is_fault_of_statement(error):
                raise StatementRefused(error.code or "unknown") from error
            raise self._fall_asleep() from error
        except (DriverError, OSError, TimeoutError) as error:
            raise self._fall_asleep() from error

    def _session(self) -> AsyncSession:
        return self._driver.session(database=DATABASE)  # pyright: ignore[reportUnknownMemberType]

    async def _ensure_schema(self, session: AsyncSession) -> None:
        if self._prepared:
            return
        for statement in load_statements("schema.cypher").values():
            result = await session.run(cast(LiteralString, statement))
            await result.consume()
        self._prepared = True

    def _fall_asleep(self) -> GraphUnavailable:
        self._asleep_until = monotonic() + self._pause
        return GraphUnavailable(self._pause)


def _collided(error: Any) -> bool:
    """Whether another transaction was in the way; what the driver does not count as that, nobody retries but us."""
    return bool(error.is_retryable()) or str(error.code) in COLLISIONS


def _is_fault_of_statement(error: Any) -> bool:
    return str(error.code).startswith("Neo.ClientError.") and not str(error.code).startswith(
        "Neo.ClientError.Security."
    )


@asynccontextmanager
async def open_graph(
    uri: str,
    user: str = "",
    password: str = "",
    *,
    read_budget: float = READ_BUDGET,
    pause: float = PAUSE,
    open_budget: float = OPEN_BUDGET,
) -> AsyncGenerator[Graph]:
    """Open the graph at a Bolt address; without a password the server is asked without signing in.

    A server that is away does not hinder: calls raise `GraphUnavailable` until it is back.
    """
    from neo4j import AsyncGraphDatabase

    driver = AsyncGraphDatabase.driver(  # pyright: ignore[reportUnknownMemberType]
        uri,
        auth=(user, password) if password else None,
        connection_timeout=open_budget,
        connection_acquisition_timeout=open_budget,
        notifications_min_severity="OFF",
        telemetry_disabled=True,
    )
    async with driver:
        graph = Graph(driver, read_budget=read_budget, pause=pause)
        with suppress(GraphUnavailable):
            await graph.prepare(budget=open_budget)
        yield graph
