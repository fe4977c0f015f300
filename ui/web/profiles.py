"""The page of a coach: who it is, what it is good at, and questions that begin a chat with it.

It is there for whoever may talk with the coach; for everybody else there is no such page.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID, uuid4, uuid5

from fastapi import FastAPI
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

from knowledge.errors import HubError
from ui.account.authentication import COOKIE, cookie
from ui.web.backend import ChatBackend, ShownCoach, WebUser
from ui.web.pages import Pages
from ui.web.steps import avatar_address

PATH = "/coaches/{coach_id}"
LONGEST_QUESTION = 500
LARGEST_FORM = 16 * 1024


@dataclass(frozen=True, slots=True)
class Profiles:
    """The pages of coaches."""

    backend: ChatBackend
    pages: Pages
    authenticate: Callable[[Scope], Awaitable[WebUser | None]]

    def mount(self, app: FastAPI) -> None:
        """Put them under `/coaches` of `app`."""
        app.add_route(PATH, self.show, methods=["GET", "HEAD"], include_in_schema=False)
        app.add_route(PATH, self.talk, methods=["POST"], include_in_schema=False)

    async def show(self, request: Request) -> Response:
        """Draw the page of a coach."""
        user = await self.authenticate(request.scope)
        if user is None:
            return self.pages.sign_in(request.url.path)
        coach = await self._coach(request, user)
        if coach is None:
            return self.pages.not_found(user.speech)
        return self.pages.coach(user.speech, coach, avatar_address(coach), token(request.scope), uuid4())

    async def talk(self, request: Request) -> Response:
        """Begin a chat with a coach, with a question if one was pressed; sending the form twice begins one."""
        user = await self.authenticate(request.scope)
        form = await _form(request)
        if user is None:
            return self.pages.sign_in(request.url.path)
        coach, thread = await self._coach(request, user), _uuid(str(form.get("thread", "")))
        if coach is None or thread is None:
            return self.pages.not_found(user.speech)
        if not hmac.compare_digest(str(form.get("csrf", "")).encode(), token(request.scope).encode()):
            return self.pages.not_found(user.speech, 403)
        asked = " ".join(str(form.get("question", "")).split())[:LONGEST_QUESTION]
        try:
            await self._begin(user, coach, thread, asked)
        except HubError as error:
            reason = user.speech.explain(error)
            return self.pages.coach(user.speech, coach, avatar_address(coach), token(request.scope), uuid4(), reason)
        return RedirectResponse(f"/chat/thread/{thread}", 303, headers={"cache-control": "no-store"})

    async def _begin(self, user: WebUser, coach: ShownCoach, thread: UUID, asked: str) -> None:
        action = f"/ask {coach.coach_id} {asked}" if asked else f"/coach {coach.coach_id}"
        label = asked or user.speech.say("Talk with {coach}", coach=coach.name)
        known = await self.backend.thread(user.user_id, thread)
        await self.backend.accept(user.user_id, thread, uuid5(thread, "begun"), label, (), action)
        if known is None:  # the person may have named it since the form was sent for the first time
            await self.backend.rename(user.user_id, thread, label)

    async def _coach(self, request: Request, user: WebUser) -> ShownCoach | None:
        coach_id = _uuid(str(request.path_params["coach_id"]))
        return await self.backend.coach(user.user_id, coach_id) if coach_id else None


def token(scope: Scope) -> str:
    """Give what a form of these pages must send back, bound to the session."""
    return hmac.new(cookie(scope, COOKIE).encode(), b"evermynd coach", hashlib.sha256).hexdigest()


async def _form(request: Request) -> FormData:
    """Read a form of ours; one from another site, or a large one, counts as empty."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    ours = site in ("same-origin", "none") or (
        site is None and (origin is None or urlsplit(origin).netloc == request.headers.get("host"))
    )
    size = request.headers.get("content-length", "")
    if not ours or not size.isdecimal() or int(size) > LARGEST_FORM:
        return FormData()
    return await request.form(max_files=0, max_fields=5)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
