"""A model that helps to read is paid for by the person who teaches, and is left alone when it fails."""

from typing import TypeVar
from uuid import UUID

import pytest
from pydantic import BaseModel

from jobs.reading import FAILURES, Frugal
from knowledge.db import Database
from knowledge.models.errors import BudgetSpent, ModelUnavailable
from knowledge.models.port import OnUsage, StructuredRequest, Usage, ignore_usage

T = TypeVar("T", bound=BaseModel)
REQUEST = StructuredRequest("List them.", "Bees and wasps.")


class Found(BaseModel):
    names: list[str] = []


class Scripted:
    """A model that answers emptily for 60 tokens, or is away."""

    def __init__(self, *, away: bool = False) -> None:
        self.away = away
        self.asked = 0

    async def structured(self, request: StructuredRequest, schema: type[T], on_usage: OnUsage = ignore_usage) -> T:
        self.asked += 1
        if self.away:
            raise ModelUnavailable
        on_usage(Usage(50, 10))
        return schema.model_validate({})


async def test_tokens_are_counted_and_limited(database: Database, person: UUID):
    frugal = Frugal(Scripted(), database, person, daily_tokens=100)
    for _ in range(2):
        await frugal.structured(REQUEST, Found)
    with pytest.raises(BudgetSpent):
        await frugal.structured(REQUEST, Found)


async def test_a_model_that_is_away_is_asked_a_few_times_only(database: Database, person: UUID):
    model = Scripted(away=True)
    frugal = Frugal(model, database, person, daily_tokens=0)
    for _ in range(FAILURES + 4):
        with pytest.raises(ModelUnavailable):
            await frugal.structured(REQUEST, Found)
    assert model.asked == FAILURES
