"""Child processes of a worker: forked from a parent that does nothing else, restarted when they die, ended with it."""

from __future__ import annotations

import ctypes
import os
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping
from types import FrameType

import structlog

PATIENCE = 22.0  # seconds a child may take to finish after SIGTERM, before it is killed
QUICK = 2.0  # seconds; a child that lived shorter than this waits before it starts again
_HEEDED = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_log = structlog.stdlib.get_logger(__name__)


def tie_to(parent: int) -> None:
    """End this process with SIGKILL when its parent dies; the ledger's leases make that safe."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    else:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    if os.getppid() != parent:
        os._exit(1)


def _watch(parent: int) -> None:
    """Look for the parent every second, where the kernel cannot tell us."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _heed(number: int, frame: FrameType | None) -> None:
    """Let a signal pass: the socket of `signal.set_wakeup_fd` tells about it."""


class Supervisor:
    """Runs each named function in a child process of its own until SIGTERM or SIGINT comes.

    It stays single-threaded, so that forking is safe at any time.
    """

    def __init__(self, children: Mapping[str, Callable[[], None]]) -> None:
        self._children = children
        self._alive: dict[int, str] = {}
        self._due = dict.fromkeys(children, 0.0)
        self._ears, self._mouth = socket.socketpair()

    def run(self) -> None:
        """Block until told to stop and every child has ended."""
        self._listen()
        told = False
        while not told:
            self._start_due()
            told = self._heard(1.0)
            self._reap()
        self._stop()

    def _listen(self) -> None:
        self._mouth.setblocking(False)
        signal.set_wakeup_fd(self._mouth.fileno())
        for number in _HEEDED:
            signal.signal(number, _heed)

    def _heard(self, seconds: float) -> bool:
        """Wait for a signal; True if it tells us to stop."""
        ready, _, _ = select.select([self._ears], [], [], seconds)
        heard = self._ears.recv(64) if ready else b""
        return signal.SIGTERM in heard or signal.SIGINT in heard

    def _start_due(self) -> None:
        now = time.monotonic()
        for name in set(self._children) - set(self._alive.values()):
            if self._due[name] <= now:
                self._due[name] = now + QUICK
                self._alive[self._fork(name)] = name

    def _fork(self, name: str) -> int:
        parent = os.getpid()
        signal.pthread_sigmask(signal.SIG_BLOCK, _HEEDED)  # a child told before it is itself must hear it
        pid = os.fork()
        if pid:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _HEEDED)
            return pid
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            for number in _HEEDED:
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _HEEDED)
            os.setpgid(0, 0)
            tie_to(parent)
            self._children[name]()
            status = 0
        except BaseException:
            _log.exception("a part of the worker failed", part=name)
        finally:
            os._exit(status)

    def _reap(self) -> None:
        while self._alive:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            name = self._alive.pop(pid, None)
            if name:
                _log.warning("a part of the worker ended, starting it again", part=name, status=status)

    def _stop(self) -> None:
        """Tell the children to finish, and kill those that take too long."""
        self._tell(signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        while self._alive and time.monotonic() < deadline:
            self._heard(0.2)
            self._reap_quietly()
        self._tell(signal.SIGKILL)
        while self._alive:
            self._heard(0.2)
            self._reap_quietly()

    def _tell(self, number: signal.Signals) -> None:
        for pid in self._alive:
            os.kill(pid, number)

    def _reap_quietly(self) -> None:
        for pid in list(self._alive):
            if os.waitpid(pid, os.WNOHANG)[0]:
                del self._alive[pid]
