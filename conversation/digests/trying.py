"""One thing to try: a question that a coach can answer, with the sentence of its sources that begins the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from conversation.citations import cite, to_passages
from conversation.digests.content import Try
from conversation.message import Citation
from conversation.state import Searcher
from knowledge.db import Database
from knowledge.models.offline import OfflineModel
from knowledge.models.port import AnswerRequest
from knowledge.retrieval import Recall

LONGEST = 260
"""Characters of a sentence that is quoted; of a longer one nothing is."""
_PASSAGES = 5


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question with the exact words that answer it."""

    asked: Try
    citation: Citation


async def choose(database: Database, searcher: Searcher, user_id: UUID, tries: Sequence[Try]) -> Suggestion | None:
    """Choose the first question whose answer the person's eyes can find, by rules alone."""
    for each in tries:
        found = await searcher.search(database, user_id, [each.coach_id], each.question, _PASSAGES)
        if found.hits and (citation := await _answer(each, found)):
            return Suggestion(each, replace(citation, number=1))
    return None


async def _answer(asked: Try, found: Recall) -> Citation | None:
    """Give the first sentence of an answer, if the passages cover the question and it is short."""
    model = OfflineModel()
    request = AnswerRequest(
        instructions="",
        history=(),
        question=asked.question,
        standalone=asked.question,
        passages=to_passages(found.hits),
        memory=(),
        coach_name=asked.coach_name,
        weights=found.weights,
    )
    if not (await model.judge(request)).covered:
        return None
    text = "".join([piece async for piece in model.stream(request)])
    _, citations = cite(text, found.hits)
    return next((each for each in citations if len(each.quote) <= LONGEST), None)
