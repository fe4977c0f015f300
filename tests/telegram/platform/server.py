"""The bot's side over HTTP: tokens, methods, answers, files, and the failures that were ordered."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from . import arguments
from .arguments import Arguments
from .backend import Backend
from .errors import ApiError
from .faults import Fault
from .files import UPLOAD_LIMIT
from .journal import Call
from .methods import METHODS, Method

BODY_LIMIT = UPLOAD_LIMIT + (1 << 20)  # bytes
LONGEST_SILENCE = 300.0  # seconds


@dataclass(slots=True)
class Server:
    """Answers the bot."""

    backend: Backend
    others: dict[str, Server] = field(default_factory=dict[str, "Server"])
    """The other bots here, by token."""

    def routes(self) -> list[web.RouteDef]:
        """Where a bot calls."""
        return [
            web.route("*", r"/bot{token:[^/]+}/{method:[^/]*}", self.call),
            web.get(r"/file/bot{token:[^/]+}/{path:.+}", self.download),
            web.route("*", "/{anything:.*}", _nowhere),
        ]

    async def call(self, request: web.Request) -> web.StreamResponse:
        """One method call."""
        if (other := self.others.get(request.match_info["token"])) is not None:
            return await other.call(request)
        name, sent = request.match_info["method"], Arguments({})
        fault, error, result = None, None, None
        try:
            self._check_token(request.match_info["token"])
            method = self._method(name)
            sent = await _arguments(request)
            self._check_parameters(method, sent)
            fault = self.backend.faults.next_for(method.name, sent.text("chat_id"))
            if fault is None or fault.accepted:
                result = await method.run(self.backend, sent)
        except ApiError as refusal:
            error = refusal
        if fault is not None and error is None:
            return await self._fail(request, name, sent, fault)
        return self._answer(name, sent, result, error)

    def _check_token(self, token: str) -> None:
        if token == self.backend.token and not self.backend.revoked:
            return
        malformed = not token.partition(":")[0].isdigit() or ":" not in token or token.startswith("0")
        raise ApiError(401, "Unauthorized: invalid token specified" if malformed else "Unauthorized")

    def _method(self, name: str) -> Method:
        method = METHODS.get(name.lower())
        if method is None:
            self.backend.report(f"unknown method: {name}")
            raise ApiError(404, "Not Found: method not found" if name else "Not Found")
        return method

    def _check_parameters(self, method: Method, sent: Arguments) -> None:
        attached = {str(value).removeprefix("attach://") for value in sent.values.values()}
        for name in sorted({*sent.values, *sent.uploads} - method.parameters - attached):
            self.backend.report(f"{method.name} does not take a parameter {name}")

    def _answer(self, name: str, sent: Arguments, result: Any, error: ApiError | None) -> web.Response:
        status, description = (error.code, error.description) if error else (200, "")
        self._note(name, sent, status, description)
        if error is None:
            return web.json_response({"ok": True, "result": result})
        retry_after = error.parameters.get("retry_after")
        headers = {"Retry-After": str(retry_after)} if retry_after else {}
        return web.json_response(error.to_json(), status=error.code, headers=headers)

    async def _fail(self, request: web.Request, name: str, sent: Arguments, fault: Fault) -> web.StreamResponse:
        if fault.how == "error" and not fault.plain:
            parameters = {"retry_after": fault.retry_after} if fault.retry_after else {}
            refusal = ApiError(fault.code, fault.description, **parameters)
            self._note(name, sent, fault.code, fault.description, injected=True)
            return web.json_response(refusal.to_json(), status=fault.code)
        if fault.how == "error":
            self._note(name, sent, fault.code, fault.description, injected=True)
            page = f"<html><body><h1>{fault.code} {fault.description}</h1></body></html>"
            return web.Response(status=fault.code, text=page, content_type="text/html")
        self._note(name, sent, 0, fault.how, injected=True)
        if fault.how == "lose":
            await self._stay_silent()
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def _stay_silent(self) -> None:
        waiting = asyncio.ensure_future(self.backend.closing.wait())
        try:
            await asyncio.wait({waiting}, timeout=LONGEST_SILENCE)
        finally:
            waiting.cancel()

    def _note(self, name: str, sent: Arguments, status: int, description: str, *, injected: bool = False) -> None:
        self.backend.journal.calls.append(Call(time.time(), name, dict(sent.values), status, description, injected))
        self.backend.journal.changed()

    async def download(self, request: web.Request) -> web.StreamResponse:
        """The bytes of a file; for the failures a test orders, this is the method "file"."""
        if (other := self.others.get(request.match_info["token"])) is not None:
            return await other.download(request)
        if (fault := self.backend.faults.next_for("file", "")) is not None:
            return await self._fail(request, "file", Arguments({}), fault)
        file = self.backend.world.files.at(request.match_info["path"])
        if request.match_info["token"] != self.backend.token or file is None:
            return await _nowhere(request)
        return web.Response(body=file.content, content_type="application/octet-stream")


async def _arguments(request: web.Request) -> Arguments:
    try:
        return await arguments.read(request)
    except web.HTTPRequestEntityTooLarge as error:
        raise ApiError(413, "Request Entity Too Large") from error


async def _nowhere(_: web.Request) -> web.Response:
    return web.json_response(ApiError(404, "Not Found").to_json(), status=404)


def application(server: Server, *more: web.RouteDef) -> web.Application:
    """The platform as an aiohttp application; routes given here come first."""
    app = web.Application(client_max_size=BODY_LIMIT)
    app.add_routes([*more, *server.routes()])
    return app
