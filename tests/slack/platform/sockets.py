"""Socket Mode: the app's WebSocket connections.

https://docs.slack.dev/apis/events-api/using-socket-mode: `apps.connections.open` gives an address good for one
connection, at most ten at a time; each gets a `hello`; an envelope goes to one of them and is acknowledged with its
`envelope_id`; `disconnect` announces that a connection will be closed.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

MOST = 10


@dataclass(slots=True, eq=False)
class Connection:
    """One connection of the app."""

    socket: web.WebSocketResponse
    waiting: dict[str, asyncio.Future[Any]] = field(default_factory=dict[str, "asyncio.Future[Any]"])
    leaving: bool = False
    """It was told to go, and gets nothing new."""


@dataclass(slots=True)
class Sockets:
    """All connections of the app."""

    app_id: str
    new_id: Callable[[str], str]
    report: Callable[[], None]
    violate: Callable[[str], None]
    connections: list[Connection] = field(default_factory=list[Connection])
    tickets: set[str] = field(default_factory=set[str])
    deaf: bool = False
    """Acknowledgements get lost while this is set."""
    _turn: int = 0

    @property
    def open(self) -> bool:
        """Whether anybody listens."""
        return any(not each.leaving for each in self.connections)

    def ticket(self) -> str:
        """Lets one connection in."""
        ticket = self.new_id("ticket-")
        self.tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection, from its hello to its end."""
        ticket = request.query.get("ticket", "")
        if ticket not in self.tickets:
            return web.Response(status=404)
        self.tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        connection = Connection(socket)
        self.connections.append(connection)
        self.report()
        try:
            await self._hello(connection)
            async for message in socket:
                if message.type == WSMsgType.TEXT:
                    self._acknowledge(connection, message.data)
        finally:
            self._forget(connection)
        return socket

    async def _hello(self, connection: Connection) -> None:
        hello: dict[str, Any] = {"type": "hello", "num_connections": len(self.connections)}
        hello["debug_info"] = {"host": "applink-fake", "build_number": 1, "approximate_connection_time": 18060}
        await connection.socket.send_json(hello | {"connection_info": {"app_id": self.app_id}})

    def _forget(self, connection: Connection) -> None:
        if connection in self.connections:
            self.connections.remove(connection)
        for future in connection.waiting.values():
            if not future.done():
                future.cancel()
        self.report()

    def _acknowledge(self, connection: Connection, text: str) -> None:
        try:
            answer: dict[str, Any] = json.loads(text)
        except ValueError:
            self.violate(f"a socket message that is not JSON: {text[:80]}")
            return
        future = connection.waiting.pop(str(answer.get("envelope_id")), None)
        if future is None:
            self.violate(f"an acknowledgement of no envelope: {text[:80]}")
        elif not future.done() and not self.deaf:
            future.set_result(answer.get("payload"))

    async def send(
        self, kind: str, payload: Mapping[str, Any], attempt: int, reason: str, patience: float
    ) -> tuple[int, Any]:
        """Hand an envelope to one connection: status 200 and the answer, or 0 when nobody acknowledged it."""
        ready = [each for each in self.connections if not each.leaving]
        if not ready:
            return 0, None
        self._turn += 1
        connection, envelope_id = ready[self._turn % len(ready)], self.new_id("envelope-")
        envelope: dict[str, Any] = {"envelope_id": envelope_id, "payload": dict(payload), "type": kind}
        envelope["accepts_response_payload"] = kind != "events_api"
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        future = connection.waiting[envelope_id] = asyncio.get_running_loop().create_future()
        try:
            await connection.socket.send_json(envelope)
            done, _ = await asyncio.wait({future}, timeout=patience)
        except ConnectionError:
            return 0, None
        answered = bool(done) and not future.cancelled()
        return (200, future.result()) if answered else (0, None)

    async def ask_to_leave(self, reason: str = "refresh_requested") -> None:
        """Tell every connection to go; they get nothing new and are closed by the app, or by `cut`."""
        for each in list(self.connections):
            each.leaving = True
            await each.socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "fake"}})
        self.report()

    async def cut(self) -> None:
        """Close every connection."""
        for each in list(self.connections):
            await each.socket.close()
