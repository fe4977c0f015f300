"""`evermynd manifest`: what has to be registered with each platform, printed from the settings and the commands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ui.settings import Settings

NOWHERE = "https://hub.example.org"
"""What stands for the public address where none is set."""


@click.group()
def manifest() -> None:
    """Print what to register with Slack, Teams or Telegram."""


@manifest.command()
def slack() -> None:
    """Print the app manifest: paste it at https://api.slack.com/apps, "From a manifest"."""
    from bots.slack.manifest import manifest as slack_manifest

    settings = _settings()
    address, sockets = settings.public_url or "", bool(settings.slack_app_token)
    if not (sockets or address.startswith("https://")):
        click.echo("evermynd: no https address in EVERMYND_PUBLIC_URL: this app listens in Socket Mode", err=True)
        sockets = True
    described = slack_manifest(address, socket_mode=sockets, commands=_commands())
    click.echo(json.dumps(described, indent=2, ensure_ascii=False))


@manifest.command()
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write the app package (zip) here.")
def teams(output: Path | None) -> None:
    """Print the app manifest, or write the app package that is uploaded to Teams."""
    from bots.teams.manifest import manifest as teams_manifest
    from bots.teams.manifest import package

    settings = _settings()
    if not settings.teams_app_id:
        raise click.ClickException("EVERMYND_TEAMS_APP_ID is missing: the package names the bot by it.")
    if not _address(settings).startswith("https://"):
        raise click.ClickException("EVERMYND_PUBLIC_URL has to begin with https://: Teams calls no other address.")
    described = teams_manifest(settings.teams_app_id, _address(settings), commands=_commands())
    if output is None:
        click.echo(json.dumps(described, indent=2, ensure_ascii=False))
        return
    output.write_bytes(package(described))
    click.echo(f"Wrote {output}: upload it in Teams under Apps, Manage your apps, Upload an app.")


@manifest.command()
def telegram() -> None:
    """Print what to tell @BotFather; commands and descriptions the hub puts up by itself."""
    from ui.messengers.telegram import menus

    settings = _settings()
    menu = menus(20)["en"]
    address = settings.public_url or ""
    webhook = f"{address}/webhooks/telegram" if address.startswith("https://") else "none: the bot is polled"
    lines = [
        "/newbot            a name, then a user name that ends in “bot”; the token goes into EVERMYND_TELEGRAM_TOKEN",
        "/setuserpic        a picture of yours",
        "/setprivacy        Enable: in groups the bot hears what is meant for it",
        "/setjoingroups     Enable: people may add it to groups",
        "",
        "The hub sets the rest at every start:",
        f"webhook            {webhook}",
        f"description        {menu.description}",
        f"about              {menu.short_description}",
        *(f"/{command.name:<17} {command.description}" for command in menu.commands),
    ]
    click.echo("\n".join(lines))


def _settings() -> Settings:
    from ui.cli.context import begin

    return begin(quiet=True)


def _address(settings: Settings) -> str:
    if not settings.public_url:
        click.echo(f"evermynd: EVERMYND_PUBLIC_URL is not set; {NOWHERE} stands for it", err=True)
    return settings.public_url or NOWHERE


def _commands() -> Sequence[tuple[str, str]]:
    from conversation import skills

    return [(command.name, command.description) for command in skills.commands(creator=True)]
