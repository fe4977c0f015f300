"""Every statement is one that Postgres can prepare."""

from __future__ import annotations

import re

import pytest

from knowledge.db import Database, load_queries

FILES = ("accounts", "codes", "identities", "registration", "removal", "roles", "sessions", "throttles")
STATEMENTS = [(file, name) for file in FILES for name in load_queries("conversation.people", f"{file}.sql")]


@pytest.mark.parametrize(("file", "name"), STATEMENTS)
async def test_postgres_prepares_it(database: Database, file: str, name: str) -> None:
    text = load_queries("conversation.people", f"{file}.sql")[name].as_string()
    numbers: dict[str, str] = {}
    prepared = re.sub(r"%\((\w+)\)s", lambda m: numbers.setdefault(m[1], f"${len(numbers) + 1}"), text)
    async with database.system() as connection:
        await connection.execute(f"prepare tried as {prepared}")  # pyright: ignore[reportArgumentType, reportCallIssue]
        await connection.execute("deallocate tried")
