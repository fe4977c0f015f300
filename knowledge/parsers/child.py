"""The program that parses one file in a process of its own: `python -m knowledge.parsers.child REQUEST`.

Progress goes to standard output, one JSON line `[done, total]` each; the result, or the code of an error, goes to the
file that the request names.
"""

import json
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from knowledge.parsers.limits import Limits, bind, is_near_memory_limit
from knowledge.phrases import Phrase

if TYPE_CHECKING:
    from knowledge.parsers.errors import ParserError

_EVERY = 0.1


def main(request: str) -> int:
    """Parses the file of the request, a JSON object written by the sandbox."""
    asked = json.loads(request)
    bind(Limits(**asked["limits"]), asked["parent"])
    result = Path(asked["result"])
    try:
        answer = _parse(Path(asked["path"]), asked["name"])
        result.write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")
    except MemoryError:
        result.write_text('{"error": "too_demanding", "detail": ""}', encoding="utf-8")
    return 0


def _parse(path: Path, name: str) -> dict[str, Any]:
    from knowledge.parsers.errors import Damaged, ParserError
    from knowledge.parsers.reading import read
    from knowledge.parsers.source import Source

    try:
        return asdict(read(Source(path, name, _Reporter().report)))
    except ParserError as error:
        if isinstance(error, Damaged) and is_near_memory_limit():
            raise MemoryError from error
        return _told(error)


def _told(error: "ParserError") -> dict[str, Any]:
    """Write an error down, so that the sandbox can say it in any language."""
    detail = error.detail if isinstance(error.detail, Phrase) else Phrase(error.detail)
    values = {name: str(value) for name, value in detail.values.items()}
    return {"error": error.code, "detail": detail.message, "values": values, "name": error.name}


class _Reporter:
    """Prints progress, but not more often than someone could read it."""

    def __init__(self) -> None:
        self._last = 0.0

    def report(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._last >= _EVERY or done == total:
            self._last = now
            os.write(sys.stdout.fileno(), f"[{done},{total}]\n".encode())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
