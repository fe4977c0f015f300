"""How figures are written: what was measured on the left, the number on the right."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Sequence


def show(what: str, value: str) -> None:
    """Print one figure."""
    print(f"  {what:<60} {value}", flush=True)


def say(what: str) -> None:
    """Tell what is going on to whoever waits; it is no figure, so it stays out of what is redirected to a file."""
    print(f"  … {what}", file=sys.stderr, flush=True)


def quantiles(milliseconds: Sequence[float]) -> str:
    """Write p50 and p99."""
    ordered = sorted(milliseconds)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return f"p50 {statistics.median(ordered):7.1f} ms   p99 {p99:7.1f} ms"
