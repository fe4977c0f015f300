"""The `evermynd` command; every subcommand imports its use case only when it is called."""

import sys

import click

from ui.cli.commands import registry


@click.group(commands=registry(), context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="evermynd-hub", prog_name="evermynd")
def evermynd() -> None:
    """EverMynd: coaches that people chat with, taught by files and links."""


def main() -> None:
    """Run the command; what goes wrong in a known way is said in one line on standard error, with exit code 1."""
    from knowledge.errors import HubError

    try:
        evermynd()
    except HubError as error:
        click.echo(f"evermynd: {error}", err=True)
        sys.exit(1)
