"""What Slack sends to the app: signed requests over HTTP, or envelopes over Socket Mode.

https://docs.slack.dev/apis/events-api: an answer other than 2xx within three seconds is followed by another try at
once, after a minute and after five, with `X-Slack-Retry-Num` and `X-Slack-Retry-Reason`. Interactions and commands
are sent once. https://docs.slack.dev/authentication/verifying-requests-from-slack says how requests are signed.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol
from urllib.parse import urlencode

import aiohttp

Kind = Literal["events_api", "interactive", "slash_commands", "url_verification"]
RETRIES = (0.0, 60.0, 300.0)
"""Seconds before each further try."""
FORM = "application/x-www-form-urlencoded"
AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One try to hand something over; status 0 means that no answer came."""

    at: float
    kind: Kind
    via: Literal["http", "socket"]
    status: int
    attempt: int
    seconds: float
    payload: Mapping[str, Any]
    answer: Any = None
    reason: str = ""
    no_retry: bool = False

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


class Wire(Protocol):
    """Socket Mode, from the side of the outlet."""

    @property
    def open(self) -> bool: ...

    async def send(
        self, kind: str, payload: Mapping[str, Any], attempt: int, reason: str, patience: float
    ) -> tuple[int, Any]: ...


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The signature of a request body."""
    return "v0=" + hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()


def encode(kind: Kind, payload: Mapping[str, Any]) -> tuple[bytes, str]:
    """A payload as it travels over HTTP, and its content type."""
    if kind in {"events_api", "url_verification"}:
        return json.dumps(payload).encode(), "application/json"
    fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode({name: str(value) for name, value in fields.items()}).encode(), FORM


@dataclass(slots=True)
class Outlet:
    """Carries everything to the app, and remembers how that went."""

    secret: str
    wire: Wire
    report: Callable[[], None]
    """Called after every try."""
    patience: float = 3.0
    retry_scale: float = 0.01
    """How much of the documented pauses is really waited."""
    url: str = ""
    socket_mode: bool | None = None
    """Over Socket Mode, over HTTP, or over whichever is there."""
    deliveries: list[Delivery] = field(default_factory=list[Delivery])
    lost: list[Mapping[str, Any]] = field(default_factory=list[Mapping[str, Any]])
    """Events that were given up."""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])
    _session: aiohttp.ClientSession | None = None

    @property
    def by_socket(self) -> bool:
        return self.wire.open if self.socket_mode is None else self.socket_mode

    @property
    def reachable(self) -> bool:
        return self.wire.open if self.by_socket else bool(self.url)

    async def event(self, payload: Mapping[str, Any]) -> Delivery | None:
        """Hand an event over and wait for the first answer; further tries go on by themselves.

        An app that never was there to be told anything is not waited for.
        """
        if not self.reachable and self.socket_mode is None and not self.deliveries:
            self.lost.append(payload)
            return None
        first = await self._try("events_api", payload, 0, "")
        if not first.ok and not first.no_retry:
            self._spawn(self._again(payload, first))
        return first

    def soon(self, payload: Mapping[str, Any]) -> None:
        """Hand an event over, and wait for nothing."""
        self._spawn(self._event(payload))

    async def _event(self, payload: Mapping[str, Any]) -> None:
        await self.event(payload)

    async def ask(self, kind: Kind, payload: Mapping[str, Any]) -> Delivery:
        """Hand over an interaction or a command, once, and give the answer."""
        return await self._try(kind, payload, 0, "")

    async def _again(self, payload: Mapping[str, Any], last: Delivery) -> None:
        for attempt, pause in enumerate(RETRIES, 1):
            await asyncio.sleep(pause * self.retry_scale)
            last = await self._try("events_api", payload, attempt, last.reason)
            if last.ok or last.no_retry:
                return
        self.lost.append(payload)

    async def _try(self, kind: Kind, payload: Mapping[str, Any], attempt: int, reason: str) -> Delivery:
        if self.by_socket:
            started = time.time()
            status, answer = await self.wire.send(kind, payload, attempt, reason, self.patience)
            problem = "" if status else "timeout"
            delivery = Delivery(
                started, kind, "socket", status, attempt, time.time() - started, payload, answer, problem
            )
        else:
            body, content_type = encode(kind, payload)
            delivery = await self.post(kind, payload, body, self._headers(body, content_type, attempt, reason), attempt)
        self.deliveries.append(delivery)
        self.report()
        return delivery

    def _headers(self, body: bytes, content_type: str, attempt: int, reason: str) -> dict[str, str]:
        stamp = str(int(time.time()))
        headers = {"Content-Type": content_type, "User-Agent": AGENT, "X-Slack-Request-Timestamp": stamp}
        headers["X-Slack-Signature"] = sign(self.secret, stamp, body)
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason}
        return headers

    async def post(
        self, kind: Kind, payload: Mapping[str, Any], body: bytes, headers: Mapping[str, str], attempt: int = 0
    ) -> Delivery:
        """Send a body with exactly these headers to the request URL; nothing is signed here."""
        started, status, answer, reason, no_retry = time.time(), 0, "", "", False
        timeout = aiohttp.ClientTimeout(total=self.patience)
        try:
            async with self._client().post(
                self.url, data=io.BytesIO(body), headers=headers, timeout=timeout
            ) as response:
                answer, status = await response.text(), response.status
                reason, no_retry = ("" if response.ok else "http_error"), "X-Slack-No-Retry" in response.headers
        except TimeoutError:
            reason = "http_timeout"
        except (aiohttp.ClientError, ValueError):
            reason = "connection_failed"
        seconds = time.time() - started
        return Delivery(started, kind, "http", status, attempt, seconds, payload, read(answer), reason, no_retry)

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session

    def _spawn(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Wait until everything on its way has arrived or was given up."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def stop(self) -> None:
        """Send nothing any more."""
        for task in set(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(set(self._tasks))
        if self._session is not None:
            await self._session.close()


def read(answer: str) -> Any:
    """An answer's body as JSON, or as text."""
    try:
        return json.loads(answer)
    except ValueError:
        return answer
