"""`evermynd graph`: the graph as a projection that can be made anew."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ui.settings import Settings


@click.group()
@click.option("--data-dir", type=click.Path(path_type=Path), help="Folder of servers, logs and secrets.")
@click.pass_context
def graph(context: click.Context, data_dir: Path | None) -> None:
    """Look after the knowledge graph."""
    from ui.cli.context import begin

    context.obj = begin(data_dir=data_dir).require("database_url", "neo4j_uri")


@graph.command()
@click.option("--graph-id", help="Only this one, such as coach:… or user:…; without it all of them.")
@click.pass_obj
def rebuild(settings: Settings, graph_id: str | None) -> None:
    """Wipe the graph and make it again from the database."""
    parts = asyncio.run(_rebuild(settings, graph_id))
    click.echo(f"The graph is rebuilt: {parts} {'part' if parts == 1 else 'parts'}.")


async def _rebuild(settings: Settings, graph_id: str | None) -> int:
    from knowledge.db import open_database
    from knowledge.graph import open_graph
    from knowledge.graph.rebuild import rebuild as remake

    address = (settings.neo4j_uri or "", settings.neo4j_user, settings.neo4j_password or "")
    async with (
        open_database(settings.database_url or "", size=2, patience=10) as database,
        open_graph(*address) as opened,
    ):
        return await remake(database, opened, graph_id)
