"""Keys and bearers while nobody answers: nobody waits behind others, and what is known still holds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bots.teams.bearer import Bearer
from bots.teams.errors import BearerRefused, KeysAway, Unproven
from bots.teams.keys import Keys
from conversation.errors import RetryLater
from tests.bots.teams.ground import SETTINGS
from tests.teams.platform.identity import Identity

DOCUMENT = "http://service.test/document"


class Far:
    """A service that answers, refuses, or says nothing at all; `now` is the time of those who ask."""

    def __init__(self) -> None:
        self.now = 0.0
        self.asked = 0
        self.answer: httpx.Response | Exception | None = None
        self.keys: dict[str, Any] = Identity("", "", "").keys()
        self.http = httpx.AsyncClient(transport=httpx.MockTransport(self._serve), timeout=5)

    async def _serve(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        if self.answer is not None:
            return self.answer
        if request.url.path == "/document":
            return httpx.Response(200, json={"jwks_uri": "http://service.test/keys"})
        return httpx.Response(200, json=self.keys)


@pytest.fixture(name="far")
async def _far() -> AsyncIterator[Far]:
    far = Far()
    async with far.http:
        yield far


def keys_of(far: Far) -> Keys:
    return Keys(far.http, DOCUMENT, lambda: far.now)


def bearer_of(far: Far) -> Bearer:
    return Bearer(SETTINGS, far.http, lambda: far.now)


async def test_all_who_wait_for_keys_that_are_away_are_told_at_once(far: Far):
    far.answer = httpx.ConnectTimeout("away")
    keys = keys_of(far)
    found = await asyncio.gather(*(keys.get("x") for _ in range(5)), return_exceptions=True)
    assert [type(each) for each in found] == [KeysAway] * 5 and far.asked == 1


async def test_keys_are_asked_for_again_after_a_while(far: Far):
    keys, known = keys_of(far), far.keys["keys"][0]["kid"]
    far.answer = httpx.Response(500)
    with pytest.raises(KeysAway):
        await keys.get(known)
    far.answer, far.now = None, 31.0
    assert (await keys.get(known)).endorsements


@pytest.mark.parametrize(
    "failure", [httpx.ReadTimeout("x"), httpx.InvalidURL("x"), httpx.Response(200, json={"jwks_uri": ""})]
)
async def test_an_old_key_is_better_than_none(far: Far, failure: httpx.Response | Exception):
    keys, known = keys_of(far), far.keys["keys"][0]["kid"]
    first = await keys.get(known)
    far.answer, far.asked, far.now = failure, 0, 25 * 3600.0
    assert [await keys.get(known) for _ in range(3)] == [first] * 3 and far.asked <= 2
    with pytest.raises(KeysAway):
        await keys.get("new")


@pytest.mark.parametrize("changes", [{"n": "!"}, {"n": 7}, {"e": None}, {"n": ""}, {"d": "x"}])
async def test_a_malformed_key_does_not_hide_the_others(far: Far, changes: dict[str, Any]):
    good = far.keys["keys"][0]
    far.keys = {"keys": [good | changes | {"kid": "bad"}, good]}
    assert (await keys_of(far).get(good["kid"])).endorsements
    far.keys = {"keys": [good | changes]}
    with pytest.raises((KeysAway, Unproven)):
        await keys_of(far).get("other")


@pytest.mark.parametrize(
    ("failure", "told", "pause"),
    [
        (httpx.ConnectTimeout("away"), RetryLater, 2.0),
        (httpx.InvalidURL("odd"), RetryLater, 2.0),
        (httpx.Response(200, content=b"[" * 100_000), RetryLater, 2.0),
        (httpx.Response(401, json={"error": "invalid_client"}), BearerRefused, 30.0),
    ],
)
async def test_all_who_wait_for_a_bearer_are_told_at_once(
    far: Far, failure: httpx.Response | Exception, told: type[RetryLater], pause: float
):
    bearer, far.answer = bearer_of(far), failure
    found = await asyncio.gather(*(bearer.token() for _ in range(5)), return_exceptions=True)
    assert [type(each) for each in found] == [told] * 5 and far.asked == 1
    far.answer = httpx.Response(200, json={"access_token": "t", "expires_in": 3600})
    with pytest.raises(told):
        await bearer.token()
    far.now = pause + 0.1
    assert await bearer.token() == "t"
