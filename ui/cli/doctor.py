"""`evermynd doctor`: what works, what does not, and how to mend it."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from ui import doctor
from ui.cli.context import begin


def run(data_dir: Path | None, more: Sequence[doctor.Check] = ()) -> None:
    """Print a line for each check, those of the rooms last; exit code 1 if any of them failed."""
    settings = begin(data_dir=data_dir)
    found = asyncio.run(doctor.examine(settings, (*doctor.built_in(), *more)))
    for check, finding in found:
        click.echo(line(check, finding))
    sys.exit(not all(finding.ok for _, finding in found))


def line(check: doctor.Check, finding: doctor.Finding) -> str:
    """A check and what it found, and on a second line how to mend it."""
    mark = "✓" if finding.ok else "✗"
    mend = f"\n    → {finding.mend}" if finding.mend and not finding.ok else ""
    return f"{mark} {check.name}: {finding.said}{mend}"
