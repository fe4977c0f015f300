"""A folder lock: one process at a time may run servers on a folder."""

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ui.errors import InUseError, StartError


@dataclass(frozen=True, slots=True)
class Lock:
    """A held lock; it ends with `release` or with the process, however that dies."""

    folder: Path
    file: IO[str]

    def release(self) -> None:
        """Let the folder go; the file stays, because removing it would race with the next holder."""
        self.file.close()


def hold(folder: Path) -> Lock:
    """Make the folder (mode 700), take its lock and note our process there.

    Raises InUseError with the holder's process, or StartError when the folder cannot be written.
    """
    try:
        folder = folder.resolve()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.fdopen(os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600), "r+")
    except OSError as error:
        raise StartError(
            f"the folder {folder} cannot be written ({error.strerror}): "
            "choose another folder with --data-dir or EVERMYND_DATA_DIR"
        ) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        owner = file.read(32).strip() or "unknown"
        file.close()
        raise InUseError(
            f"{folder} is in use by another EverMynd (process {owner}): stop that one, "
            "or give this one its own folder with --data-dir"
        ) from error
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return Lock(folder, file)


def is_held(folder: Path) -> bool:
    """Whether a living process holds the folder."""
    try:
        file = (folder / "lock").open()
    except FileNotFoundError:
        return False
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
