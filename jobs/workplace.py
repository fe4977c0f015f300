"""Where an attempt at an ingestion keeps its files: a folder of its own below the data folder, gone when it ends."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from knowledge.ingestions import Claim


@asynccontextmanager
async def open_workplace(data_dir: Path, claim: Claim) -> AsyncGenerator[Path]:
    """Give an empty folder, and clear away what an attempt that died left behind."""
    home = _home(data_dir) / str(claim.ingestion_id)
    folder = home / str(claim.fence)
    await asyncio.to_thread(shutil.rmtree, home, ignore_errors=True)
    await asyncio.to_thread(folder.mkdir, parents=True)
    try:
        yield folder
    finally:
        await asyncio.to_thread(shutil.rmtree, home, ignore_errors=True)


async def tidy(data_dir: Path, age: timedelta) -> int:
    """Remove the folders of attempts that died longer ago than `age`, and count them."""
    return await asyncio.to_thread(_tidy, _home(data_dir), time.time() - age.total_seconds())


def _tidy(home: Path, before: float) -> int:
    old = [each for each in home.glob("*") if each.stat().st_mtime < before]
    for each in old:
        shutil.rmtree(each, ignore_errors=True)
    return len(old)


def _home(data_dir: Path) -> Path:
    return data_dir / "work"
