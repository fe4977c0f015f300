"""Opening a citation: the quoted span of a document with what stands around it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from knowledge.db import Connection, load_queries
from knowledge.documents.document import Passage, place

_QUERIES = load_queries("knowledge.documents", "documents.sql")


async def passage(
    connection: Connection,
    document_id: UUID,
    version: int,
    start: int,
    end: int,
    around: int = 400,
    quote: str = "",
) -> Passage | None:
    """The characters `start:end` of the document, or None if the person may not see it or the span is not in it.

    When the document has another version by now, the span means nothing; the `quote` is looked for instead, and the
    passage is empty if it is gone.
    """
    rows = await _around(connection, document_id, start, end, around)
    if not rows:
        return None
    if rows[0]["version"] == version:
        found = _cut(rows, start, end, around, current=True)
        return found if found.quote else None
    start = await _locate(connection, document_id, quote) if quote else -1
    if start < 0:
        return Passage(rows[0]["title"], "", "", "", "", current=False)
    rows = await _around(connection, document_id, start, start + len(quote), around)
    return _cut(rows, start, start + len(quote), around, current=False) if rows else None


async def _around(connection: Connection, document_id: UUID, start: int, end: int, around: int) -> list[dict[str, Any]]:
    span = {"document_id": document_id, "start": start, "end": end, "around": around}
    cursor = await connection.execute(_QUERIES["around"], span)
    return await cursor.fetchall()


async def _locate(connection: Connection, document_id: UUID, quote: str) -> int:
    cursor = await connection.execute(_QUERIES["locate"], {"document_id": document_id, "quote": quote})
    row = await cursor.fetchone()
    return -1 if row is None or row["start"] is None else row["start"]


def _cut(rows: Sequence[dict[str, Any]], start: int, end: int, around: int, *, current: bool) -> Passage:
    title = rows[0]["title"]
    pages = [row for row in rows if row["text"] is not None]
    page = next((row for row in pages if row["start_char"] <= start < row["end_char"]), None)
    if page is None or end <= start:
        return Passage(title, "", "", "", "", current)
    text = "".join(row["text"] for row in pages)
    first = pages[0]["start_char"]
    begin, finish = start - first, end - first
    return Passage(
        title,
        place(page["label"], page["heading_path"] or ()),
        text[max(0, begin - around) : begin],
        text[begin:finish],
        text[finish : finish + around],
        current,
    )
