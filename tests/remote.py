"""A platform of the tests in another process, steered through its control surface."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

STEP = 0.05  # seconds between two looks


@dataclass(frozen=True, slots=True)
class Remote:
    """Calls the verbs of a platform's `control`, such as `tests.slack.platform.control`; results are plain JSON."""

    url: str

    async def call(self, verb: str, **keywords: Any) -> Any:
        """Do what the platform's method of that name does."""
        async with httpx.AsyncClient(timeout=60) as client:
            answer = await client.post(f"{self.url}/__control/{verb}", json=keywords)
        body = answer.json()
        if answer.is_error:
            raise RuntimeError(f"{verb}: {body['error']}")
        return body["result"]

    async def until(
        self, verb: str, holds: Callable[[Any], bool] = bool, *, within: float = 10.0, **keywords: Any
    ) -> Any:
        """Look again and again until what a verb answers holds; TimeoutError names what it answered last."""
        ends = time.monotonic() + within
        while not holds(result := await self.call(verb, **keywords)):
            if time.monotonic() > ends:
                raise TimeoutError(f"{verb} {keywords} still answers {result!r}")
            await asyncio.sleep(STEP)
        return result
