"""The ground most of these tests stand on."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.bots.slack.ground import Ground, meeting


@pytest.fixture
async def ground() -> AsyncIterator[Ground]:
    async with meeting() as (platform, slack):
        yield Ground(platform, slack)
        assert platform.violations == [] and platform.notified == []
