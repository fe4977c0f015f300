"""Checks of this machine: room on the disk, a folder we may write, and what waits in it."""

import asyncio
import os
import shutil
from pathlib import Path

from conversation import aside
from ui import spools
from ui.doctor.check import Finding
from ui.settings import Settings, variable

LEAST_FREE = 1024 * 1024 * 1024  # bytes


async def disk(settings: Settings) -> Finding:
    """Whether there is room for what people will send."""
    folder = await asyncio.to_thread(_nearest, settings.data_dir)
    free = shutil.disk_usage(folder).free
    return Finding(free >= LEAST_FREE, f"{free / 2**30:.1f} GB free", f"free some space on the disk of {folder}")


async def data_folder(settings: Settings) -> Finding:
    """Whether we may write where we keep things."""
    folder = await asyncio.to_thread(_nearest, settings.data_dir)
    writable = os.access(folder, os.W_OK | os.X_OK)
    return Finding(writable, str(settings.data_dir), f"let this user write {folder}, or set {variable('data_dir')}")


async def spool(settings: Settings) -> Finding:
    """Whether all that platforms brought could be taken."""
    waiting, apart = await asyncio.to_thread(aside.counted, spools.folder_in(settings))
    said = f"{waiting} waiting for the ledger, {apart} put aside"
    return Finding(not apart, said, "read them with `evermynd admin aside`, and hand them in again with `--retry`")


def _nearest(folder: Path) -> Path:
    """The folder, or the one above it that exists and in which it would be made."""
    return next(each for each in (folder.resolve(), *folder.resolve().parents) if each.is_dir())
