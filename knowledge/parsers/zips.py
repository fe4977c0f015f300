"""How large the list of entries in a zip is, asked before it is read, because reading it takes ten times its size."""

import struct
from pathlib import Path

_MOST = 4 << 20
_END = struct.Struct("<4s4H2LH")
_LONGEST_COMMENT = 1 << 16


def has_huge_contents(path: Path) -> bool:
    """Whether the zip lists so many entries that even opening it is refused."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _END.size - _LONGEST_COMMENT))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        return False  # not a whole zip: opening it will say so
    return _END.unpack_from(tail, at)[5] > _MOST
