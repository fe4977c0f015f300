"""`make bench`: every module in a process of its own, one after the other, with the command that repeats it."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

MODULES = (
    ("turns", "The hub's own time in a turn"),
    ("first_character", "Time to the first character on the screen"),
    ("ingestion", "From a file to being searchable"),
    ("startup", "Starting, and resting"),
    ("telegram", "Telegram: acknowledging updates, writing before people's eyes"),
    ("streams", "Slack and Teams: writing before people's eyes"),
    ("markup", "An answer as messages with entities"),
    ("scifact", "Quality of the recall"),
)


def main() -> int:
    """Run the modules that were named, or all; give 1 if one of them could not be measured."""
    wanted = sys.argv[1:] or [name for name, _ in MODULES]
    print(f"EverMynd, figures of {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}")
    failed: list[str] = []
    for name, title in MODULES:
        if name in wanted:
            print(f"\n{title}   (python -m tests.benchmarks.{name})", flush=True)
            if subprocess.run([sys.executable, "-m", f"tests.benchmarks.{name}"], check=False).returncode:
                failed.append(name)
    if failed:
        print(f"\nNot measured, see above: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
