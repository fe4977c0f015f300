"""The subcommands of `evermynd`: registration lines, and the doors of those that are one call."""

from pathlib import Path

import click

from ui.cli.admin import admin
from ui.cli.graph import graph
from ui.cli.manifest import manifest

HOST = click.option("--host", help="Address to listen on.")
PORT = click.option("--port", type=int, help="Port to listen on.")
DATA_DIR = click.option("--data-dir", type=click.Path(path_type=Path), help="Folder of servers, logs and secrets.")


def registry() -> dict[str, click.Command]:
    """Every subcommand by its name."""
    commands = (up, serve, worker, schedule, migrate, seed, doctor, admin, graph, manifest)
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
    """Run the gateway: web chat, pages, turns and sending."""
    from ui.cli.serve import run

    run()


@click.command
def worker() -> None:
    """Run a worker: ingestion, the graph and scheduled jobs."""
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
@click.option("--force", is_flag=True, help="Also on a hub that has people of its own, or a public address.")
def seed(data_dir: Path | None, force: bool) -> None:
    """Add demonstration people and coaches."""
    from ui.cli.seed import run

    run(data_dir=data_dir, force=force)


@click.command
@DATA_DIR
@click.option("--part", "parts", multiple=True, metavar="NAME", help="Only this part; give it several times for more.")
def doctor(data_dir: Path | None, parts: tuple[str, ...]) -> None:
    """Check every part, and say how to mend it."""
    from ui.cli.doctor import run

    run(data_dir=data_dir, parts=parts)
