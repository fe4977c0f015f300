"""Drawing pages: templates, headers and cookies that every answer of the account pages shares."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date
from fastapi import Response
from fastapi.responses import FileResponse, HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from conversation.people.errors import TooManyAttempts
from conversation.speech import Speech
from knowledge.errors import HubError
from ui.account.authentication import COOKIE
from ui.account.settings import AccountSettings
from ui.account.visit import SEED_COOKIE, Visit
from ui.account.wording import words

KEPT = 400 * 24 * 3600  # seconds, as long as browsers keep a cookie; the ledger ends a session sooner
STATIC = Path(__file__).parent / "static"
BRAND = Path(__file__).parents[1] / "web" / "assets" / "public"
FILES = {
    "account.css": STATIC / "account.css",
    "mark.svg": BRAND / "favicon.svg",
    "logo-light.svg": BRAND / "logo_light.svg",
    "logo-dark.svg": BRAND / "logo_dark.svg",
}
SIGNED_OUT = "/account/sign-in?signed-out=yes"
"""Where a session ends: this page has its browser forget what was written in the chat and never taken."""
_FORGETTING = "sha256-OTPaKREJgCCS91+rGO0f8RObn4vFboQmJUqql6boFkI="
"""The only script of these pages, in `sign_in.html`; it removes what `ui/web/assets/public/evermynd.js` keeps."""
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    f"script-src '{_FORGETTING}'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class Pages:
    """Draws the pages of one installation."""

    def __init__(self, settings: AccountSettings) -> None:
        self._settings = settings
        loader = PackageLoader("ui.account")
        self._templates = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)

    def draw(
        self,
        visit: Visit,
        template: str,
        *,
        status: int = 200,
        errors: Mapping[str, str] | None = None,
        notice: str = "",
        values: Mapping[str, object] | None = None,
    ) -> Response:
        """Draw a page; `errors` holds sentences by field, under "" the one for the whole form."""
        html = self._templates.get_template(template).render(
            visit=visit,
            signup=self._settings.signup,
            mails=bool(self._settings.smtp_url),
            errors=dict(errors or {}),
            notice=notice,
            moment=partial(moment, visit.speech),
            device=partial(device, visit.speech),
            **words(visit.speech),
            **(values or {}),
        )
        response = HTMLResponse(html, status, HEADERS)
        if not visit.token and visit.fresh_seed:
            self._set(response, SEED_COOKIE, visit.seed, "strict")
        return response

    def refuse(
        self,
        visit: Visit,
        template: str,
        error: HubError,
        status: int,
        field: str = "",
        values: Mapping[str, object] | None = None,
    ) -> Response:
        """Draw a form again with the reason it was refused beside the field it is about."""
        response = self.draw(visit, template, status=status, errors={field: visit.speech.explain(error)}, values=values)
        if isinstance(error, TooManyAttempts):
            response.headers["Retry-After"] = str(error.retry_after)
        return response

    def leave(self, target: str, *, token: str | None = None) -> Response:
        """Send a browser on; `token` is the session it takes along, "" ends the one it has."""
        response = Response(status_code=303, headers=HEADERS | {"Location": target})
        if token:
            self._set(response, COOKIE, token, "lax")
        elif token == "":
            response.delete_cookie(COOKIE, path="/", secure=self._settings.secure, httponly=True, samesite="lax")
        return response

    def file(self, name: str) -> Response | None:
        """Give one of the few files that pages link to; None for any other name."""
        path = FILES.get(name)
        return FileResponse(path, headers={"Cache-Control": "public, max-age=3600"}) if path else None

    def _set(self, response: Response, name: str, value: str, same_site: str) -> None:
        response.set_cookie(
            name,
            value,
            max_age=KEPT,
            path="/",
            secure=self._settings.secure,
            httponly=True,
            samesite="strict" if same_site == "strict" else "lax",
        )


def moment(speech: Speech, time: datetime, zone: str) -> str:
    """Show a time as the clock of a time zone shows it."""
    there = time.astimezone(ZoneInfo(zone))
    return f"{format_date(there, 'long', locale=speech.locale)}, {there:%H:%M}"


def device(speech: Speech, name: str) -> str:
    """Name a browser in somebody's language; the ledger has it as `device_of` wrote it."""
    browser, _, system = name.partition(" on ")
    browser = browser if browser not in ("", "A browser") else speech.say("A browser")
    return speech.say("{browser} on {system}", browser=browser, system=system) if system else browser
