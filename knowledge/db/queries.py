"""Statements live in `.sql` files beside their store, each under a `-- name: verb` line."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import LiteralString, cast

from psycopg.sql import SQL

from knowledge.db.errors import UnknownStatement

_NAME = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)


class Queries:
    """The statements of one `.sql` file by name."""

    def __init__(self, origin: str, statements: dict[str, str]) -> None:
        self.origin = origin
        self._statements = {name: SQL(cast(LiteralString, text)) for name, text in statements.items()}

    def __getitem__(self, name: str) -> SQL:
        """Give the statement with this name; raise `UnknownStatement` if the file has none."""
        try:
            return self._statements[name]
        except KeyError:
            raise UnknownStatement(f"{self.origin} has no statement named {name}") from None

    def __iter__(self):
        return iter(self._statements)


def load_queries(package: str, file: str) -> Queries:
    """Read the statements of `file`, which lies in `package` (a dotted name)."""
    text = files(package).joinpath(file).read_text(encoding="utf-8")
    parts = _NAME.split(text)[1:]
    names, bodies = parts[::2], parts[1::2]
    return Queries(f"{package}/{file}", {n: b.strip() for n, b in zip(names, bodies, strict=True)})
