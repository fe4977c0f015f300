"""A platform with a person who has started the bot, and the plainest client there is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from .platform import Limits, Platform, User, open_platform


@dataclass(frozen=True, slots=True)
class Client:
    """Calls methods as a bot would, with nothing in between."""

    http: httpx.AsyncClient
    url: str

    async def raw(self, method: str, **arguments: Any) -> httpx.Response:
        return await self.http.post(f"{self.url}/{method}", json=arguments)

    async def __call__(self, method: str, **arguments: Any) -> Any:
        """The result of a call that succeeds."""
        answer = await self.raw(method, **arguments)
        assert answer.status_code == 200, answer.text
        return answer.json()["result"]

    async def refused(self, method: str, **arguments: Any) -> str:
        """The description of a refusal, after its code."""
        body = (await self.raw(method, **arguments)).json()
        assert body["ok"] is False
        return f"{body['error_code']} {body['description']}"


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    async with open_platform(limits=Limits(enforced=False), http_loopback=True) as running:
        yield running


@pytest.fixture
async def bot(platform: Platform) -> AsyncIterator[Client]:
    async with httpx.AsyncClient(timeout=10) as http:
        yield Client(http, f"{platform.url}/bot{platform.token}")


@pytest.fixture
def ann(platform: Platform) -> User:
    return platform.person("Ann", username="ann_sample", started=True)
