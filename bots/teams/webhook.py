"""Activities that the Bot Framework brings: proven, committed, and only then answered.

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterable, Mapping
from typing import Any, Protocol

import structlog

from bots.arrivals import Intake
from bots.fields import Fields, fields_of, text
from bots.teams.channel import TeamsChannel
from bots.teams.consents import INVOKE, Consents
from bots.teams.errors import KeysAway, Unproven
from bots.teams.hosts import Hosts, is_loopback, names_loopback
from bots.teams.parse import CHANNEL_ID
from bots.webhooks import Answer, read
from conversation.errors import SpoolFull
from knowledge.db.errors import DatabaseUnavailable

LIMIT = 512 << 10
"""Bytes of an activity that are read: Teams sends about 100 KB at most."""
PATIENCE = 10.0
"""Seconds for an activity to arrive."""
PUTTING = 9.0
"""Seconds after which a file that is still being put somewhere is left to itself: Teams waits fifteen for an answer."""
CLOSING = 3.0
"""Seconds that such files get to arrive when the bot is closed."""

_RELAYED = ("origin", "forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
"""What a call carries that a web page made, or that came through a proxy or a tunnel."""

_log = structlog.get_logger(__name__)


class Proving(Protocol):
    """What tells who calls us."""

    async def service_url_of(self, header: str) -> str:
        """Give the service URL that a genuine token speaks for; raises `Unproven` and `KeysAway`."""
        ...


class Webhook:
    """Answers the calls of the Bot Framework; without a `proof`, those that programs on this machine make directly."""

    def __init__(
        self, channel: TeamsChannel, intake: Intake, hosts: Hosts, consents: Consents, proof: Proving | None
    ) -> None:
        self._channel = channel
        self._intake = intake
        self._hosts = hosts
        self._consents = consents
        self._proof = proof
        self._putting: set[asyncio.Task[int]] = set()

    async def handle(self, headers: Mapping[str, str], body: AsyncIterable[bytes], client: str = "") -> Answer:
        """Take one activity from a `client` host.

        200: committed, or not for us; 400: no activity; 401: not proven; 403: it names a service that is not the
        token's, or none that is called; 408 and 413: too slow or too large; 503: not committed, or nobody can tell
        now whether it is genuine.
        """
        try:
            speaks_for = await self._proven(headers, client)
        except Unproven:
            return Answer(401)
        except KeysAway:
            return Answer(503)
        try:
            async with asyncio.timeout(PATIENCE):
                given = await read(body, LIMIT)
        except TimeoutError:
            return Answer(408)
        if given is None:
            return Answer(413)
        try:
            activity = fields_of(json.loads(given))
        except (ValueError, RecursionError):
            return Answer(400)
        return await self._take(activity, speaks_for) if activity else Answer(400)

    async def _proven(self, headers: Mapping[str, str], client: str) -> str | None:
        """Give the service URL that the caller speaks for; None for any where nothing is proven."""
        if self._proof is None:
            if not _is_from_here(headers, client):
                raise Unproven("anonymous activities are for this machine alone")
            return None
        return await self._proof.service_url_of(_header(headers, "authorization"))

    async def _take(self, activity: Fields, speaks_for: str | None) -> Answer:
        service = text(activity, "serviceUrl")
        if not self._hosts.serves(service) or (speaks_for is not None and not _is_same(service, speaks_for)):
            _log.warning("teams.foreign_service")
            return Answer(403)
        if text(activity, "channelId") != CHANNEL_ID:
            _log.info("teams.other_channel", channel=text(activity, "channelId")[:32])
            return Answer(200)
        if text(activity, "type") == "invoke" and text(activity, "name") == INVOKE:
            return await self._heed(activity)
        return await self._commit(activity)

    async def _commit(self, activity: Fields) -> Answer:
        try:
            await self._intake.take(self._channel, activity)
        except DatabaseUnavailable:
            _log.warning("teams.no_database")
            return Answer(503)
        except Exception:  # a fault of ours with one activity: Teams would not bring it again, so it is kept
            _log.exception("teams.activity_failed")
            try:
                await self._intake.put_aside(activity)
            except (SpoolFull, OSError):
                return Answer(503)
        return _answer_to(activity)

    async def _heed(self, activity: Fields) -> Answer:
        """Put a file where it is wanted; one that takes long goes on while Teams gets its answer."""
        task = asyncio.create_task(self._consents.heed(activity))
        self._putting.add(task)
        task.add_done_callback(self._put)
        try:
            async with asyncio.timeout(PUTTING):
                status = await asyncio.shield(task)
        except TimeoutError:
            status = 200
        except Exception:  # whatever it is, `_put` tells it, and the person can try again
            status = 503
        return _json({}, status)

    def _put(self, task: asyncio.Task[int]) -> None:
        """Tell what became of a file; its answer may have been given long ago."""
        self._putting.discard(task)
        if task.cancelled():
            return _log.warning("teams.file_left")
        error = task.exception()
        if isinstance(error, DatabaseUnavailable):
            _log.warning("teams.no_database")
        elif error is not None:
            _log.error("teams.file_failed", exc_info=error)

    async def close(self) -> None:
        """Let files that are being put somewhere arrive, for a while."""
        if self._putting:
            _, left = await asyncio.wait(self._putting, timeout=CLOSING)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)


def _answer_to(activity: Fields) -> Answer:
    """Give what Teams wants to hear: an invoke is a question, everything else is only acknowledged."""
    if text(activity, "type") != "invoke":
        return Answer(200)
    if text(activity, "name") == "adaptiveCard/action":
        return _json({"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": "✓"})
    return _json({})


def _json(body: dict[str, Any], status: int = 200) -> Answer:
    return Answer(status, json.dumps(body).encode(), "application/json")


def _is_from_here(headers: Mapping[str, str], client: str) -> bool:
    """Tell whether a program on this machine calls directly; web pages can neither send JSON nor leave out `Origin`."""
    if not is_loopback(client) or not names_loopback(_header(headers, "host")):
        return False
    media_type = _header(headers, "content-type").partition(";")[0].strip().lower()
    return media_type == "application/json" and not any(given.lower() in _RELAYED for given in headers)


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value for given, value in headers.items() if given.lower() == name), "")


def _is_same(one: str, other: str) -> bool:
    return bool(one) and one.rstrip("/").lower() == other.rstrip("/").lower()
