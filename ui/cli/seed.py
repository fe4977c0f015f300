"""`evermynd seed`: a demonstration to look around in."""

import asyncio
from pathlib import Path

import click

from ui.cli.context import begin
from ui.settings import Settings


def run(data_dir: Path | None, force: bool) -> None:
    """Make the demonstration in the database of the settings, or of a running `evermynd up`."""
    settings = begin(data_dir=data_dir).require("database_url")
    if settings.public_url and not force:
        from ui.seed.errors import IsPublic

        raise IsPublic
    asyncio.run(_seed(settings, force))


async def _seed(settings: Settings, force: bool) -> None:
    from knowledge.db import open_database
    from ui.seed import PASSWORD, PEOPLE, plant

    async with open_database(settings.database_url or "", size=2, patience=10) as database:
        made = await plant(database, click.echo, force=force)
    click.echo(f"Added {made.people} people, {made.coaches} coaches and {made.documents} documents.")
    addresses = ", ".join(actor.email for actor in PEOPLE)
    click.echo(f"Sign in as {addresses}; the password is “{PASSWORD}”.")
    click.echo(
        "Everybody knows this password, and the first account of a hub is its administrator's: "
        "change it before others can reach this hub."
    )
