"""Hubs in processes of their own, and what they leave on the machine."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
import pytest

from ui.embedded.parts import MARK
from ui.embedded.ports import free_port

SCRIPT = Path(__file__).with_name("hub.py")
ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class Hub:
    """A hub with stand-ins for our own processes."""

    folder: Path
    port: int
    process: subprocess.Popen[str]

    def line(self, word: str) -> str:
        """The next line it says that has the word in it."""
        assert self.process.stdout
        said: list[str] = []
        for line in self.process.stdout:
            said.append(line)
            if word in line:
                return line.strip()
        raise AssertionError(f"never said {word!r}: {''.join(said)}")

    def rest(self) -> str:
        """All it says until it ends."""
        return self.process.communicate(timeout=60)[0]

    def query(self, statement: str) -> list[tuple[object, ...]]:
        """Ask its database, as the second terminal would."""
        env = json.loads((self.folder / "running.json").read_text())
        with psycopg.connect(env["EVERMYND_MIGRATION_DATABASE_URL"], autocommit=True) as connection:
            return connection.execute(statement.encode()).fetchall()


Start = Callable[..., Hub]


def processes(folder: Path) -> list[psutil.Process]:
    """Everything on this machine that works for the data folder: servers in it, and our own processes with its mark."""
    return [each for each in psutil.process_iter() if _belongs(each, folder)]


def _belongs(each: psutil.Process, folder: Path) -> bool:
    try:
        if each.status() == psutil.STATUS_ZOMBIE:
            return False
        return Path(each.cwd()).is_relative_to(folder) or each.environ().get(MARK) == str(folder)
    except psutil.Error:
        return False


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start hubs on one data folder; whatever is left of them at the end is killed."""
    port, hubs = free_port(), list[Hub]()

    def start(*roles: str, graph: bool = False, port: int = port, folder: Path = tmp_path / "data") -> Hub:
        words = [str(folder), str(port), "graph" if graph else "-", *roles]
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.ui.embedded.hub", *words],
            cwd=ROOT,
            env={**os.environ, "EVERMYND_LOG_LEVEL": "info"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        hubs.append(Hub(folder, port, process))
        return hubs[-1]

    yield start
    for hub in hubs:
        hub.process.kill()
        hub.process.communicate()
    for each in processes(tmp_path / "data"):
        with suppress(psutil.NoSuchProcess):  # it ends by itself when the hub is gone
            each.kill()
