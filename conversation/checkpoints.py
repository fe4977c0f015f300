"""Checkpoints of turns that pause: LangGraph's own tables, which know a turn's id and nothing of whose it is.

They are exempt from row-level security by name; a turn's id is reached only through its inbox row, which is not.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from langgraph.checkpoint.postgres import PostgresSaver
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool

_TABLES = "checkpoints, checkpoint_blobs, checkpoint_writes"


def prepare(owner_url: str) -> None:
    """Make or update LangGraph's tables as the owner, and let the app's role use them."""
    with psycopg.Connection[DictRow].connect(
        owner_url, autocommit=True, prepare_threshold=0, row_factory=dict_row
    ) as connection:
        PostgresSaver(connection).setup()
        connection.execute(f"grant select, insert, update, delete on {_TABLES} to evermynd_app")  # pyright: ignore[reportArgumentType, reportCallIssue]


@asynccontextmanager
async def open_checkpointer(url: str) -> AsyncGenerator[AsyncPostgresSaver]:
    """Open a checkpointer whose connections carry the app's role."""
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
