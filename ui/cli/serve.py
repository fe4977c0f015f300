"""`evermynd serve`: one gateway process."""

from ui.cli.context import begin


def run() -> None:
    """Serve until told to stop."""
    settings = begin(quiet=True).require("database_url")
    from ui import gateway

    gateway.run(settings)
