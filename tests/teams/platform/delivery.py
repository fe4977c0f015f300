"""Carries activities to the bot, as the service does: signed, with 15 seconds of patience, again after a failure.

https://learn.microsoft.com/azure/bot-service/bot-service-troubleshoot-general-problems: a bot that has not answered
after 15 seconds counts as silent.
"""

from __future__ import annotations

import asyncio
import io
import json
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from .backend import Backend
from .identity import Proof

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One try to hand over one activity; status 0 means that no answer came."""

    at: float
    activity_id: str
    type: str
    status: int
    seconds: float
    body: str = ""


@dataclass(slots=True)
class Postman:
    """Knows where the bot is."""

    backend: Backend
    patience: float = 15.0
    retries: int = 2
    """How often an activity that is no invoke is sent again after no answer, 429 or 5xx."""
    pause: float = 0.2
    endpoint: str = ""
    deliveries: list[Delivery] = field(default_factory=list[Delivery])

    async def carry(self, activity: Json, proof: Proof = "valid") -> Delivery:
        """Hand over an activity; the last try counts."""
        tries = 1 if activity["type"] == "invoke" else 1 + self.retries
        delivery = await self.hand(activity, proof)
        for _ in range(tries - 1):
            if 0 < delivery.status < 500 and delivery.status != 429:
                break
            await asyncio.sleep(self.pause)
            delivery = await self.hand(activity, proof)
        return delivery

    async def hand(self, activity: Json, proof: Proof = "valid") -> Delivery:
        """Hand over an activity once."""
        authorization = self.backend.identity.authorization(str(activity.get("serviceUrl", "")), proof)
        raw = json.dumps(activity, ensure_ascii=False).encode("utf-8", "surrogatepass")
        return await self.post(raw, authorization, str(activity.get("id", "")), str(activity.get("type", "")))

    async def post(self, raw: bytes, authorization: str | None, own: str = "", kind: str = "") -> Delivery:
        """Post these bytes with this header; for what no platform would ever send."""
        if not self.endpoint:
            raise RuntimeError("nobody said where the bot is: call deliver_to first")
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if authorization is not None:
            headers["Authorization"] = authorization
        started, status, body = time.monotonic(), 0, ""
        timeout = aiohttp.ClientTimeout(total=self.patience)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(self.endpoint, data=io.BytesIO(raw), headers=headers) as answer,
            ):
                body, status = await answer.text(), answer.status
        except (aiohttp.ClientError, TimeoutError) as error:
            body = f"{type(error).__name__}: {error}"
        delivery = Delivery(time.time(), own, kind, status, time.monotonic() - started, body)
        self.deliveries.append(delivery)
        self.backend.journal.changed()
        return delivery
