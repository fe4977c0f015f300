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


def names_in(statement: str) -> list[str]:
    """The named parameters of a statement, each once."""
    return list(dict.fromkeys(PARAMETER.findall(statement)))


def is_data(statement: str) -> bool:
    """Whether it reads or writes rows; what creates or grants cannot be prepared."""
    words = re.sub(r"--[^\n]*\n", "", statement + "\n").split()
    return words[0] in ("select", "insert", "update", "delete", "with", "values", "merge")


def numbered(statement: str) -> str:
    """The statement as `prepare` takes it: `$n` instead of named parameters."""
    names = names_in(statement)
    text = PARAMETER.sub(lambda found: f"${names.index(found.group(1)) + 1}", statement)
    return text.replace("%%", "%").rstrip().rstrip(";")


@pytest.mark.parametrize(("package", "file"), files())
async def test_every_statement_can_be_prepared(database: Database, package: str, file: str) -> None:
    queries: Queries = load_queries(package, file)
    statements = {name: text for name in queries if is_data(text := queries[name].as_string(None))}
    prepared: dict[str, int] = {}
    for name, statement in statements.items():
        async with database.system() as connection:
            await connection.execute(f"prepare checked as {numbered(statement)}".encode())
            cursor = await connection.execute(
                "select cardinality(parameter_types) as taken from pg_prepared_statements where name = 'checked'"
            )
            prepared[name] = sum(row["taken"] for row in await cursor.fetchall())
            await connection.execute("deallocate checked")
    assert prepared == {name: len(names_in(statement)) for name, statement in statements.items()}
