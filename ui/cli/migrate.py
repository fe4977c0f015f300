"""`evermynd migrate`: the database at this program's revision."""

from pathlib import Path
from urllib.parse import urlsplit

import click

from ui.cli.context import begin
from ui.errors import StartError, reason


def run(data_dir: Path | None) -> None:
    """Migrate the database of the settings, or of a running `evermynd up`, as its owner."""
    settings = begin(data_dir=data_dir).require("database_url", "migration_database_url")
    role = urlsplit(settings.database_url or "").username or "evermynd"
    upgrade(settings.migration_database_url or "", role)
    click.echo("The database is up to date.")


def upgrade(owner_url: str, app_role: str) -> None:
    """Bring the database up to date; raises StartError when it cannot be reached."""
    import psycopg

    from conversation import checkpoints
    from knowledge.db import migrate

    try:
        migrate.upgrade(owner_url, app_role)
        checkpoints.prepare(owner_url)
    except psycopg.OperationalError as error:
        parts = urlsplit(owner_url)
        raise StartError(
            f"cannot open the database at {parts.hostname}:{parts.port or 5432} as {parts.username}: {reason(error)}"
        ) from error
