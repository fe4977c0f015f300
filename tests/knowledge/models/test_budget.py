"""Tokens are counted per person and day, and the limit holds."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from knowledge.db import Database
from knowledge.models import budget
from knowledge.models.errors import BudgetSpent
from knowledge.models.port import Usage
from tests.conftest import newcomer

_NOON = datetime(2030, 5, 1, 12, tzinfo=UTC)


async def test_counts_down_what_is_left_today(database: Database, person: UUID) -> None:
    async with database.person(person) as connection:
        assert await budget.check(connection, 100, _NOON) == 100
        await budget.spend(connection, Usage(30, 20), _NOON)
        await budget.spend(connection, Usage(10, 0), _NOON)
        assert await budget.check(connection, 100, _NOON) == 40


async def test_says_when_a_spent_budget_is_full_again(database: Database, person: UUID) -> None:
    async with database.person(person) as connection:
        await budget.spend(connection, Usage(60, 40), _NOON)
        with pytest.raises(BudgetSpent, match="00:00 UTC") as caught:
            await budget.check(connection, 100, _NOON)
        assert caught.value.resets_at == datetime(2030, 5, 2, tzinfo=UTC)
        assert await budget.check(connection, 100, _NOON + timedelta(days=1)) == 100


async def test_is_each_persons_own(database: Database, person: UUID) -> None:
    async with database.person(person) as connection:
        await budget.spend(connection, Usage(60, 40), _NOON)
    async with database.person(await newcomer(database)) as connection:
        assert await budget.check(connection, 100, _NOON) == 100


async def test_without_a_limit_nothing_is_refused(database: Database, person: UUID) -> None:
    async with database.person(person) as connection:
        await budget.spend(connection, Usage(10**9, 0), _NOON)
        assert await budget.check(connection, 0, _NOON) == 0
