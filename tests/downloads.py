"""Programs that tests need and no Python package brings: downloaded once, into a cache folder of this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path


def absent(*programs: str) -> str:
    """Name those of these programs that this machine does not have."""
    return " and ".join(program for program in programs if shutil.which(program) is None)


def once(name: str, fill: Callable[[Path], object]) -> Path:
    """Give a folder of this name, filled once and complete or not at all."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "evermynd-tests"
    folder = cache / name
    if not (folder / "complete").exists():
        folder.mkdir(parents=True, exist_ok=True)
        fill(folder)
        (folder / "complete").touch()
    return folder


def npm_packages(name: str, manifest: Path, seconds: float) -> Path:
    """Give the folder of the packages that a `package.json` asks for."""

    def install(folder: Path) -> None:
        shutil.copy(manifest, folder)
        command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock", "--silent"]
        subprocess.run(command, cwd=folder, check=True, timeout=seconds, capture_output=True)

    return once(name, install) / "node_modules"
