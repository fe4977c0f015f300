"""`evermynd doctor`: what works, what does not, and how to mend it."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from ui import doctor
from ui.cli.context import begin


def run(data_dir: Path | None, parts: Sequence[str] = ()) -> None:
    """Print a line for each check, or for those of these parts; exit code 1 if any of them failed."""
    checks = chosen(parts)
    settings = begin(data_dir=data_dir)
    found = asyncio.run(doctor.examine(settings, checks))
    for check, finding in found:
        click.echo(line(check, finding))
    sys.exit(not all(finding.ok for _, finding in found))


def chosen(parts: Sequence[str]) -> list[doctor.Check]:
    """The checks with these names, or all of them; an unknown name is a usage error that lists the known ones."""
    checks = {check.name.lower(): check for check in doctor.built_in()}
    unknown = [part for part in parts if part.lower() not in checks]
    if unknown:
        known = ", ".join(check.name for check in checks.values())
        raise click.UsageError(f"There is no part called {unknown[0]}; there are: {known}.")
    return [checks[part.lower()] for part in parts] or list(checks.values())


def line(check: doctor.Check, finding: doctor.Finding) -> str:
    """A check and what it found, and on a second line how to mend it."""
    mark = "✓" if finding.ok else "✗"
    mend = f"\n    → {finding.mend}" if finding.mend and not finding.ok else ""
    return f"{mark} {check.name}: {finding.said}{mend}"
