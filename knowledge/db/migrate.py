"""Bring a database to this program's revision, or back; Alembic keeps the history, plain SQL does the work."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy import make_url

from knowledge.db.errors import NewerDatabase

_SCRIPTS = Path(__file__).parent / "migrations"


def upgrade(owner_url: str, app_role: str, revision: str = "head") -> None:
    """Migrate up as the owner, then let `app_role` (the login of `DATABASE_URL`) take the program's two roles.

    Raises `NewerDatabase` if the database was migrated by a later version of the program.
    """
    found = current(owner_url)
    if found is not None and found not in known():
        raise NewerDatabase(found)
    if found != head() or revision != "head":
        command.upgrade(_config(owner_url), revision)
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("grant evermynd_app, evermynd_system to {} with inherit false, set true").format(
                sql.Identifier(app_role)
            )
        )


def downgrade(owner_url: str, revision: str) -> None:
    """Migrate down to `revision` (`base` is an empty database)."""
    command.downgrade(_config(owner_url), revision)


def current(owner_url: str) -> str | None:
    """Tell the revision the database is at, or None for one that was never migrated."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        if connection.execute("select to_regclass('alembic_version')").fetchone() == (None,):
            return None
        row = connection.execute("select version_num from alembic_version").fetchone()
        return row[0] if row else None


def head() -> str:
    """Tell the revision this program wants."""
    return ScriptDirectory(str(_SCRIPTS)).get_current_head() or ""


def known() -> set[str]:
    """List every revision this program knows."""
    return {script.revision for script in ScriptDirectory(str(_SCRIPTS)).walk_revisions()}


def role_of(url: str) -> str:
    """Tell the login role a connection address names."""
    return make_url(url).username or "postgres"


async def upgraded(owner_url: str, app_role: str) -> None:
    """Do what `upgrade` does from async code, off the event loop."""
    await asyncio.to_thread(upgrade, owner_url, app_role)


def _config(owner_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["url"] = make_url(owner_url).set(drivername="postgresql+psycopg")
    return config
