"""The subcommands of `evermynd`: registration lines, and the doors of those that are one call."""

from pathlib import Path

import click

HOST = click.option("--host", help="Address to listen on.")
PORT = click.option("--port", type=int, help="Port to listen on.")
DATA_DIR = click.option("--data-dir", type=click.Path(path_type=Path), help="Folder of servers, logs and secrets.")


def registry() -> dict[str, click.Command]:
    """Every subcommand by its name."""
    commands = (up, serve, worker, schedule, migrate, doctor)
    return {command.name or "": command for command in commands}


@click.command
@HOST
@PORT
@DATA_DIR
def up(host: str | None, port: int | None, data_dir: Path | None) -> None:
    """Start everything on this machine; Ctrl-C stops it."""
    from ui.cli.up import run

    run(host=host, port=port, data_dir=data_dir)


@click.command
def serve() -> None:
    """Run the gateway: web chat, pages, webhooks."""
    from ui.cli.serve import run

    run()


@click.command
def worker() -> None:
    """Run a worker for ingestion and digests."""
    from ui.cli.worker import run

    run()


@click.command
def schedule() -> None:
    """Run the clock of the scheduled jobs."""
    from ui.cli.schedule import run

    run()


@click.command
@DATA_DIR
def migrate(data_dir: Path | None) -> None:
    """Bring the database up to date."""
    from ui.cli.migrate import run

    run(data_dir=data_dir)


@click.command
@DATA_DIR
def doctor(data_dir: Path | None) -> None:
    """Check every part, and say how to mend it."""
    from ui.cli.doctor import run

    run(data_dir=data_dir)
