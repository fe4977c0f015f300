"""Delivery of updates to the bot's webhook: in order within a chat, again after a failure, never given up.

Updates of one chat go one after the other; different chats go side by side, up to `max_connections`. An answer other
than 2xx, or none within the time, is followed by another try after a pause that doubles.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from .errors import bad_request
from .links import problem_of
from .updates import Queue, Update

PORTS = frozenset({80, 88, 443, 8443})
SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")
HEADER = "X-Telegram-Bot-Api-Secret-Token"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where the bot wants its updates."""

    url: str = ""
    secret: str = ""
    max_connections: int = 40


@dataclass(frozen=True, slots=True)
class Delivery:
    """One try to hand over one update; status 0 means that no answer came."""

    at: float
    update_id: int
    status: int
    seconds: float


def check_url(url: str, *, loopback: bool) -> None:
    """Refuse what the server would not call; `loopback` lets through http and any port of this machine."""
    parts = urlsplit(url if "://" in url else f"https://{url}")
    try:
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise bad_request("invalid webhook URL specified") from error
    if loopback and host in LOOPBACK:
        return
    if problem_of(url):
        raise bad_request("invalid webhook URL specified")
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if host in LOOPBACK:
        raise bad_request(f"bad webhook: IP address {host} is reserved")
    if (port or 443) not in PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


def check_secret(secret: str) -> None:
    """Refuse a secret that does not fit into a header."""
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")


@dataclass(slots=True)
class Postman:
    """Carries pending updates to the webhook while there is one."""

    queue: Queue
    report: Callable[[], None]
    """Called after every try."""
    timeout: float = 10.0
    first_pause: float = 0.1
    longest_pause: float = 5.0
    webhook: Webhook = field(default_factory=Webhook)
    deliveries: list[Delivery] = field(default_factory=list[Delivery])
    last_error: str = ""
    last_error_at: float = 0.0
    _round: asyncio.Task[None] | None = None

    async def start(self, webhook: Webhook) -> None:
        """Deliver to this webhook from now on."""
        await self.stop()
        self.webhook, self.last_error, self.last_error_at = webhook, "", 0.0
        if webhook.url:
            self._round = asyncio.create_task(self._carry())

    async def stop(self) -> None:
        """Deliver nothing any more."""
        if self._round is not None:
            self._round.cancel()
            await asyncio.wait({self._round})
            self._round = None

    async def _carry(self) -> None:
        """Give every chat with pending updates a lane of its own."""
        lanes: dict[int, asyncio.Task[None]] = {}
        connections = asyncio.Semaphore(self.webhook.max_connections)
        timeout = aiohttp.ClientTimeout(total=self.timeout)
        async with aiohttp.ClientSession(timeout=timeout) as session, asyncio.TaskGroup() as group:
            while True:
                for update in [*self.queue.again, *self.queue.pending.values()]:
                    if update.lane not in lanes or lanes[update.lane].done():
                        lanes[update.lane] = group.create_task(self._empty(update.lane, session, connections))
                await self.queue.news()

    async def _empty(self, lane: int, session: aiohttp.ClientSession, connections: asyncio.Semaphore) -> None:
        """Hand over one chat's updates, oldest first, until there are none."""
        pause = self.first_pause
        while (update := self._first_of(lane)) is not None:
            async with connections:
                delivered = await self._post(update, session)
            if delivered:
                self._done(update)
                pause = self.first_pause
            else:
                await asyncio.sleep(pause)
                pause = min(self.longest_pause, pause * 2)

    def _first_of(self, lane: int) -> Update | None:
        waiting = [*self.queue.again, *self.queue.pending.values()]
        return next((update for update in waiting if update.lane == lane), None)

    def _done(self, update: Update) -> None:
        if update in self.queue.again:
            self.queue.again.remove(update)
        else:
            self.queue.confirm(update.id)
        self.report()

    async def _post(self, update: Update, session: aiohttp.ClientSession) -> bool:
        started, status = time.time(), 0
        try:
            async with session.post(self.webhook.url, json=update.to_json(), headers=self._headers()) as answer:
                await answer.read()
                status = answer.status
                self._note_error("" if answer.ok else f"Wrong response from the webhook: {status} {answer.reason}")
        except (aiohttp.ClientError, TimeoutError) as error:
            self._note_error(f"{type(error).__name__}: {error}")
        self.deliveries.append(Delivery(started, update.id, status, time.time() - started))
        self.report()
        return 200 <= status < 300

    def _headers(self) -> dict[str, str]:
        return {HEADER: self.webhook.secret} if self.webhook.secret else {}

    def _note_error(self, sentence: str) -> None:
        if sentence:
            self.last_error, self.last_error_at = sentence, time.time()

    def info(self, allowed: frozenset[str] | None) -> dict[str, Any]:
        """What `getWebhookInfo` answers."""
        fields: dict[str, Any] = {
            "url": self.webhook.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.queue.pending),
        }
        if self.webhook.url:
            fields["max_connections"] = self.webhook.max_connections
        if self.last_error:
            fields |= {"last_error_date": int(self.last_error_at), "last_error_message": self.last_error}
        if allowed is not None:
            fields["allowed_updates"] = sorted(allowed)
        return fields
