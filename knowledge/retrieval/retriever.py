"""The retriever: what a coach knows that may answer a question."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from knowledge.db import Connection, Database
from knowledge.models.embeddings import Embedder
from knowledge.retrieval import bridge, candidates
from knowledge.retrieval.bridge import Neighbours, PatientGraph
from knowledge.retrieval.candidates import Candidates, to_hit
from knowledge.retrieval.errors import GraphAway
from knowledge.retrieval.fusion import fuse
from knowledge.retrieval.hit import Hit, Recall
from knowledge.retrieval.question import Question, to_question
from knowledge.retrieval.strategies import BRIDGED, Strategy

__all__ = ["Neighbours", "Retriever"]


class Retriever:
    """Searches coaches on behalf of a person, who finds nothing but what they may see."""

    def __init__(self, embedder: Embedder, neighbours: Neighbours | None = None, strategy: Strategy = BRIDGED) -> None:
        self._embedder = embedder
        self._strategy = strategy
        plan = strategy.bridge
        self._graph = PatientGraph(neighbours, plan) if neighbours and plan else None

    async def search(
        self, database: Database, user_id: UUID | None, coach_ids: Sequence[UUID], query: str, limit: int = 8
    ) -> Recall:
        """Find up to `limit` passages for the query, best first; raises `DatabaseUnavailable`."""
        wants_vector = self._strategy.dense > 0
        question = await to_question(query, self._embedder, embed=wants_vector)
        if not question.terms and question.vector is None:
            return Recall(())
        async with database.person(user_id) as connection:
            found = await self._candidates(connection, coach_ids, question)
            hits = await self._hits(connection, coach_ids, found, limit)
        recall = Recall(tuple(hits), embeddings_down=question.unanswered, weights=found.weights)
        if self._graph is None or not hits:
            return recall
        try:
            around = await self._graph.around(hits[: self._seeds])
        except GraphAway:
            return replace(recall, graph_down=True)
        if not around.keys() - {hit.chunk_id for hit in hits}:
            return replace(recall, graph_used=True)
        async with database.person(user_id) as connection:
            widened = await self._widen(connection, coach_ids, question, recall, around, limit)
        return replace(recall, hits=tuple(widened), graph_used=True)

    @property
    def _seeds(self) -> int:
        return self._strategy.bridge.seeds if self._strategy.bridge else 0

    async def _candidates(self, connection: Connection, coach_ids: Sequence[UUID], question: Question) -> Candidates:
        strategy = self._strategy
        return await candidates.find(
            connection,
            coach_ids,
            question,
            lexical_pool=strategy.pool if strategy.lexical else 0,
            dense_pool=strategy.pool if strategy.dense else 0,
        )

    async def _hits(
        self, connection: Connection, coach_ids: Sequence[UUID], found: Candidates, limit: int
    ) -> list[Hit]:
        strategy = self._strategy
        ranked = fuse([(strategy.lexical, found.by_words()), (strategy.dense, found.by_meaning())])[:limit]
        rows = await candidates.chunks(connection, coach_ids, [chunk_id for chunk_id, _ in ranked]) if ranked else {}
        return [
            to_hit(rows[chunk_id], score, found.lexical.get(chunk_id, 0.0), found.dense.get(chunk_id, 0.0))
            for chunk_id, score in ranked
            if chunk_id in rows
        ]

    async def _widen(
        self,
        connection: Connection,
        coach_ids: Sequence[UUID],
        question: Question,
        recall: Recall,
        around: dict[UUID, str],
        limit: int,
    ) -> list[Hit]:
        """Let the neighbours compete with the tail of the hits."""
        plan = self._strategy.bridge
        places = min(plan.places, limit // 2) if plan else 0
        safe = list(recall.hits[: limit - places])
        known = {hit.chunk_id: hit for hit in recall.hits}
        ids = list(known)
        evidence = await bridge.weigh(connection, coach_ids, [*known, *(around.keys() - known.keys())], question)
        still_open = bridge.open_weights(ids[: self._seeds], evidence, recall.weights)
        chosen = bridge.choose(ids[: len(safe)], ids[len(safe) :], around, evidence, still_open, limit - len(safe))
        rows = await candidates.chunks(connection, coach_ids, [chunk_id for chunk_id, _ in chosen])
        below = safe[-1].score
        for chunk_id, value in chosen:
            if chunk_id in known:
                safe.append(replace(known[chunk_id], score=below * value / (1 + value)))
            elif chunk_id in rows:
                score, similarity = below * value / (1 + value), evidence[chunk_id].similarity
                safe.append(to_hit(rows[chunk_id], score, 0.0, similarity, around[chunk_id]))
        return safe
