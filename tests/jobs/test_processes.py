"""A worker's parts come back when they die, and end when they should."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager

import psutil
import pytest

from jobs.processes import PATIENCE

SCRIPT = """
import signal, sys, time
from jobs.processes import Supervisor

def idle():
    time.sleep(60)

def stubborn():
    signal.signal(signal.SIGTERM, lambda *_: (time.sleep(1), sys.exit()))
    time.sleep(60)

Supervisor({"idle": idle, "stubborn": stubborn}).run()
"""


SLOWLY = "import os, time; os.register_at_fork(after_in_child=lambda: time.sleep(0.5))"


@contextmanager
def supervising(script: str) -> Generator[psutil.Process]:
    with subprocess.Popen([sys.executable, "-c", script]) as running:
        found = psutil.Process(running.pid)
        until(lambda: len(found.children()) == 2)
        yield found
        running.kill()


@pytest.fixture
def supervisor() -> Iterator[psutil.Process]:
    with supervising(SCRIPT) as found:
        yield found


def test_a_part_that_dies_is_started_again(supervisor: psutil.Process):
    first, other = supervisor.children()
    first.kill()
    until(lambda: bool(set(alive(supervisor)) - {first, other}))
    assert len(alive(supervisor)) == 2 and other in alive(supervisor)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_waits_for_its_parts(supervisor: psutil.Process, number: signal.Signals):
    parts = supervisor.children()
    os.kill(supervisor.pid, number)
    assert supervisor.wait(10) == 0
    assert not any(part.is_running() for part in parts)


def test_told_to_stop_while_its_parts_begin_it_stops_them_too():
    with supervising(SLOWLY + SCRIPT) as supervisor:
        parts = supervisor.children()
        supervisor.terminate()
        assert supervisor.wait(PATIENCE / 2) == 0
        assert not any(part.is_running() for part in parts)


def test_its_parts_die_with_it(supervisor: psutil.Process):
    parts = supervisor.children()
    supervisor.kill()
    gone, alive = psutil.wait_procs(parts, timeout=5)
    assert (len(gone), alive) == (2, [])


def alive(supervisor: psutil.Process) -> list[psutil.Process]:
    return [each for each in supervisor.children() if each.status() != psutil.STATUS_ZOMBIE]


def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
