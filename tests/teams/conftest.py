"""A platform, the plainest bot there is, and one on the platform's own SDK."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from .bots import PlainBot, open_plain_bot
from .platform import Limits, Person, Platform, open_platform


@pytest.fixture
async def teams() -> AsyncIterator[Platform]:
    async with open_platform(limits=Limits(enforced=False)) as running:
        yield running


@pytest.fixture
async def bot(teams: Platform) -> AsyncIterator[PlainBot]:
    async with open_plain_bot(teams) as running:
        yield running


@pytest.fixture
def ann(teams: Platform) -> Person:
    return teams.person("Ann")
