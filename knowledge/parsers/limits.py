"""What one file may cost, and how a child process binds itself to it."""

import ctypes
import os
import resource
import signal
import sys
from dataclasses import dataclass

_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one parse: `memory` and `output` in bytes, `cpu` and `wall` in seconds."""

    memory: int = 1536 << 20
    cpu: int = 240
    wall: float = 600.0
    output: int = 512 << 20


def bind(limits: Limits, parent: int) -> None:
    """Binds this process: memory, CPU time, file size, no core dumps, and death with its parent."""
    _die_with(parent)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_CPU, limits.cpu, limits.cpu + 2)
    _lower(resource.RLIMIT_FSIZE, limits.output)
    if sys.platform == "linux":  # elsewhere the kernel refuses or ignores it
        _lower(resource.RLIMIT_AS, limits.memory)


def is_near_memory_limit() -> bool:
    """Whether this process came close to its memory limit: C libraries report that as all sorts of errors."""
    ceiling = resource.getrlimit(resource.RLIMIT_AS)[0]
    if ceiling == resource.RLIM_INFINITY or sys.platform != "linux":
        return False
    with open("/proc/self/status", encoding="ascii") as status:
        peak = next((int(line.split()[1]) << 10 for line in status if line.startswith("VmPeak:")), 0)
    return peak > 0.85 * ceiling


def _lower(kind: int, soft: int, hard: int | None = None) -> None:
    ceiling = resource.getrlimit(kind)[1]
    wanted = soft if hard is None else hard
    top = wanted if ceiling == resource.RLIM_INFINITY else min(wanted, ceiling)
    resource.setrlimit(kind, (min(soft, top), top))


def _die_with(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
