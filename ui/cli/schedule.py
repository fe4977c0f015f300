"""`evermynd schedule`: the clock of the scheduled jobs."""

from ui.cli.worker import configured


def run() -> None:
    """Tick until told to stop."""
    settings = configured()
    from jobs import schedule

    schedule.run(settings)
