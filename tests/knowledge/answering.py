"""Manuals of this machine, taught to a coach and asked: parsing, learning, retrieval, answering and citing, offline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from conversation.citations import cite, to_passages
from conversation.message import Citation
from knowledge import ingest
from knowledge.db import Database
from knowledge.models.embeddings import WordLlama
from knowledge.models.offline import OfflineModel
from knowledge.models.port import AnswerRequest
from knowledge.parsers import sandbox
from knowledge.retrieval import FUSED, Hit, Retriever
from tests.conftest import coach_of, newcomer

DOCS = Path("/usr/share/doc")
_TITLES = {"policy.txt.gz": "Debian Policy Manual"}
# Debian Policy records its changes under numbers that look like those of its rules.
_RECORD = "Upgrading checklist"


@dataclass(frozen=True, slots=True)
class Answered:
    """A question of a set and what came back; `cited` are the headings above each citation."""

    ask: str
    sections: tuple[str, ...]
    text: str
    citations: tuple[Citation, ...]
    cited: tuple[str, ...]
    covered: bool
    score: float

    @property
    def right(self) -> bool:
        """Whether it cites an expected section, or says that there is none."""
        if not self.sections:
            return not self.covered and "do not cover this" in self.text
        return self.covered and any(_is_of(path, section) for section in self.sections for path in self.cited)


def _is_of(path: str, section: str) -> bool:
    before = r"(?<![\w./])" if section[0].isdigit() else r"(?<![^\W_])"
    plain = path.replace("_", ".") if not section[0].isdigit() else path
    return _RECORD not in path and bool(re.search(rf"{before}{re.escape(section)}(?!\w)", plain))


@dataclass(frozen=True, slots=True)
class Manual:
    """Learned documents and how to ask them; `texts` are the documents' texts by id."""

    database: Database
    user_id: UUID
    coach_id: UUID
    texts: dict[UUID, str]
    retriever: Retriever
    model: OfflineModel

    async def answers(self, questions: Iterable[dict[str, Any]]) -> list[Answered]:
        """Ask a set of questions."""
        return [await self.answer(question["ask"], tuple(question.get("section", ()))) for question in questions]

    async def answer(self, ask: str, sections: tuple[str, ...] = ()) -> Answered:
        """Ask one question, of which these are the sections that answer it."""
        recall = await self.retriever.search(self.database, self.user_id, [self.coach_id], ask)
        request = AnswerRequest("", (), ask, ask, to_passages(recall.hits), (), "Archivist", weights=recall.weights)
        raw = "".join([piece async for piece in self.model.stream(request)])
        text, citations = cite(raw, recall.hits)
        cited = tuple(_path(citation, recall.hits) for citation in citations)
        coverage = await self.model.judge(request)
        return Answered(ask, sections, text, citations, cited, coverage.covered, coverage.score)

    def misquoted(self, answers: Iterable[Answered]) -> list[Citation]:
        """The citations whose quote is not exactly the span that they name."""
        found = [citation for answer in answers for citation in answer.citations]
        return [c for c in found if self.texts[c.document_id][c.start : c.end] != c.quote or not c.quote]


def _path(citation: Citation, hits: Sequence[Hit]) -> str:
    hit = next(
        hit
        for hit in hits
        if hit.document_id == citation.document_id and hit.start <= citation.start < hit.start + len(hit.text)
    )
    return " › ".join((hit.title, *hit.heading_path))


async def learned(database: Database, paths: Iterable[Path]) -> Manual:
    """Teach a new coach these documents."""
    creator = await newcomer(database, "consumer", "creator")
    coach_id = await coach_of(database, creator)
    embedder = WordLlama()
    texts: dict[UUID, str] = {}
    for path in paths:
        parsed = await sandbox.parse(path, path.name)
        parsed = replace(parsed, title=_TITLES.get(path.name, parsed.title))
        taught = await ingest.learn(
            database,
            user_id=creator,
            coach_id=coach_id,
            origin=f"file:{path.name}",
            name=path.name,
            sha256=sha256(path.read_bytes()).hexdigest(),
            parsed=parsed,
            embedder=embedder,
        )
        texts[taught.document.document_id] = parsed.text
    return Manual(database, creator, coach_id, texts, Retriever(embedder, strategy=FUSED), OfflineModel(embedder))


def report(name: str, answers: Sequence[Answered]) -> tuple[float, float]:
    """Print the figures of a set; give the parts of its covered and its other questions that are answered rightly."""
    covered = [answer.right for answer in answers if answer.sections]
    others = [answer.right for answer in answers if not answer.sections]
    print(f"{name}: right section cited {sum(covered)}/{len(covered)}, not covered {sum(others)}/{len(others)}")
    return sum(covered) / len(covered), sum(others) / len(others)
