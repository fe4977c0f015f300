"""The app's side over HTTP: methods, files, response addresses, the installation page and Socket Mode."""

from __future__ import annotations

import asyncio
import base64
import inspect
import time
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from . import arguments
from .arguments import Arguments
from .backend import Backend
from .errors import SlackError, missing_scope
from .faults import Fault
from .methods import METHODS, Call, Method
from .people import Workspace
from .responses import answer_by_url

BODY_LIMIT = 100 << 20  # bytes
LONGEST_SILENCE = 300.0  # seconds
LOGIN = "<!DOCTYPE html><html><head><title>Sign in to Slack</title></head><body>Sign in to your workspace</body></html>"
RESTRICTED = ("conversations.history", "conversations.replies")
CHANNELS = ("channel", "channel_id", "user_id")


@dataclass(slots=True)
class Server:
    """Answers the app."""

    backend: Backend
    closing: asyncio.Event

    def routes(self) -> list[web.RouteDef]:
        """Where an app calls, and where its installers go."""
        return [
            web.route("*", "/api/{method}", self.call),
            web.post("/upload/v1/{token}", self.upload),
            web.get("/files-pri/{file}/{name:.+}", self.download),
            web.post("/actions/{team}/{id}/{secret}", self.respond),
            web.get("/oauth/v2/authorize", self.authorize),
            web.get("/link/", self.backend.sockets.serve),
        ]

    async def call(self, request: web.Request) -> web.StreamResponse:
        """One method call."""
        name, sent, team = request.match_info["method"], Arguments({}), None
        result: dict[str, Any] = {}
        fault, error = None, None
        try:
            method = METHODS.get(name)
            if method is None:
                self.backend.journal.violate(f"unknown method: {name}")
                raise SlackError("unknown_method", req_method=name)
            sent = await self._arguments(request, name, method)
            team = self._team(request, sent, method)
            fault = self.backend.faults.next_for(name, self._place(sent))
            if fault is None or fault.accepted:
                result = await self._run(name, method, Call(self.backend, sent, team))
        except SlackError as refusal:
            error = refusal
        if fault is not None and error is None:
            return await self._fail(request, name, sent, team, fault)
        return self._answer(name, sent, team, result, error)

    async def _run(self, name: str, method: Method, call: Call) -> dict[str, Any]:
        if call.workspace is not None:
            if method.scopes and not set(method.scopes) & call.workspace.scopes:
                raise missing_scope(method.scopes[0], sorted(call.workspace.scopes))
            restricted = name in RESTRICTED and not self.backend.app.reviewed
            self.backend.pace.call(name, call.workspace.team_id, 1 if restricted else method.tier)
        result = method.run(call)
        return await result if inspect.isawaitable(result) else result

    async def _arguments(self, request: web.Request, name: str, method: Method) -> Arguments:
        sent = await arguments.read(request)
        if method.auth == "none":
            sent = Arguments({**sent.values, **_basic(request)})
        if sent.as_json and not method.json:
            self.backend.journal.violate(f"{name} does not read JSON")
            sent = Arguments(dict(request.query))
        for each in sorted(set(sent.values) - method.parameters - {"token"}):
            self.backend.journal.violate(f"{name} does not take an argument {each}")
        return sent

    def _team(self, request: web.Request, sent: Arguments, method: Method) -> Workspace | None:
        """https://docs.slack.dev/apis/web-api#authentication: a header, or an argument outside of JSON."""
        if method.auth == "none":
            return None
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        token = token if kind == "Bearer" else "" if sent.as_json else sent.text("token")
        if not token:
            raise SlackError("not_authed")
        if method.auth == "app":
            if token != self.backend.app.app_token:
                raise SlackError("invalid_auth" if token.startswith("xapp-") else "not_allowed_token_type")
            return None
        return self._installation(token)

    def _installation(self, token: str) -> Workspace:
        if token == self.backend.app.app_token:
            raise SlackError("not_allowed_token_type")
        for team in self.backend.world.workspaces.values():
            if team.bot_token == token:
                return team
            if token in team.old_tokens:
                raise SlackError(team.old_tokens[token])
        raise SlackError("invalid_auth")

    def _place(self, sent: Arguments) -> str:
        return next((sent.text(name) for name in CHANNELS if sent.has(name)), "")

    def _answer(
        self, name: str, sent: Arguments, team: Workspace | None, result: dict[str, Any], error: SlackError | None
    ) -> web.Response:
        self._note(name, sent, team, error.status if error else 200, error.error if error else "")
        headers = {"x-slack-req-id": self.backend.world.new_id("req-")}
        if team is not None:
            headers["x-oauth-scopes"] = ",".join(sorted(team.scopes))
        if error is None:
            return web.json_response({"ok": True, **result}, headers=headers)
        if error.retry_after:
            headers["Retry-After"] = str(error.retry_after)
        return web.json_response(error.to_json(), status=error.status, headers=headers)

    async def _fail(
        self, request: web.Request, name: str, sent: Arguments, team: Workspace | None, fault: Fault
    ) -> web.StreamResponse:
        if fault.how == "error":
            self._note(name, sent, team, 200, fault.error, injected=True)
            return web.json_response(SlackError(fault.error).to_json())
        if fault.how == "flood":
            self._note(name, sent, team, 429, "ratelimited", injected=True)
            refusal = SlackError("ratelimited", retry_after=fault.retry_after)
            return web.json_response(refusal.to_json(), status=429, headers={"Retry-After": str(fault.retry_after)})
        if fault.how == "status":
            self._note(name, sent, team, fault.status, fault.how, injected=True)
            return web.Response(status=fault.status, text="upstream connect error", content_type="text/plain")
        self._note(name, sent, team, 0, fault.how, injected=True)
        if fault.how == "lose":
            await self._stay_silent()
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def _stay_silent(self) -> None:
        waiting = asyncio.ensure_future(self.closing.wait())
        try:
            await asyncio.wait({waiting}, timeout=LONGEST_SILENCE)
        finally:
            waiting.cancel()

    def _note(
        self, name: str, sent: Arguments, team: Workspace | None, status: int, error: str, *, injected: bool = False
    ) -> None:
        values = {key: value for key, value in sent.values.items() if key != "token"}
        team_id = team.team_id if team else ""
        self.backend.journal.note(time.time(), name, team_id, values, status, error, injected)

    async def upload(self, request: web.Request) -> web.Response:
        """The second step of an upload: the bytes, as they are or in a form."""
        file_id = self.backend.uploads.pop(request.match_info["token"], "")
        if not file_id:
            return web.Response(status=404, text="upload url expired or used")
        file, content = self.backend.world.files[file_id], await _content(request)
        if len(content) != file.length:
            self.backend.journal.violate(f"{file.name} was announced with {file.length} bytes and has {len(content)}")
            return web.Response(status=400, text="length mismatch")
        file.content, file.uploaded = content, True
        return web.Response(text=f"OK - {len(content)}")

    async def download(self, request: web.Request) -> web.Response:
        """The bytes of a file; without the right token a page to sign in, with status 200.

        https://docs.slack.dev/reference/objects/file-object: `url_private` needs an Authorization header.
        """
        file = self.backend.world.files.get(request.match_info["file"].partition("-")[2])
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        team = next(
            (each for each in self.backend.world.workspaces.values() if token and each.bot_token == token), None
        )
        if file is None or team is None or "files:read" not in team.scopes or not self._sees(team, file.shares):
            return web.Response(text=LOGIN, content_type="text/html")
        disposition = {"Content-Disposition": f'attachment; filename="{file.id}"'}
        return web.Response(body=file.content, content_type=file.kind, headers=disposition)

    def _sees(self, team: Workspace, shares: list[tuple[str, str]]) -> bool:
        return any(team.bot_user_id in self.backend.world.channels[channel].members for channel, _ in shares)

    async def respond(self, request: web.Request) -> web.Response:
        """An answer over a response address."""
        return await answer_by_url(self.backend, request)

    async def authorize(self, request: web.Request) -> web.Response:
        """The page where somebody installs the app; they agree at once, in the workspace `team` names."""
        backend, query = self.backend, request.query
        redirect = query.get("redirect_uri", "")
        team = backend.world.workspaces.get(query.get("team", "")) or next(iter(backend.world.workspaces.values()))
        if query.get("client_id") != backend.app.client_id:
            return web.Response(status=400, text="invalid_client_id")
        if backend.app.redirect_uris and redirect not in backend.app.redirect_uris:
            return web.Response(status=400, text="bad_redirect_uri")
        code = backend.new_code(team, redirect)
        separator = "&" if "?" in redirect else "?"
        raise web.HTTPFound(f"{redirect}{separator}code={code}&state={query.get('state', '')}")


def _basic(request: web.Request) -> dict[str, str]:
    """https://docs.slack.dev/reference/methods/oauth.v2.access: the client's secret may come as basic credentials."""
    kind, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if kind != "Basic":
        return {}
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError as error:
        raise SlackError("invalid_auth") from error
    return {"client_id": name, "client_secret": secret}


async def _content(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    part = (await request.post()).get("file") or (await request.post()).get("filename")
    return part.file.read() if isinstance(part, web.FileField) else b""


def application(backend: Backend, closing: asyncio.Event, *more: web.RouteDef) -> web.Application:
    """The platform as an aiohttp application; routes given here come first."""
    app = web.Application(client_max_size=BODY_LIMIT)
    app.add_routes([*more, *Server(backend, closing).routes()])
    return app
