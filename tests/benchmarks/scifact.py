"""SciFact, the test set of BEIR: nDCG@10 of the recall in use, and how long a search takes.

The data is not part of the repository. Point `EVERMYND_BENCH_DATA` (or `--data`) at the folder that holds `scifact/`
with `corpus.jsonl`, `queries.jsonl` and `qrels_test.tsv`.
"""

import argparse
import asyncio
import json
import math
import os
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

from knowledge import chunks as chunking
from knowledge.db import Database, migrate, open_database
from knowledge.documents import Findings, Lesson
from knowledge.documents.index import index
from knowledge.documents.replacing import Content, replace
from knowledge.ingest import spoken
from knowledge.models.embeddings import Embedder, WordLlama
from knowledge.parsers.document import Block, Page, Parsed
from knowledge.retrieval import DENSE, FUSED, LEXICAL, Retriever, Strategy
from tests.benchmarks.figures import quantiles, show
from ui.embedded import postgres

DEPTH = 40
BATCH = 500


@dataclass(frozen=True, slots=True)
class SciFact:
    """Abstracts, claims, and which abstracts bear on which claim."""

    corpus: Mapping[str, Mapping[str, str]]
    queries: Mapping[str, str]
    relevant: Mapping[str, Mapping[str, int]]


def read(folder: Path) -> SciFact:
    """Read the three files."""
    corpus = [json.loads(line) for line in (folder / "corpus.jsonl").read_text("utf-8").splitlines()]
    queries = [json.loads(line) for line in (folder / "queries.jsonl").read_text("utf-8").splitlines()]
    relevant: dict[str, dict[str, int]] = defaultdict(dict)
    for line in (folder / "qrels_test.tsv").read_text("utf-8").splitlines()[1:]:
        query, document, grade = line.split("\t")
        relevant[query][document] = int(grade)
    return SciFact({d["_id"]: d for d in corpus}, {q["_id"]: q["text"] for q in queries}, relevant)


def to_lesson(coach_id: UUID, origin: str, title: str, text: str) -> Lesson:
    """An abstract as a document of one page."""
    parsed = Parsed(title, "text/plain", (Page(1, "", text + "\n"),), (Block("paragraph", 1, 0, len(text)),), "")
    return Lesson(None, coach_id, origin, origin, sha256(text.encode()).hexdigest(), parsed)


async def load(database: Database, coach_id: UUID, data: SciFact, embedder: Embedder) -> int:
    """Teach one coach the whole corpus, many documents a transaction; give the number of chunks."""
    async with database.system() as connection:
        await connection.execute(
            "insert into coaches (coach_id, name, published) values (%s, 'SciFact', true)", (coach_id,)
        )
    lessons = [to_lesson(coach_id, key, d["title"], d["text"]) for key, d in data.corpus.items()]
    total = 0
    for at in range(0, len(lessons), BATCH):
        contents = await _contents(lessons[at : at + BATCH], embedder)
        total += sum(len(content.chunks) for content in contents)
        async with database.system() as connection:
            for content in contents:
                await replace(connection, content, None)
    return total


async def _contents(lessons: Sequence[Lesson], embedder: Embedder) -> list[Content]:
    cut = [(lesson, chunking.split(lesson.parsed, lesson.document_id)) for lesson in lessons]
    texts = [spoken(lesson.title, chunk.heading_path, chunk.text) for lesson, chunks in cut for chunk in chunks]
    rows = iter(await embedder.embed(texts))
    return [
        Content(
            lesson,
            chunks,
            index(lesson.title, chunks),
            embedder.name,
            {chunk.chunk_id: next(rows) for chunk in chunks},
            Findings(),
        )
        for lesson, chunks in cut
    ]


async def ranked(retriever: Retriever, database: Database, coach_id: UUID, query: str) -> list[UUID]:
    """Documents by their best chunk."""
    recall = await retriever.search(database, None, [coach_id], query, limit=DEPTH)
    return list(dict.fromkeys(hit.document_id for hit in recall.hits))


def ndcg(ranking: Sequence[UUID], grades: Mapping[UUID, int], depth: int = 10) -> float:
    """Normalised discounted cumulative gain with linear gains, as trec_eval computes it."""
    gained = sum(grades.get(found, 0) / math.log2(place + 2) for place, found in enumerate(ranking[:depth]))
    best = sorted(grades.values(), reverse=True)[:depth]
    return gained / sum(grade / math.log2(place + 2) for place, grade in enumerate(best))


async def measure(
    database: Database, coach_id: UUID, data: SciFact, embedder: Embedder, strategy: Strategy
) -> tuple[float, list[float]]:
    """Mean nDCG@10 over all claims, and the seconds that each search took."""
    retriever = Retriever(embedder, strategy=strategy)
    scores: list[float] = []
    seconds: list[float] = []
    for query, relevant in data.relevant.items():
        began = time.perf_counter()
        ranking = await ranked(retriever, database, coach_id, data.queries[query])
        seconds.append(time.perf_counter() - began)
        grades = {to_lesson(coach_id, key, "", "").document_id: grade for key, grade in relevant.items()}
        scores.append(ndcg(ranking, grades))
    return statistics.mean(scores), seconds


async def run(database: Database, folder: Path) -> None:
    """Load the data and print a line for each strategy."""
    data, coach_id, embedder = read(folder), uuid4(), WordLlama()
    began = time.perf_counter()
    chunks = await load(database, coach_id, data, embedder)
    spent = time.perf_counter() - began
    show("SciFact", f"{len(data.corpus)} abstracts, {chunks} chunks learned in {spent:.1f} s")
    for strategy in (LEXICAL, DENSE, FUSED):
        score, seconds = await measure(database, coach_id, data, embedder, strategy)
        searching = quantiles([1000 * spent for spent in seconds])
        show(f"nDCG@10, {strategy.name}", f"{score:.3f}   a search: {searching}")


async def main() -> None:
    """Run on a throwaway Postgres."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("EVERMYND_BENCH_DATA"))
    data: Path | None = parser.parse_args().data
    if data is None or not (Path(data) / "scifact" / "corpus.jsonl").exists():
        show("SciFact nDCG@10", "skipped: set EVERMYND_BENCH_DATA to the folder that holds scifact/")
        return
    with tempfile.TemporaryDirectory() as folder:
        server = await postgres.start(Path(folder), durable=False)
        try:
            await migrate.upgraded(server.owner_url, migrate.role_of(server.url))
            async with open_database(server.url, patience=10) as database:
                await run(database, Path(data) / "scifact")
        finally:
            await server.stop()


if __name__ == "__main__":
    asyncio.run(main())
