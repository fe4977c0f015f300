"""Takes a recording from the browser, which sends it in small pieces while somebody speaks, and makes a file of it."""

from __future__ import annotations

import wave
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from ui.web.backend import UploadedFile

RATE = 24_000
"""Samples a second, as Chainlit's page records: 16 bit, one channel."""
LONGEST = 480
"""Seconds of one recording: 23 MB, within the 25 MB that audio endpoints take."""
SHORTEST = 0.3
"""Seconds below which nothing can have been said."""
_WIDTH = 2


@dataclass(slots=True)
class Recording:
    """What was recorded so far."""

    held: bool = False
    """It could not be written, and waits to be handed in with what is recorded next."""
    _pieces: list[bytes] = field(default_factory=list[bytes])
    _size: int = 0

    @property
    def full(self) -> bool:
        """Whether it is as long as it may be."""
        return self._size >= LONGEST * RATE * _WIDTH

    @property
    def empty(self) -> bool:
        """Whether it is too short to hold a word."""
        return self._size < SHORTEST * RATE * _WIDTH

    def add(self, piece: bytes) -> None:
        """Append a piece; what goes beyond the longest recording is left out."""
        room = LONGEST * RATE * _WIDTH - self._size
        if kept := piece[: max(room, 0)]:
            self._pieces.append(kept)
            self._size += len(kept)

    def write(self, folder: Path, title: str) -> UploadedFile:
        """Write it as a WAV file that people see under this title (blocking)."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{uuid4()}.wav"
        try:
            self._write(path)
        except OSError:
            path.unlink(missing_ok=True)
            raise
        return UploadedFile(path, f"{title}.wav", "audio/wav", path.stat().st_size, "voice")

    def _write(self, path: Path) -> None:
        with wave.open(str(path), "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(_WIDTH)
            sound.setframerate(RATE)
            sound.writeframes(b"".join(self._pieces)[: self._size // _WIDTH * _WIDTH])
