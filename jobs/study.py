"""The steps of learning: bring the file here, unpack it if it is an archive, read, understand and keep what it says."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unicodedata import normalize
from uuid import UUID, uuid5

from conversation.message import Reply
from jobs import report
from jobs.board import Board
from jobs.errors import NothingLearned
from jobs.reading import open_reader
from jobs.settings import JobSettings
from jobs.workplace import open_workplace
from knowledge import files, ingest, ingestions
from knowledge.db import Connection, Database
from knowledge.db.errors import DatabaseUnavailable
from knowledge.documents import Document, store
from knowledge.errors import HubError
from knowledge.files import FileGone
from knowledge.ingestions import LeaseLost
from knowledge.models import embedders
from knowledge.models.embeddings import Embedder
from knowledge.parsers import archive, sandbox
from knowledge.parsers.archive import Skipped
from knowledge.reading import Reader

# What the steps of `ingest.learn` are called for people.
_STEPS = {
    "chunking": "understanding",
    "embedding": "understanding",
    "reading": "linking",
    "indexing": "remembering",
    "saving": "remembering",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How learning ended: what the person reads, and what the ledger keeps."""

    reply: Reply
    result: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """A file that lies here, and where its content came from."""

    path: Path
    name: str
    origin: str


async def study(database: Database, settings: JobSettings, board: Board) -> Outcome:
    """Learn what the board's ingestion asks for; raises the errors of sources, parsers and documents."""
    async with (
        open_workplace(settings.data_dir, board.claim) as folder,
        open_reader(database, settings, board.claim.user_id) as reader,
        embedders.open_embedder(settings.endpoint(), settings.embedding_model) as embedder,
    ):
        source = await _bring(database, settings, board, folder)
        pupil = Pupil(database, board, embedder, reader)
        if await asyncio.to_thread(archive.is_archive, source.path, source.name):
            return await _study_archive(pupil, source, folder)
        lesson, document = await pupil.learn(source)
    return Outcome(
        report.learned(board.speech, lesson), {"outcome": lesson.outcome, "documents": [str(document.document_id)]}
    )


async def _study_archive(pupil: Pupil, source: Source, folder: Path) -> Outcome:
    inside = folder / "inside"
    inside.mkdir()
    unpacked = await asyncio.to_thread(archive.unpack, source.path, source.name, inside)
    lessons: list[report.Lesson] = []
    documents: list[str] = []
    speech = pupil.board.speech
    skipped = [Skipped(each.name, speech.restate(each.reason)) for each in unpacked.skipped]
    for number, member in enumerate(unpacked.members, start=1):
        pupil.board.enter(report.Member(member.name, number, len(unpacked.members)))
        try:
            lesson, document = await pupil.learn(Source(member.path, member.name, _origin(member.name)))
        except (DatabaseUnavailable, LeaseLost):
            raise
        except HubError as error:
            skipped.append(Skipped(member.name, speech.explain(error)))
        else:
            lessons.append(lesson)
            documents.append(str(document.document_id))
        await asyncio.to_thread(member.path.unlink)
    if not lessons:
        raise NothingLearned(source.name, tuple(skipped))
    result = {"outcome": "archive", "documents": documents, "skipped": len(skipped)}
    return Outcome(report.archive_learned(speech, source.name, lessons, skipped), result)


class Pupil:
    """Learns files for one ingestion, telling its board how far it is."""

    def __init__(self, database: Database, board: Board, embedder: Embedder, reader: Reader) -> None:
        self.board = board
        self._database = database
        self._claim = board.claim
        self._embedder = embedder
        self._reader = reader

    async def learn(self, source: Source) -> tuple[report.Lesson, Document]:
        """Learn one file, unless the coach knows exactly this content; raises HubError."""
        document_id = uuid5(self._claim.coach_id, source.origin)  # as `documents.Lesson` derives it
        sha256 = await asyncio.to_thread(_sha256, source.path)
        known = await self._known(document_id, sha256)
        if known:
            return self._lesson_again(source, known), known
        self.board.show("reading")
        parsed = await sandbox.parse(source.path, source.name, progress=self._reading)
        before = await self._passages(document_id)
        learned = await ingest.learn(
            self._database,
            user_id=self._claim.user_id,
            coach_id=self._claim.coach_id,
            origin=source.origin,
            name=source.name,
            sha256=sha256,
            parsed=parsed,
            embedder=self._embedder,
            progress=self._learning,
            extract=self._reader,
            guard=self._guard,
        )
        if learned.outcome == "unchanged":
            return self._lesson_again(source, learned.document), learned.document
        after = await self._passages(document_id)
        changed = (len(after - before), len(before - after))
        return _lesson(source, learned.document, learned.outcome, changed, learned.without_vectors), learned.document

    async def _known(self, document_id: UUID, sha256: str) -> Document | None:
        async with self._database.person(self._claim.user_id) as connection:
            found = await store.find(connection, document_id)
            found = found or await store.same(connection, self._claim.coach_id, sha256)
        return found if found and found.sha256 == sha256 else None

    async def _passages(self, document_id: UUID) -> set[UUID]:
        async with self._database.person(self._claim.user_id) as connection:
            return await store.embedded(connection, document_id, self._embedder.name)

    def _lesson_again(self, source: Source, known: Document) -> report.Lesson:
        """Tell of a document that is there already: this ingestion may have written it before its worker died."""
        if known.updated_at < self._claim.started_at:
            return _lesson(source, known, "unchanged", None)
        return _lesson(source, known, "new" if known.version == 1 else "replaced", None)

    async def _reading(self, done: int, total: int) -> None:
        self.board.show("reading", done, total)

    async def _learning(self, step: str, done: int, total: int) -> None:
        self.board.require()
        counted = (done, total) if step == "embedding" else (0, 0)
        self.board.show(_STEPS.get(step, step), *counted)

    async def _guard(self, connection: Connection) -> None:
        """Forbid saving to a worker whose ingestion was given to another one, or cancelled."""
        await ingestions.hold(connection, self._claim)


def _lesson(
    source: Source, document: Document, outcome: ingest.Outcome, changed: tuple[int, int] | None, missing: int = 0
) -> report.Lesson:
    return report.Lesson(
        name=source.name,
        title=document.title,
        outcome=outcome,
        pages=document.page_count,
        unit=document.unit,
        topics=document.topics,
        questions=document.questions,
        changed=changed,
        without_vectors=missing,
        passages=document.chunk_count,
        coach_id=document.coach_id,
    )


async def _bring(database: Database, settings: JobSettings, board: Board, folder: Path) -> Source:
    """Get the file out of the ledger, or the page from the web."""
    claim = board.claim
    if claim.url:
        from knowledge.sources import web

        board.show("fetching")
        policy = web.LinkPolicy(max_bytes=settings.upload_limit_mb << 20)
        fetched = await web.fetch(claim.url, folder, policy=policy)
        return Source(fetched.path, fetched.name, f"link:{claim.url}")
    if claim.file_id is None:
        raise FileGone
    path = folder / "file"
    async with database.system() as connection:
        await files.restore(connection, claim.file_id, path)
    return Source(path, claim.name, _origin(claim.name))


def _origin(name: str) -> str:
    """Name where a file came from: the same name again is a new version of it."""
    return f"file:{normalize('NFC', name)}"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
