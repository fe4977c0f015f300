"""Reading a document for what the graph and its people need: entities, main topics and questions to try."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from knowledge.chunks import Chunk
from knowledge.documents import Findings, Mention
from knowledge.graph.entities import EntityExtractor, RuleEntities, Text
from knowledge.parsers.document import Parsed
from knowledge.topics import questions, topics


class Reader:
    """The `extract` of `knowledge.ingest.learn`; without an extractor the rules do it."""

    def __init__(self, extractor: EntityExtractor | None = None) -> None:
        self._extractor = extractor or RuleEntities()

    async def __call__(self, parsed: Parsed, chunks: Sequence[Chunk]) -> Findings:
        """Read a document that was cut into these chunks."""
        texts = [Text(chunk.text, chunk.heading_path) for chunk in chunks]
        found = await self._extractor.extract(texts)
        mentions = [
            Mention(chunk.chunk_id, entity.key, entity.name, entity.kind)
            for chunk, entities in zip(chunks, found, strict=True)
            for entity in entities
        ]
        main = await asyncio.to_thread(topics, parsed)
        ask = await asyncio.to_thread(questions, parsed, chunks)
        return Findings(mentions, main, ask)
