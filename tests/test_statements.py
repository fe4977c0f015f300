"""Every statement of every `.sql` file is one that Postgres accepts."""

import re
from pathlib import Path

import pytest

from knowledge.db import Database, Queries, load_queries

ROOT = Path(__file__).parent.parent
PARAMETER = re.compile(r"%\((\w+)\)[sbt]")


def files() -> list[tuple[str, str]]:
    """Package and name of each file that holds named statements."""
    found = [
        path for room in ("knowledge", "conversation", "jobs", "bots", "ui") for path in (ROOT / room).rglob("*.sql")
    ]
    named = [path.relative_to(ROOT) for path in found if "-- name:" in path.read_text("utf-8")]
    return sorted((".".join(path.parent.parts), path.name) for path in named)


def is_data(statement: str) -> bool:
    """Whether it reads or writes rows; what creates or grants cannot be prepared."""
    words = re.sub(r"--[^\n]*\n", "", statement + "\n").split()
    return words[0] in ("select", "insert", "update", "delete", "with", "values", "merge")


def numbered(statement: str) -> str:
    """The statement as `prepare` takes it: `$n` instead of named parameters."""
    names = list(dict.fromkeys(PARAMETER.findall(statement)))
    text = PARAMETER.sub(lambda found: f"${names.index(found.group(1)) + 1}", statement)
    return text.replace("%%", "%").rstrip().rstrip(";")


@pytest.mark.parametrize(("package", "file"), files())
async def test_every_statement_can_be_prepared(database: Database, package: str, file: str) -> None:
    queries: Queries = load_queries(package, file)
    statements = [queries[name].as_string(None) for name in queries]
    for statement in map(numbered, filter(is_data, statements)):
        async with database.system() as connection:
            await connection.execute(f"prepare checked as {statement}".encode())
            await connection.execute("deallocate checked")
