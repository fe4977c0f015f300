"""The two pictures of the app: a speech bubble with a spark, drawn point by point.

https://learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/apps-package: 192 × 192 in colour, and
32 × 32 in white on nothing.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

Colour = tuple[int, int, int, int]

ACCENT = "#4B3F8F"
_GROUND: Colour = (0x4B, 0x3F, 0x8F, 255)
_WHITE: Colour = (255, 255, 255, 255)
_NOTHING: Colour = (255, 255, 255, 0)
_FINE = 3


def colour_icon() -> bytes:
    """Give the large icon as PNG."""
    return _png(192, lambda x, y: _WHITE if _in_bubble(x, y) and not _in_spark(x, y) else _GROUND)


def outline_icon() -> bytes:
    """Give the small icon as PNG."""
    return _png(32, lambda x, y: _WHITE if _in_bubble(x, y) and not _in_spark(x, y) else _NOTHING)


def _in_bubble(x: float, y: float) -> bool:
    """Tell whether a point of the unit square lies in the bubble or its tail."""
    ellipse = ((x - 0.5) / 0.34) ** 2 + ((y - 0.45) / 0.28) ** 2 <= 1
    tail = 0.28 <= x <= 0.46 and 0.62 <= y <= 0.84 and (y - 0.62) <= 1.22 * (0.46 - x)
    return ellipse or tail


def _in_spark(x: float, y: float) -> bool:
    """Tell whether a point lies in the four-pointed star in the middle."""
    away, up = abs(x - 0.5) / 0.16, abs(y - 0.45) / 0.16
    return away**0.6 + up**0.6 <= 1


def _png(side: int, colour: Callable[[float, float], Colour]) -> bytes:
    rows = b"".join(
        b"\0" + b"".join(bytes(_point(side, column, row, colour)) for column in range(side)) for row in range(side)
    )
    head = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in parts)


def _point(side: int, column: int, row: int, colour: Callable[[float, float], Colour]) -> Colour:
    """Give the colour of a point as the mean of several within it, so that edges look smooth."""
    step = 1 / (side * _FINE)
    found = [
        colour((column * _FINE + across + 0.5) * step, (row * _FINE + down + 0.5) * step)
        for across in range(_FINE)
        for down in range(_FINE)
    ]
    red, green, blue, alpha = (sum(values) // len(found) for values in zip(*found, strict=True))
    return red, green, blue, alpha


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
