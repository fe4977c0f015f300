"""Files that people sent, kept in the ledger in parts of 1 MiB until they are learned: any machine can read them."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

from knowledge.db import Connection, load_queries
from knowledge.errors import HubError

PART = 1 << 20  # bytes
_QUERIES = load_queries("knowledge", "files.sql")


@dataclass(frozen=True, slots=True)
class Kept:
    """A file the ledger holds."""

    file_id: UUID
    size: int
    sha256: str


class FileGone(HubError):
    """The file is no longer kept; it was learned, or it waited too long."""

    code = "file_gone"

    def __init__(self) -> None:
        super().__init__("I no longer have this file. Please send it again.")


async def keep(connection: Connection, user_id: UUID, path: Path, name: str, media_type: str) -> Kept:
    """Copy the file at `path` into the ledger as this person's, holding at most one part in memory."""
    size, sha256 = await asyncio.to_thread(_measure, path)
    kept = Kept(uuid4(), size, sha256)
    await connection.execute(
        _QUERIES["insert_file"],
        {
            "file_id": kept.file_id,
            "user_id": user_id,
            "name": name,
            "media_type": media_type,
            "size": size,
            "sha256": sha256,
        },
    )
    with path.open("rb") as file:
        for number in range(_parts(size)):
            content = await asyncio.to_thread(file.read, PART)
            part = {"file_id": kept.file_id, "number": number, "content": content}
            await connection.execute(_QUERIES["insert_part"], part)
    return kept


async def name_of(connection: Connection, file_id: UUID) -> str:
    """Tell what a kept file is called; raises `FileGone`."""
    found = await (await connection.execute(_QUERIES["find"], {"file_id": file_id})).fetchone()
    if found is None:
        raise FileGone
    return found["name"]


async def restore(connection: Connection, file_id: UUID, to: Path) -> None:
    """Write a kept file to the path `to`; raises `FileGone` if the ledger no longer holds it."""
    found = await (await connection.execute(_QUERIES["find"], {"file_id": file_id})).fetchone()
    if found is None:
        raise FileGone
    with to.open("wb") as file:
        for number in range(_parts(found["size"])):
            part = {"file_id": file_id, "number": number}
            row = await (await connection.execute(_QUERIES["part"], part, binary=True)).fetchone()
            if row is None:
                raise FileGone
            await asyncio.to_thread(file.write, row["content"])


async def delete(connection: Connection, file_id: UUID) -> None:
    """Let a file go; nothing happens if it is gone already."""
    await connection.execute(_QUERIES["delete"], {"file_id": file_id})


async def tidy(connection: Connection, age: timedelta) -> int:
    """Delete files older than `age` that no ingestion waits for, and count them (as the system role)."""
    return (await connection.execute(_QUERIES["tidy"], {"age": age})).rowcount


def _parts(size: int) -> int:
    return -(-size // PART)


def _measure(path: Path) -> tuple[int, str]:
    """Tell the size and the SHA-256 of a file (blocking)."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), digest
