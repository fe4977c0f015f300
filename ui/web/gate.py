"""Stands before Chainlit: lets in who our own session cookie names, to what is on the list, and nothing else.

Chainlit's own sign-in, its tokens, its OAuth, MCP, sharing and feedback are not on the list, so they are closed.
A socket's person is looked up again for every frame that arrives, pongs included, so that signing out
everywhere ends it within a ping.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from conversation.coaches import cards
from conversation.speech import Speech
from ui.account.wording import accepted
from ui.web.backend import ChatBackend, WebUser
from ui.web.charts import to_plotly
from ui.web.kept import give
from ui.web.layer import current_user
from ui.web.pages import Pages, avatar, security_headers
from ui.web.steps import AVATAR_MARK

Authenticate = Callable[[Scope], Awaitable[WebUser | None]]
SignOut = Callable[[Scope], Awaitable[None]]
Post = Callable[[Request, WebUser], Awaitable[Response]]
USER_KEY = "evermynd.web_user"
SOCKET = "/ws/socket.io"
SIGNED_OUT = 4401  # a close code of our own; 4000–4999 are free for applications
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_PUBLIC = re.compile(r"/(?:public|assets)/.+|/favicon|/logo")
_API = re.compile(
    rf"GET /(?:auth/config|user|project/translations|project/settings|project/thread/{_UUID})"
    r"|POST /(?:project/threads|set-session-cookie)"
    r"|(?:PUT|DELETE) /project/thread"
)
_THREAD = re.compile(rf"/thread/({_UUID})")
_CITATION = re.compile(r"/citations/([^/]{1,200})")
_AVATAR = re.compile(r"/avatars/(.{1,160})")
_FILE = re.compile(rf"/files/({_UUID})")
_CHART = re.compile(rf"/charts/({_UUID})")


@dataclass(frozen=True, slots=True)
class Gate:
    """The ASGI application mounted under /chat."""

    inner: ASGIApp
    backend: ChatBackend
    pages: Pages
    authenticate: Authenticate
    sign_out: SignOut
    upload: Post
    press: Post
    public_host: str = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or open a socket."""
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = route_path(scope)
        if scope["method"] in ("GET", "HEAD") and _PUBLIC.fullmatch(path):
            await self.inner(scope, receive, _with_headers(send, _static_headers(path)))
            return
        if scope["method"] not in ("GET", "HEAD") and not self._same_site(scope):
            response: Response | None = _refusal(_browsers(scope).say("This request came from another site."), 403)
        else:
            response = await self._answer(Request(scope, receive), path)
        if response is None:
            await self.inner(scope, receive, _with_headers(send, security_headers()))
        else:
            await response(scope, receive, send)

    async def _answer(self, request: Request, path: str) -> Response | None:
        """Answer a request ourselves, or give None to leave it to Chainlit."""
        user = await self.authenticate(request.scope)
        is_api = bool(_API.fullmatch(f"{request.method} {path}"))
        if user is None:
            return self._stranger(request, path, is_api)
        request.scope[USER_KEY] = user
        current_user.set(user)
        if is_api:
            return None
        if request.method == "POST":
            return await self._post(request, path, user)
        return await self._get(request, path, user)

    def _stranger(self, request: Request, path: str, is_api: bool) -> Response:
        if is_api or request.method not in ("GET", "HEAD"):
            return _refusal(_browsers(request.scope).say("Please sign in."), 401)
        root: str = request.scope.get("root_path", "")
        if path == "/login":
            asked = request.query_params.get("next", "")
            return self.pages.sign_in(asked if asked.startswith(f"{root}/") else f"{root}/")
        return self.pages.sign_in(root + path)

    async def _post(self, request: Request, path: str, user: WebUser) -> Response:
        if path == "/project/file":
            return await self.upload(request, user)
        if path == "/project/action":
            return await self.press(request, user)
        if path == "/logout":
            await self.sign_out(request.scope)
            return JSONResponse({"success": True})
        return _refusal(user.speech.say("There is nothing here."), 404)

    async def _get(self, request: Request, path: str, user: WebUser) -> Response:
        if path in ("", "/"):
            return self.pages.chat(user)
        if match := _THREAD.fullmatch(path):
            found = await self.backend.thread(user.user_id, UUID(match[1]))
            return self.pages.chat(user) if found else self.pages.not_found(user.speech)
        if match := _CITATION.fullmatch(path):
            return await self._citation(request, user, match[1])
        if match := _AVATAR.fullmatch(path):
            return await self._avatar(user, match[1])
        if match := _FILE.fullmatch(path):
            kept = await self.backend.file(user.user_id, UUID(match[1]))
            return give(kept) if kept else self.pages.not_found(user.speech)
        if match := _CHART.fullmatch(path):
            return await self._chart(user, UUID(match[1]))
        if path == "/login":
            return RedirectResponse(request.scope.get("root_path", "") + "/", 303)
        return self.pages.not_found(user.speech)

    async def _avatar(self, user: WebUser, named: str) -> Response:
        """Draw a coach, by its id where that is known: names are not unique."""
        coach_id, _, name = named.partition(AVATAR_MARK)
        found = await self.backend.coach(user.user_id, UUID(coach_id)) if re.fullmatch(_UUID, coach_id) else None
        if found is not None:
            return avatar(found.name, found.avatar)
        if name and (emoji := cards.to_avatar(coach_id)):
            return avatar(name, emoji)
        return avatar("EverMynd" if named == "default" else name or named)

    async def _chart(self, user: WebUser, message_id: UUID) -> Response:
        message = await self.backend.message(user.user_id, message_id)
        if message is None or message.chart is None:
            return _refusal(user.speech.say("This chart is gone."), 404)
        return JSONResponse(to_plotly(message.chart), headers={"cache-control": "no-store"})

    async def _citation(self, request: Request, user: WebUser, citation_id: str) -> Response:
        passage = await self.backend.passage(user.user_id, citation_id)
        wants_json = "application/json" in request.headers.get("accept", "")
        if passage is None:
            gone = user.speech.say("This passage is gone.")
            return _refusal(gone, 404) if wants_json else self.pages.not_found(user.speech)
        if not wants_json:
            return self.pages.citation(user.speech, passage)
        parts = {name: getattr(passage, name) for name in ("title", "place", "before", "quote", "after", "href")}
        return JSONResponse(parts, headers={"cache-control": "no-store"})

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        user = await self.authenticate(scope) if self._same_site(scope) else None
        if user is None or not route_path(scope).startswith(SOCKET):
            await receive()
            await send({"type": "websocket.close", "code": SIGNED_OUT})
            return
        scope[USER_KEY] = user
        current_user.set(user)

        async def checked() -> Message:
            message = await receive()
            if message["type"] != "websocket.receive":
                return message
            now = await self.authenticate(scope)
            if now is None or now.user_id != user.user_id:
                await send({"type": "websocket.close", "code": SIGNED_OUT})
                return {"type": "websocket.disconnect", "code": SIGNED_OUT}
            scope[USER_KEY] = now  # they may have changed their language
            return message

        await self.inner(scope, checked, send)

    def _same_site(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        ours = {headers.get("host"), self.public_host} - {None, ""}
        return origin is None or urlsplit(origin).netloc in ours


def route_path(scope: Scope) -> str:
    """Give the path below the mount."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


def _refusal(reason: str, status: int) -> Response:
    """Say in the way of Chainlit's API why something is not given."""
    return JSONResponse({"detail": reason}, status)


def _browsers(scope: Scope) -> Speech:
    """Speak the language of a browser whose person is not known."""
    return Speech(accepted(Headers(scope=scope).get("accept-language", "")))


def _static_headers(path: str) -> dict[str, str]:
    kept = "public, max-age=31536000, immutable" if path.startswith("/assets/") else "public, max-age=300"
    return {"cache-control": kept, "x-content-type-options": "nosniff"}


def _with_headers(send: Send, extra: dict[str, str]) -> Send:
    added = [(name.encode(), value.encode()) for name, value in extra.items()]

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", []), *added]
        await send(message)

    return sending
