"""Statements live in `.cypher` files beside their store, each under a `// name: verb` line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

_NAME = re.compile(r"^// name: (\w+)\s*$", re.MULTILINE)


@cache
def load_statements(file: str) -> Mapping[str, str]:
    """Read the statements of a file of this package by name, in the order in which they stand."""
    text = files("knowledge.graph").joinpath(file).read_text(encoding="utf-8")
    parts = _NAME.split(text)[1:]
    return MappingProxyType({n: b.strip() for n, b in zip(parts[::2], parts[1::2], strict=True)})
