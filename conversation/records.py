"""Records: events on this machine's disk, each a file of its own, sealed with the hub's key, and synced once written.

An older version left them unsealed; those are read all the same.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from knowledge.vault import Vault, VaultError

SEALED, PLAIN = ".sealed", ".json"
UNREADABLE = (VaultError, ValueError, OSError)
"""What reading a record raises whose key is lost, or whose file is damaged."""


@dataclass(frozen=True, slots=True)
class Record:
    """An event as its platform brought it, and why it was put aside, if it was."""

    event: object
    reason: str = ""


class Records:
    """The records in a folder of one channel's spool; everything here blocks.

    A record is sealed for its channel and its name: it opens in no other channel, and under no other name.
    """

    def __init__(self, folder: Path, vault: Vault, channel: str) -> None:
        self._vault = vault
        self._channel = channel
        self.folder = folder

    def paths(self) -> list[Path]:
        """List the records, the oldest first."""
        return sorted(path for path in self.folder.glob("*") if path.suffix in (SEALED, PLAIN))

    def sealed(self, name: str, record: Record) -> bytes:
        """Give what a record's file holds."""
        body = json.dumps(asdict(record))  # plain ASCII: a lone surrogate has no other form
        return self._vault.seal(body, "spool", self._channel, name).encode("ascii")

    def put(self, name: str, body: bytes) -> Path:
        """Write a file that its owner alone may read, and sync it and the folder."""
        path = self.folder / f"{name}{SEALED}"
        unfinished = path.with_suffix(".part")
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
        self._sync()
        return path

    def read(self, path: Path) -> Record:
        """Open a record; raises one of `UNREADABLE`, of which `FileNotFoundError` says that it is gone."""
        text = path.read_text("ascii")
        if path.suffix == PLAIN:
            return Record(json.loads(text))
        found = json.loads(self._vault.open(text, "spool", self._channel, path.stem))
        return Record(found["event"], found["reason"])

    def take_in(self, path: Path) -> Path:
        """Move the file of a record here as it is."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        moved = path.rename(self.folder / path.name)
        self._sync()
        return moved

    def _sync(self) -> None:
        directory = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
