"""Checkpoints of turns that pause: LangGraph's own tables, which know a turn's id and nothing of whose it is.

They are exempt from row-level security by name; a turn's id is reached only through its inbox row, which is not. When
that row is deleted, its checkpoints go with it.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool

from knowledge.db import load_queries

if TYPE_CHECKING:
    from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver

_QUERIES = load_queries("conversation", "checkpoints.sql")


def prepare(owner_url: str) -> None:
    """Make or update LangGraph's tables as the owner, and let the app's role use them.

    The version they were made by is noted on one of them, so that a second call costs one query and no heavy import.
    """
    made_by = version("langgraph-checkpoint-postgres")
    if not _made_by(owner_url, made_by):
        _make(owner_url, made_by)


def _made_by(owner_url: str, wanted: str) -> bool:
    with psycopg.connect(owner_url, autocommit=True) as connection:
        noted = connection.execute("select obj_description(to_regclass('checkpoints'))").fetchone()
    return noted == (wanted,)


def _make(owner_url: str, made_by: str) -> None:
    from langgraph.checkpoint.postgres import PostgresSaver

    with psycopg.Connection[DictRow].connect(
        owner_url, autocommit=True, prepare_threshold=0, row_factory=dict_row
    ) as connection:
        PostgresSaver(connection).setup()
        for statement in ("grant", "function", "trigger"):
            connection.execute(_QUERIES[statement])
        connection.execute(sql.SQL("comment on table checkpoints is {}").format(made_by))


@asynccontextmanager
async def open_checkpointer(url: str) -> AsyncGenerator[AsyncPostgresSaver]:
    """Open a checkpointer whose connections carry the app's role."""
    from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver

    pool: AsyncConnectionPool[Any] = AsyncConnectionPool(
        url,
        min_size=0,
        max_size=4,
        open=False,
        kwargs={
            "autocommit": True,
            "prepare_threshold": 0,
            "row_factory": dict_row,
            "options": "-c role=evermynd_app",
        },
    )
    async with pool:
        yield AsyncPostgresSaver(pool)
