"""What is put aside: events that could not be taken, for an operator to read and to hand in again; all of it blocks."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from conversation.records import PLAIN, SEALED, UNREADABLE, Record, Records
from conversation.spool import AGAIN, ASIDE
from knowledge.vault import Vault


@dataclass(frozen=True, slots=True)
class PutAside:
    """A record that waits for a person; `event` is whatever its platform brought, and None if it cannot be opened."""

    path: Path
    channel: str
    at: datetime
    reason: str
    opened: bool
    event: object = field(default=None, repr=False)


def find(spools: Path, vault: Vault) -> list[PutAside]:
    """List what is put aside in all channels, the oldest first."""
    found: list[PutAside] = []
    for folder in spools.glob(f"*/{ASIDE}"):
        channel = folder.parent.name
        records = Records(folder, vault, channel)
        for path in records.paths():
            with contextlib.suppress(FileNotFoundError):
                found.append(_read(records, path, channel))
    return sorted(found, key=lambda each: each.at)


def counted(spools: Path) -> tuple[int, int]:
    """Count what waits for the ledger, and what is put aside, in all channels; needs no key."""
    records = [path for path in spools.glob("*/**/*") if path.suffix in (SEALED, PLAIN)]
    apart = sum(path.parent.name == ASIDE for path in records)
    return len(records) - apart, apart


def hand_in(waiting: PutAside, vault: Vault) -> None:
    """Let an event be taken once more, by the running gateway or the next one; nothing happens to one not opened."""
    if not waiting.opened:
        return
    again = Records(waiting.path.parents[1] / AGAIN, vault, waiting.channel)
    again.folder.mkdir(mode=0o700, exist_ok=True)
    again.put(waiting.path.stem, again.sealed(waiting.path.stem, Record(waiting.event)))
    waiting.path.unlink(missing_ok=True)


def _read(records: Records, path: Path, channel: str) -> PutAside:
    at = _time(path)
    try:
        record = records.read(path)
    except FileNotFoundError:
        raise
    except UNREADABLE as error:
        return PutAside(path, channel, at, f"cannot be opened: {error}", opened=False)
    return PutAside(path, channel, at, record.reason, opened=True, event=record.event)


def _time(path: Path) -> datetime:
    """Tell when an event came: its name begins with the nanoseconds."""
    number = path.stem.partition("-")[0]
    if number.isascii() and number.isdigit() and len(number) == 20:
        return datetime.fromtimestamp(int(number) / 1e9, UTC)
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
