"""What of a log a person at the terminal should see."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

LOUD = {"warning", "error", "critical"}
LOUD_WORDS = re.compile(r"^(WARNING|ERROR|CRITICAL|FATAL)\b|^[\w.]*(Error|Exception): ")
SILENT_KEYS = {"event", "level", "logger", "timestamp", "exception", "stack"}


@dataclass(slots=True)
class Tail:
    """Follows a log file from a position on."""

    path: Path
    position: int

    def fresh(self) -> list[str]:
        """The complete lines that came since the last call."""
        with self.path.open("rb") as file:
            file.seek(self.position)
            data = file.read()
        end = data.rfind(b"\n") + 1
        self.position += end
        return data[:end].decode(errors="replace").splitlines()


def notable(line: str) -> str | None:
    """The line as a person should read it, or None when it is no warning and no error."""
    try:
        record = json.loads(line)
    except ValueError:
        return line.strip() if LOUD_WORDS.search(line) else None
    return _told(cast(dict[str, Any], record)) if isinstance(record, dict) else None


def _told(record: dict[str, Any]) -> str | None:
    if record.get("level") not in LOUD:
        return None
    rest = " ".join(f"{name}={value}" for name, value in record.items() if name not in SILENT_KEYS)
    return f"{record['level']}: {record.get('event', '')} {rest}".strip()
