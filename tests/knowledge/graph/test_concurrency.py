"""Transactions that meet in one graph end in the same graph as one after the other."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

from knowledge.db import Database
from knowledge.graph import Graph
from knowledge.graph import projection as under_test
from knowledge.graph.ledger import DocumentRows, Part
from knowledge.graph.rebuild import digest, wipe
from tests.conftest import coach_of
from tests.knowledge.graph.ledger import teach


def rows_of(document_id: UUID, words: list[str]) -> DocumentRows:
    chunks = [{"chunk_id": f"{document_id}-{n}", "ordinal": n} for n in range(len(words))]
    mentions = [
        {"chunk_id": chunk["chunk_id"], "key": word, "name": word, "kind": "term"}
        for chunk, line in zip(chunks, words, strict=True)
        for word in line.split()
    ]
    document = {"document_id": str(document_id), "title": "A", "version": 1}
    return DocumentRows(document, chunks, mentions)


async def test_documents_that_share_entities_can_be_written_at_once(graph: Graph):
    graph_id = f"coach:{uuid4()}"
    parts = [Part(graph_id, f"document:{UUID(int=n)}", 1) for n in range(4)]
    rows = [rows_of(UUID(int=n), ["apt dpkg lintian", f"apt only{n}", "dpkg"]) for n in range(4)]

    async def write(part: Part, rows: DocumentRows) -> None:
        await graph.write(lambda transaction: under_test.replace_document(transaction, part, rows))

    for part, content in zip(parts, rows, strict=True):
        await write(part, content)
    in_turn = await digest(graph, graph_id)
    await wipe(graph, graph_id)
    await asyncio.gather(*(write(part, content) for part, content in zip(parts, rows, strict=True)))
    assert await digest(graph, graph_id) == in_turn


async def test_a_book_of_thousands_of_pages_fits(database: Database, graph: Graph, person: UUID):
    coach_id = await coach_of(database, person)
    words = [f"term{n % 5000} term{n * 7 % 3000} topic{n % 50} hub" for n in range(8000)]
    await teach(database, person, coach_id, words)
    assert await under_test.project_pending(database, graph) == 1
    [row] = await graph.read(
        "match (:Chunk {graph_id: $g})-[m:MENTIONS]->() return count(m) as n", g=f"coach:{coach_id}"
    )
    assert row["n"] > 30_000
