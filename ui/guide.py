"""Teaching the guide its handbook at start; an unchanged chapter costs one query."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

import structlog

from conversation.coaches import guide
from knowledge import ingest
from knowledge.db import Database
from knowledge.documents import store
from knowledge.errors import HubError
from knowledge.models.embedders import open_embedder
from knowledge.models.embeddings import Embedder
from knowledge.models.openai import Endpoint
from knowledge.parsers import sandbox
from knowledge.reading import Reader

_log = structlog.get_logger(__name__)


async def teach(database: Database, endpoint: Endpoint | None = None, embedding_model: str = "") -> None:
    """Put the guide in place and let it read what is new in the handbook."""
    async with database.system() as connection:
        await guide.settle_in(connection)
    async with open_embedder(endpoint, embedding_model) as embedder:
        for chapter in guide.handbook():
            try:
                await _read(database, chapter, embedder)
            except HubError as error:
                _log.error("guide.not_taught", chapter=chapter.name, reason=str(error))


async def _read(database: Database, chapter: Path, embedder: Embedder) -> None:
    sha256 = hashlib.sha256(await asyncio.to_thread(chapter.read_bytes)).hexdigest()
    async with database.system() as connection:
        if await store.same(connection, guide.GUIDE_ID, sha256):
            return
    parsed = await sandbox.parse(chapter, chapter.name)
    await ingest.learn(
        database,
        user_id=None,
        coach_id=guide.GUIDE_ID,
        origin=f"handbook:{chapter.name}",
        name=chapter.name,
        sha256=sha256,
        parsed=parsed,
        embedder=embedder,
        extract=Reader(),
    )
