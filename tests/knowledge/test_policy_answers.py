"""The offline model on a real manual: 30 questions through parsing, learning, retrieval, answering and citing."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from conversation.citations import cite, to_passages
from conversation.message import Citation
from knowledge import ingest
from knowledge.db import Database
from knowledge.models.embeddings import WordLlama
from knowledge.models.offline import OfflineModel
from knowledge.models.port import AnswerRequest
from knowledge.parsers import sandbox
from knowledge.retrieval import FUSED, Retriever
from tests.conftest import coach_of, newcomer

_POLICY = Path("/usr/share/doc/debian-policy/policy.txt.gz")
_QUESTIONS = Path(__file__).with_name("policy_questions.json")

pytestmark = pytest.mark.skipif(not _POLICY.exists(), reason="Debian's package debian-policy is not installed")


@dataclass(frozen=True, slots=True)
class Answered:
    """A question of the set and what came back."""

    ask: str
    sections: tuple[str, ...]
    text: str
    citations: tuple[Citation, ...]
    cited: tuple[str, ...]
    covered: bool

    @property
    def right(self) -> bool:
        """Whether it cites an expected section, or says that there is none."""
        if not self.sections:
            return not self.covered and "do not cover this" in self.text
        expected = [re.compile(rf"(?<![\w.]){re.escape(section)}(?:\.(?=\D|$)|\.\d|\s)") for section in self.sections]
        return self.covered and any(pattern.search(path) for pattern in expected for path in self.cited)


@dataclass(frozen=True, slots=True)
class Manual:
    """The learned manual and how to ask it."""

    database: Database
    user_id: Any
    coach_id: Any
    text: str
    retriever: Retriever
    model: OfflineModel

    async def answer(self, question: dict[str, Any]) -> Answered:
        """Ask one question of the set."""
        ask = question["ask"]
        recall = await self.retriever.search(self.database, self.user_id, [self.coach_id], ask)
        request = AnswerRequest("", (), ask, ask, to_passages(recall.hits), (), "Archivist", weights=recall.weights)
        raw = "".join([piece async for piece in self.model.stream(request)])
        text, citations = cite(raw, recall.hits)
        paths = {hit.start: " › ".join(hit.heading_path) for hit in recall.hits}
        cited = tuple(paths[max(start for start in paths if start <= citation.start)] for citation in citations)
        coverage = await self.model.judge(request)
        return Answered(ask, tuple(question.get("section", ())), text, citations, cited, coverage.covered)


@pytest.fixture
async def manual(database: Database) -> Manual:
    """Teach a coach the manual."""
    creator = await newcomer(database, "consumer", "creator")
    coach_id = await coach_of(database, creator)
    parsed = replace(await sandbox.parse(_POLICY, _POLICY.name), title="Debian Policy Manual")
    embedder = WordLlama()
    await ingest.learn(
        database,
        user_id=creator,
        coach_id=coach_id,
        origin=f"file:{_POLICY.name}",
        name=_POLICY.name,
        sha256=sha256(parsed.text.encode()).hexdigest(),
        parsed=parsed,
        embedder=embedder,
    )
    retriever = Retriever(embedder, strategy=FUSED)
    return Manual(database, creator, coach_id, parsed.text, retriever, OfflineModel(embedder))


async def _answers(manual: Manual, name: str) -> list[Answered]:
    return [await manual.answer(question) for question in json.loads(_QUESTIONS.read_text())[name]]


def _report(name: str, answers: list[Answered]) -> tuple[int, int]:
    covered = [answer for answer in answers if answer.sections]
    others = [answer for answer in answers if not answer.sections]
    right, refused = sum(a.right for a in covered), sum(a.right for a in others)
    print(f"{name}: right section cited {right}/{len(covered)}, not covered {refused}/{len(others)}")
    return right, refused


async def test_cites_the_right_section_and_says_what_is_not_covered(manual: Manual) -> None:
    answers = await _answers(manual, "questions")
    right, refused = _report("30 questions", answers)
    assert right >= 18
    assert refused >= 9
    _report("held-out", await _answers(manual, "held out"))
    for answer in answers:
        assert answer.citations
        for citation in answer.citations:
            assert manual.text[citation.start : citation.end] == citation.quote
