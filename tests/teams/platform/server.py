"""The bot's side over HTTP: identity, the Connector's addresses, files, and the failures that were ordered."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast

from aiohttp import web

from .backend import Backend
from .connector import Answer, Connector, Sent
from .errors import ApiError, bad_syntax
from .faults import Fault
from .journal import Call

BODY_LIMIT = 80 << 20  # bytes
LONGEST_SILENCE = 300.0  # seconds
CID, AID = r"{chat:[^/]+}", r"{target:[^/]+}"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Server:
    """Answers the bot."""

    backend: Backend
    connector: Connector

    def routes(self) -> list[web.RouteDef]:
        """Where a bot calls."""
        place = "/amer/v3/conversations"
        do = self.connector
        return [
            web.post(place, self._call("create", do.create)),
            web.post(f"{place}/{CID}/activities", self._call("send", do.send)),
            web.post(f"{place}/{CID}/activities/{AID}", self._call("reply", do.reply)),
            web.put(f"{place}/{CID}/activities/{AID}", self._call("update", do.update)),
            web.delete(f"{place}/{CID}/activities/{AID}", self._call("delete", do.delete)),
            web.get(f"{place}/{CID}/activities/{AID}/members", self._call("members", do.members)),
            web.get(f"{place}/{CID}/members", self._call("members", do.members)),
            web.get(f"{place}/{CID}/pagedmembers", self._call("members", do.paged_members)),
            web.get(f"{place}/{CID}/members/{AID}", self._call("member", do.member)),
            web.get(f"/amer/v3/teams/{AID}", self._call("team", do.team)),
            web.get(f"/amer/v3/teams/{AID}/conversations", self._call("team", do.channels)),
            web.get(f"/amer/v3/attachments/{AID}/views/original", self._call("image", self._image)),
            web.get("/v1/.well-known/openidconfiguration", self._open("openid", self._openid)),
            web.get("/v1/.well-known/keys", self._open("keys", self._keys)),
            web.get("/{tenant}/v2.0/.well-known/openid-configuration", self._open("openid", self._authority)),
            web.post("/{tenant}/oauth2/v2.0/token", self._open("token", self._token)),
            web.get("/files/{id}/{name}", self._open("download", self._download)),
            web.put("/uploads/{id}", self._open("upload", self._upload)),
            web.route("*", "/{anything:.*}", _nowhere),
        ]

    # Calls with a bearer

    def _call(self, name: str, method: Callable[[Sent], Answer]) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            chat, target = request.match_info.get("chat", ""), request.match_info.get("target", "")
            sent = Sent(chat, target, {}, dict(request.query))

            async def act() -> web.StreamResponse:
                nonlocal sent
                self.backend.identity.check(request.headers.get("Authorization"))
                sent = Sent(chat, target, await _body(request), dict(request.query))
                status, body = method(sent)
                return body if isinstance(body, web.StreamResponse) else _json(status, body)

            return await self._run(request, name, act, lambda: sent)

        return handle

    def _open(self, name: str, method: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            sent = Sent("", request.match_info.get("id", ""), {}, dict(request.query))
            return await self._run(request, name, lambda: method(request), lambda: sent)

        return handle

    async def _run(
        self,
        request: web.Request,
        name: str,
        act: Callable[[], Awaitable[web.StreamResponse]],
        sent: Callable[[], Sent],
    ) -> web.StreamResponse:
        fault = self.backend.faults.next_for(name, request.match_info.get("chat", ""))
        try:
            if fault is not None and not fault.accepted:
                return await self._fail(request, name, sent(), fault)
            answer = await act()
        except ApiError as error:
            self._note(name, sent(), error.status, error.code)
            headers = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
            return web.json_response(error.to_json(), status=error.status, headers=headers)
        if fault is not None:
            return await self._fail(request, name, sent(), fault)
        self._note(name, sent(), answer.status, "")
        return answer

    async def _fail(self, request: web.Request, name: str, sent: Sent, fault: Fault) -> web.StreamResponse:
        if fault.how in {"error", "gateway"}:
            self._note(name, sent, fault.status, fault.code, injected=True)
            headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after else {}
            if fault.how == "gateway":
                page = f"<html><body><h1>{fault.status} {fault.message}</h1></body></html>"
                return web.Response(status=fault.status, text=page, content_type="text/html", headers=headers)
            refusal = ApiError(fault.status, fault.code, fault.message)
            return web.json_response(refusal.to_json(), status=fault.status, headers=headers)
        self._note(name, sent, 0, fault.how, injected=True)
        if fault.how == "lose":
            waiting = asyncio.ensure_future(self.backend.closing.wait())
            try:
                await asyncio.wait({waiting}, timeout=LONGEST_SILENCE)
            finally:
                waiting.cancel()
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    def _note(self, name: str, sent: Sent, status: int, code: str, *, injected: bool = False) -> None:
        call = Call(time.time(), name, sent.chat, sent.body, status, code, injected, sent.target)
        self.backend.journal.calls.append(call)
        self.backend.journal.changed()

    def _image(self, sent: Sent) -> Answer:
        file = self.backend.files.stored.get(sent.target)
        if file is None:
            raise ApiError(404, "NotFound", "The attachment was not found.")
        file.fetched += 1
        return 200, web.Response(body=file.content, content_type=file.content_type)

    # Identity

    async def _openid(self, _: web.Request) -> web.Response:
        return web.json_response(self.backend.identity.openid())

    async def _keys(self, _: web.Request) -> web.Response:
        return web.json_response(self.backend.identity.keys())

    async def _authority(self, request: web.Request) -> web.Response:
        base = f"{self.backend.url}/{request.match_info['tenant']}"
        ends = {
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
        }
        return web.json_response({"issuer": f"{base}/v2.0"} | ends)

    async def _token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        status, body = self.backend.identity.grant(request.match_info["tenant"], form)
        return web.json_response(body, status=status)

    # Files

    async def _download(self, request: web.Request) -> web.Response:
        file = self.backend.files.fetch(request.match_info["id"], request.headers.get("Authorization"))
        return web.Response(body=file.content, content_type=file.content_type)

    async def _upload(self, request: web.Request) -> web.Response:
        part, content = request.headers.get("Content-Range", ""), await request.read()
        bearer = request.headers.get("Authorization")
        status, body = self.backend.files.receive(request.match_info["id"], part, content, bearer)
        return web.json_response(body, status=status)


def _json(status: int, body: Any) -> web.Response:
    return web.Response(status=status) if body is None else web.json_response(body, status=status)


async def _body(request: web.Request) -> dict[str, Any]:
    if request.method not in {"POST", "PUT"}:
        return {}
    try:
        found: Any = json.loads(await request.read())
    except ValueError as error:
        raise bad_syntax("The body is no JSON.") from error
    if not isinstance(found, dict):
        raise bad_syntax("The body is no object.")
    return cast("dict[str, Any]", found)


async def _nowhere(_: web.Request) -> web.Response:
    return web.json_response(ApiError(404, "NotFound", "There is nothing at this address.").to_json(), status=404)


def application(backend: Backend, connector: Connector, *more: web.RouteDef) -> web.Application:
    """The platform as an aiohttp application; routes given here come first."""
    app = web.Application(client_max_size=BODY_LIMIT)
    app.add_routes([*more, *Server(backend, connector).routes()])
    return app
