"""Mounts the web chat: folder, Chainlit, handlers and the gate before them."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from conversation.errors import NotFound
from knowledge.errors import HubError
from ui.web import engine as engines
from ui.web.backend import ChatBackend, WebUser
from ui.web.gate import USER_KEY, Authenticate, Gate, SignOut
from ui.web.layer import Ledger
from ui.web.pages import Pages
from ui.web.presses import press
from ui.web.profiles import Profiles
from ui.web.sockets import Sockets
from ui.web.uploads import take
from ui.web.workspace import Uploads, prepare

PATH = "/chat"


def mount(
    app: FastAPI,
    backend: ChatBackend,
    authenticate: Authenticate,
    sign_out: SignOut,
    root: Path,
    *,
    uploads: Uploads | None = None,
    public_url: str = "",
    sign_in: str = "/account/sign-in",
) -> None:
    """Put the web chat under /chat of `app`, with its files under `root`; at most once in a process.

    `authenticate` reads our session cookie from a request's or socket's scope and `sign_out` ends that session.
    Takes seconds the first time, because Chainlit is imported here.
    """
    uploads = uploads or Uploads()
    prepare(root, uploads)
    engine = engines.load(root)
    sockets = Sockets(engine, backend, voice=uploads.voice)
    _configure(engine, backend)
    sockets.register()

    async def upload(request: Request, user: WebUser) -> Response:
        return await take(request, user, engine, uploads)

    async def to_chat(_: Request) -> Response:
        return RedirectResponse(f"{PATH}/", 307)

    async def pressed(request: Request, user: WebUser) -> Response:
        return await press(request, user, sockets)

    pages = Pages(lambda: engine.index(PATH), sign_in, voice=uploads.voice)
    gate = Gate(engine.app, backend, pages, authenticate, sign_out, upload, pressed, urlsplit(public_url).netloc)
    app.add_route(PATH, to_chat, methods=["GET"])
    app.mount(PATH, gate)
    Profiles(backend, pages, authenticate).mount(app)


def _configure(engine: engines.Engine, backend: ChatBackend) -> None:
    """Give Chainlit our data layer, our person and our starters."""
    from chainlit.auth import get_current_user
    from chainlit.types import Starter

    async def starters(user: Any, language: str) -> list[Any]:
        offered = await backend.starters(UUID(user.identifier))
        return [Starter(label=starter.label, message=starter.message) for starter in offered]

    async def person(request: Request) -> Any:
        user: WebUser = request.scope[USER_KEY]
        return engine.person(str(user.user_id), user.name)

    code = engine.config.code
    code.data_layer = lambda: Ledger(backend)
    code.header_auth_callback = _never
    code.set_starters = starters
    code.on_chat_resume = _never
    engine_app: Any = engine.app
    engine_app.dependency_overrides[get_current_user] = person
    engine_app.add_exception_handler(HubError, _say)


async def _never(*_: object) -> None:
    """Stand where Chainlit offers sign-in and old threads only if a callback is there; ours answer before it."""


async def _say(request: Request, error: Exception) -> Response:
    """Answer an error meant for people with its sentence, in the language of who asks."""
    user: WebUser = request.scope[USER_KEY]
    return JSONResponse({"detail": user.speech.explain(error)}, 404 if isinstance(error, NotFound) else 400)
