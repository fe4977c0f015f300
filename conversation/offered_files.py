"""Files that were offered in a conversation, for platforms that fetch them only once the person agrees."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from conversation.message import Address
from knowledge import files
from knowledge.db import Database, load_queries
from knowledge.files import FileGone

_QUERIES = load_queries("conversation", "offered_files.sql")


async def restore(database: Database, address: Address, file_id: UUID, to: Path) -> None:
    """Write a file that we offered at an address to a path; raises `FileGone` for any other, or if it is not kept."""
    given = {"channel": address.channel, "account": address.account, "external_id": address.external_id}
    async with database.system() as connection:
        row = await (await connection.execute(_QUERIES["offered"], {**given, "file_id": file_id})).fetchone()
        if row is None or not row["found"]:
            raise FileGone
        await files.restore(connection, file_id, to)
