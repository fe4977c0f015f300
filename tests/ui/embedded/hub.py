"""Runs a hub whose own processes are stand-ins: `python hub.py DATA_DIR PORT GRAPH ROLE…`, GRAPH is `graph` or `-`."""

import asyncio
import sys
from functools import partial
from pathlib import Path

import psycopg

from ui.cli.up import until_told
from ui.embedded import boot
from ui.embedded.parts import Command
from ui.errors import StartError
from ui.settings import load

SCRIPT = str(Path(__file__).with_name("stand_in.py"))


def migrate(owner_url: str, app_role: str) -> None:
    """Note each start in the database."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("create table if not exists starts (started_at timestamptz default now())")
        connection.execute("insert into starts default values")


def main(data_dir: str, port: str, graph: str, *roles: str) -> None:
    commands = [Command(role.title(), (sys.executable, SCRIPT, role), _ready(role)) for role in roles]
    away = None if graph == "graph" else "bolt://127.0.0.1:1"
    settings = load(data_dir=Path(data_dir), port=int(port), neo4j_uri=away)
    asyncio.run(until_told(boot.Plan(settings, commands, migrate, partial(print, flush=True))))


def _ready(role: str) -> str | None:
    return "/readyz" if role == "gateway" else None


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except StartError as error:
        sys.exit(f"evermynd: {error}")
