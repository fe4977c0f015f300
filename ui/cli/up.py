"""`evermynd up`: everything on this machine, until Ctrl-C."""

import asyncio
import signal
from importlib.metadata import version
from pathlib import Path

import click

from ui.cli.migrate import upgrade
from ui.embedded import boot, parts
from ui.errors import StartError
from ui.settings import load, strangers

COMMANDS = (
    parts.our("Gateway", "serve", ready="/readyz"),
    parts.our("Worker", "worker"),
    parts.our("Schedule", "schedule"),
)
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(host: str | None, port: int | None, data_dir: Path | None) -> None:
    """Bring the hub up and keep it until a signal says to end."""
    settings = load(host=host, port=port, data_dir=data_dir)
    for warning in strangers():
        click.echo(f"evermynd: warning: {warning}", err=True)
    click.echo(f"EverMynd {version('evermynd-hub')}, data in {settings.data_dir}")
    try:
        asyncio.run(until_told(boot.Plan(settings, COMMANDS, upgrade, click.echo)))
    except OSError as error:
        raise StartError(f"the machine refused: {error}; mend that and start again, the data stays") from error


async def until_told(plan: boot.Plan) -> None:
    """Run the plan until one of the ending signals arrives; more of them change nothing while it stops."""
    loop, hub = asyncio.get_running_loop(), asyncio.ensure_future(boot.up(plan))
    told = asyncio.Event()

    def end() -> None:
        if not told.is_set():
            told.set()
            hub.cancel()

    for each in ENDINGS:
        loop.add_signal_handler(each, end)
    try:
        await hub
    except asyncio.CancelledError:
        if not told.is_set():
            raise
        plan.say("Stopped; the data stays.")
