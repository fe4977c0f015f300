"""Secrets that this machine makes for itself and keeps in files of mode 600."""

import os
import secrets
from pathlib import Path


def kept(path: Path, size: int = 24) -> str:
    """Read the secret of a file; the first call makes it: `size` random bytes in letters that need no quoting."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(size))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    return path.read_text().strip()
