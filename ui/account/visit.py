"""One request to an account page, read once: who it is, what was sent, and the token its forms must carry."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from fastapi import Request

from conversation.people import sessions
from conversation.people.person import Person
from conversation.speech import Speech
from knowledge.db import Database
from ui.account.authentication import COOKIE, cookie
from ui.account.errors import ForeignForm, FormTooLarge
from ui.account.settings import AccountSettings
from ui.account.wording import accepted

SEED_COOKIE = "evermynd_form"
LARGEST_FORM = 64 * 1024
MOST_FIELDS = 50
HOME = "/chat"


@dataclass(frozen=True, slots=True)
class Visit:
    """A request to an account page."""

    person: Person | None
    token: str
    seed: str
    fresh_seed: bool
    form: Mapping[str, str]
    query: Mapping[str, str]
    path: Mapping[str, str]
    client: str
    device: str
    language: str = "en"
    """The person's own, before there is one the browser's."""

    @property
    def csrf(self) -> str:
        """What a form must send back: bound to the session, or to a cookie of its own before there is one."""
        return hmac.new((self.token or self.seed).encode(), b"evermynd form", hashlib.sha256).hexdigest()

    @property
    def speech(self) -> Speech:
        """What the answer is said with."""
        return Speech(self.language)

    @property
    def next(self) -> str:
        """Where to go afterwards."""
        return local_path(self.form.get("next") or self.query.get("next") or HOME)


def stranger(request: Request, settings: AccountSettings) -> Visit:
    """Read what a request tells by itself."""
    seed = cookie(request.scope, SEED_COOKIE)
    return Visit(
        person=None,
        token="",
        seed=seed or secrets.token_urlsafe(32),
        fresh_seed=not seed,
        form={},
        query={name: value.replace("\0", "") for name, value in request.query_params.items()},
        path={name: str(value) for name, value in request.path_params.items()},
        client=client_of(request, behind_proxy=settings.behind_proxy),
        device=device_of(request.headers.get("user-agent", "")),
        language=accepted(request.headers.get("accept-language", "")),
    )


async def recognised(visit: Visit, request: Request, db: Database) -> Visit:
    """Add what the ledger knows and what the form says; raises `FormTooLarge`."""
    form = await _form(request) if request.method == "POST" else {}
    token = cookie(request.scope, COOKIE)
    person = await sessions.person_of(db, token) if token else None
    language = person.language if person else visit.language
    return replace(visit, person=person, token=token if person else "", form=form, language=language)


def demand_own_form(request: Request, visit: Visit) -> None:
    """Raise `ForeignForm` unless the form came from a page of ours that this browser was shown."""
    site = request.headers.get("sec-fetch-site", "none")
    sent = visit.form.get("csrf", "")
    ours = not visit.fresh_seed or bool(visit.token)
    if site not in ("same-origin", "none") or not ours or not hmac.compare_digest(sent.encode(), visit.csrf.encode()):
        raise ForeignForm


def local_path(target: str) -> str:
    """Give a path on this hub, and the chat's for anything that could lead elsewhere."""
    plain = target.isprintable() and "\\" not in target and " " not in target
    return target if plain and target.startswith("/") and not target.startswith("//") else HOME


def client_of(request: Request, *, behind_proxy: bool) -> str:
    """Tell the address of who asks: the connection's, or the one our own proxy named last."""
    peer = request.client.host if request.client else ""
    if not behind_proxy:
        return peer
    forwarded = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return forwarded or peer


def device_of(agent: str) -> str:
    """Name a browser as its owner would: "Firefox on Linux"."""
    browsers = {"Edg": "Edge", "OPR/": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
    systems = {
        "Android": "Android",
        "iPhone": "iPhone",
        "iPad": "iPad",
        "Windows": "Windows",
        "Mac OS": "macOS",
        "CrOS": "ChromeOS",
        "Linux": "Linux",
    }
    browser = next((name for mark, name in browsers.items() if mark in agent), "A browser")
    system = next((name for mark, name in systems.items() if mark in agent), "")
    return f"{browser} on {system}" if system else browser


async def _form(request: Request) -> dict[str, str]:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_FORM:
            raise FormTooLarge
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise FormTooLarge from error
    return {name: value.replace("\0", "") for name, value in pairs}
