"""Who reads for entities, topics and questions: the rules, and a language model where one is configured."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel

from jobs.settings import JobSettings
from knowledge.db import Database
from knowledge.graph.model_entities import ModelEntities
from knowledge.models import budget
from knowledge.models.errors import ModelError, ModelUnavailable
from knowledge.models.openai import open_openai
from knowledge.models.port import OnUsage, StructuredModel, StructuredRequest, Usage, ignore_usage
from knowledge.reading import Reader

FAILURES = 3  # after so many, the model is not asked again for this ingestion
T = TypeVar("T", bound=BaseModel)


@asynccontextmanager
async def open_reader(database: Database, settings: JobSettings, user_id: UUID) -> AsyncGenerator[Reader]:
    """Open the reader for an ingestion of this person, who pays for the model."""
    endpoint = settings.endpoint()
    if endpoint is None:
        yield Reader()
        return
    async with open_openai(endpoint) as model:
        yield Reader(ModelEntities(Frugal(model, database, user_id, settings.daily_token_limit)))


class Frugal:
    """A structured model on a person's budget, which is left alone once it has failed a few times."""

    def __init__(self, model: StructuredModel, database: Database, user_id: UUID, daily_tokens: int) -> None:
        self._model = model
        self._database = database
        self._user_id = user_id
        self._daily_tokens = daily_tokens
        self._failures = 0

    async def structured(self, request: StructuredRequest, schema: type[T], on_usage: OnUsage = ignore_usage) -> T:
        """Ask within the budget; raises `ModelError`, `BudgetSpent` among them."""
        if self._failures >= FAILURES:
            raise ModelUnavailable("it failed several times")
        async with self._database.person(self._user_id) as connection:
            await budget.check(connection, self._daily_tokens)
        spent: list[Usage] = []
        try:
            return await self._model.structured(request, schema, spent.append)
        except ModelError:
            self._failures += 1
            raise
        finally:
            await self._count(spent, on_usage)

    async def _count(self, spent: list[Usage], on_usage: OnUsage) -> None:
        for usage in spent:
            on_usage(usage)
            async with self._database.person(self._user_id) as connection:
                await budget.spend(connection, usage)
