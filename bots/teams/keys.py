"""The keys by which the Bot Framework proves itself, fetched where its OpenID document leads.

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication: the document and the
keys are good for a day; a key that is not among them may be new.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import structlog
from jwt.algorithms import RSAAlgorithm
from jwt.exceptions import PyJWTError

from bots.fields import fields_of, items_of, parts, text
from bots.teams.errors import KeysAway, Unproven

LASTING = 24 * 3600.0
"""Seconds for which keys are good."""
ANEW = 300.0
"""Least seconds between two looks for a key that is not among them: strangers can name any."""
AGAIN = 30.0
"""Seconds after a failure for which nobody is asked: calls must not wait for each other's time limits."""
PATIENCE = 4.0

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Key:
    """A key and the channels it speaks for, in the words of botbuilder."""

    public_key: Any
    endorsements: list[str]


class Keys:
    """Knows the keys; several calls that wait for them fetch them once."""

    def __init__(self, http: httpx.AsyncClient, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._http = http
        self._url = url
        self._clock = clock
        self._keys: dict[str, Key] = {}
        self._fetched: float | None = None
        self._failed: float | None = None
        self._fetching = asyncio.Lock()

    async def get(self, key_id: object) -> Key:
        """Find a key; raises `Unproven` if there is none of this id, and `KeysAway` if that cannot be found out."""
        if not isinstance(key_id, str):
            raise Unproven("the token names no key")
        if key_id not in self._keys or self._age() > LASTING:
            await self._refresh(key_id)
        if key_id not in self._keys:
            raise Unproven("the token names an unknown key")
        return self._keys[key_id]

    def _age(self) -> float:
        return self._since(self._fetched)

    def _since(self, time: float | None) -> float:
        return float("inf") if time is None else self._clock() - time

    async def _refresh(self, key_id: str) -> None:
        async with self._fetching:
            known = key_id in self._keys
            if self._age() < (LASTING if known else ANEW):
                return
            if self._since(self._failed) >= AGAIN:
                await self._try()
            if self._failed is not None and not known:  # an old key is better than none while the document is away
                raise KeysAway("the keys of the Bot Framework cannot be fetched")

    async def _try(self) -> None:
        try:
            self._keys = await self._fetch()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, TimeoutError, RecursionError) as error:
            _log.warning("teams.keys_away", reason=type(error).__name__)
            self._failed = self._clock()
            return
        self._fetched, self._failed = self._clock(), None

    async def _fetch(self) -> dict[str, Key]:
        async with asyncio.timeout(PATIENCE):
            document = fields_of(await self._read(self._url))
            keys = fields_of(await self._read(text(document, "jwks_uri")))
        found: dict[str, Key] = {}
        for key in parts(keys, "keys"):
            if text(key, "kty") != "RSA" or not text(key, "kid"):
                continue
            endorsements = [each for each in items_of(key.get("endorsements")) if isinstance(each, str)]
            try:
                found[text(key, "kid")] = Key(RSAAlgorithm.from_jwk(json.dumps(dict(key))), endorsements)
            except (PyJWTError, ValueError, TypeError, KeyError) as error:
                _log.warning("teams.malformed_key", reason=type(error).__name__)
        if not found:
            raise ValueError("no keys")
        return found

    async def _read(self, url: str) -> object:
        answer = await self._http.get(url)
        answer.raise_for_status()
        return answer.json()
