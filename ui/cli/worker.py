"""`evermynd worker`: the listener and its work processes."""

from dataclasses import fields
from typing import Any

from jobs.settings import JobSettings
from ui.cli.context import begin


def run() -> None:
    """Work until told to stop."""
    settings = configured()
    from jobs import worker

    worker.run(settings)


def configured() -> JobSettings:
    """The settings of the background work: those of ours that have its names."""
    settings = begin(quiet=True).require("database_url", "redis_url")
    values: dict[str, Any] = {each.name: getattr(settings, each.name) for each in fields(JobSettings)}
    values["data_dir"] = settings.data_dir.resolve()
    return JobSettings(**values)
