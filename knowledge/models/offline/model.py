"""The offline model behind the model port."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable

from knowledge.models.embeddings import Embedder
from knowledge.models.errors import ModelError
from knowledge.models.offline import phrasing, picking
from knowledge.models.offline.coverage import Coverage, judge
from knowledge.models.offline.evidence import gather
from knowledge.models.offline.question import take_apart
from knowledge.models.port import AnswerRequest, OnUsage, Usage, ignore_usage


class OfflineModel:
    """Answers by rule from the passages alone; with an embedder it also understands words that mean the same."""

    name = "offline"
    offline = True

    def __init__(self, embedder: Embedder | None = None) -> None:
        self._embedder = embedder

    async def stream(self, request: AnswerRequest, on_usage: OnUsage = ignore_usage) -> AsyncGenerator[str, None]:
        """Give the answer sentence by sentence; see `ChatModel.stream`. It costs no tokens."""
        try:
            for piece in (await self._answer(request))[1]:
                yield piece
        finally:
            on_usage(Usage())

    async def judge(self, request: AnswerRequest) -> Coverage:
        """Say whether the passages cover the question."""
        return (await self._answer(request))[0]

    async def _answer(self, request: AnswerRequest) -> tuple[Coverage, Iterable[str]]:
        question = take_apart(request.standalone or request.question, request.weights)
        try:
            evidence = await gather(request, question, self._embedder)
        except ModelError:
            # The embeddings are away: words alone must do.
            evidence = await gather(request, question, None)
        coverage = judge(question, evidence)
        ranked = picking.rank(question, evidence)
        if not ranked:
            return coverage, phrasing.nothing(request.frames)
        if coverage.covered:
            return coverage, phrasing.answer(picking.choose(ranked, evidence), request.frames)
        return coverage, phrasing.not_covered(ranked[0], request.frames)
