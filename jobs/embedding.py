"""The scheduled job that gives vectors to passages without one: the model was away, or is another one now."""

from __future__ import annotations

import structlog

from jobs.settings import JobSettings
from knowledge import ingest
from knowledge.db import Database
from knowledge.documents import store
from knowledge.models.embedders import open_embedder
from knowledge.models.errors import ModelError

COACHES = 20  # at most so many are caught up with in one run

_log = structlog.stdlib.get_logger(__name__)


async def run(database: Database, settings: JobSettings) -> None:
    """Embed what has no vector by the model in use; search goes by words there until it has."""
    async with open_embedder(settings.endpoint(), settings.embedding_model) as embedder:
        async with database.system() as connection:
            behind = await store.behind(connection, embedder.name, COACHES)
        for coach_id in behind:
            try:
                made = await ingest.embed_missing(database, user_id=None, coach_id=coach_id, embedder=embedder)
            except ModelError as error:
                _log.warning("embedding.postponed", reason=error.code)
                return
            _log.info("embedded", coach_id=str(coach_id), passages=made)
