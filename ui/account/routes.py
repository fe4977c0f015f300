"""The table of contents of the account pages, and what happens around each of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Response

from conversation.people.errors import GuestsRefused, TooManyAttempts
from knowledge.db import Database
from knowledge.db.errors import DatabaseUnavailable
from knowledge.errors import HubError
from ui.account import visit as visits
from ui.account.downloads import Downloads
from ui.account.entrance import Entrance
from ui.account.errors import ForeignForm, FormTooLarge
from ui.account.mail import Mailer, mailer_of
from ui.account.pages import Pages
from ui.account.places import Places
from ui.account.profile import Profile
from ui.account.recovery import Recovery
from ui.account.settings import AccountSettings
from ui.account.visit import Visit

Handler = Callable[[Visit], Awaitable[Response]]
REFUSED: dict[type[HubError], int] = {
    ForeignForm: 403,
    GuestsRefused: 403,
    FormTooLarge: 413,
    TooManyAttempts: 429,
    DatabaseUnavailable: 503,
}


def router(db: Database, settings: AccountSettings, mailer: Mailer | None = None) -> APIRouter:
    """Build the pages under `/account`."""
    pages = Pages(settings)
    post = mailer or mailer_of(settings)
    entrance = Entrance(db, settings, pages, post)
    recovery = Recovery(db, settings, pages, post)
    places = Places(db, pages)
    profile = Profile(db, pages, places)
    found = APIRouter(prefix="/account")
    forms: list[tuple[str, Handler, Handler]] = [
        ("/sign-in", entrance.show_sign_in, entrance.sign_in),
        ("/sign-up", entrance.show_sign_up, entrance.sign_up),
        ("/confirm", entrance.show_confirm, entrance.confirm),
        ("/forgot", recovery.show_forgot, recovery.forgot),
        ("/reset", recovery.show_reset, recovery.reset),
        ("", profile.show, profile.change),
    ]
    buttons: list[tuple[str, Handler]] = [
        ("/guest", entrance.guest),
        ("/sign-out", entrance.sign_out),
        ("/password", profile.change_password),
        ("/sessions", profile.end_session),
        ("/sign-out-everywhere", profile.sign_out_everywhere),
        ("/delete", profile.delete),
        ("/link", places.link),
        ("/link/answer", places.answer),
        ("/link/undo", places.undo),
        ("/unlink", places.unlink),
    ]
    things: list[tuple[str, Handler]] = [
        ("/files/{file_id}", Downloads(db, pages).file),
        ("/link/qr/{code}.svg", places.picture),
        ("/link/open/{code}", places.onward),
    ]
    door = _Door(db, settings, pages)
    for path, show, act in forms:
        found.add_api_route(path, door.opens(show), methods=["GET", "HEAD"], include_in_schema=False)
        found.add_api_route(path, door.opens(act), methods=["POST"], include_in_schema=False)
    for path, act in buttons:
        found.add_api_route(path, door.opens(act), methods=["POST"], include_in_schema=False)
    for path, give in things:
        found.add_api_route(path, door.opens(give), methods=["GET", "HEAD"], include_in_schema=False)
    found.add_api_route("/static/{name}", door.file, methods=["GET", "HEAD"], include_in_schema=False)
    return found


class _Door:
    """Reads the visit, refuses forms that are not ours, and answers with a page whatever goes wrong."""

    def __init__(self, db: Database, settings: AccountSettings, pages: Pages) -> None:
        self._db = db
        self._settings = settings
        self._pages = pages

    def opens(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        """Make an endpoint of a handler."""

        async def endpoint(request: Request) -> Response:
            visit = visits.stranger(request, self._settings)
            try:
                visit = await visits.recognised(visit, request, self._db)
                if request.method == "POST":
                    visits.demand_own_form(request, visit)
                return await handler(visit)
            except tuple(REFUSED) as error:
                return self._pages.refuse(visit, "refused.html", error, REFUSED[type(error)])

        return endpoint

    async def file(self, name: str) -> Response:
        """Give a file that the pages link to."""
        return self._pages.file(name) or Response("There is no such file.", 404)
