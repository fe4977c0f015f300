"""What every subcommand begins with: the settings, their warnings, and the logs."""

from typing import Any

import click

from ui import logs, settings
from ui.embedded import running


def begin(*, quiet: bool = False, **given: Any) -> settings.Settings:
    """Read the settings, find the servers of a running `evermynd up` for what is not set, and open the logs.

    Warnings about unknown variables go to standard error, unless `quiet`: then `up` has said them before.
    """
    found = settings.load(**given)
    if not quiet:
        for warning in settings.strangers():
            click.echo(f"evermynd: warning: {warning}", err=True)
    logs.configure(found.log_level)
    return running.attach(found)
