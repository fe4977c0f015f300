"""Who is behind a request: the session cookie, read from any ASGI scope, so that pages, chat and sockets agree."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any
from uuid import UUID

from conversation.people import sessions
from knowledge.db import Database

COOKIE = "evermynd_session"


@dataclass(frozen=True, slots=True)
class WebUser:
    """The person behind a request."""

    user_id: UUID
    name: str
    guest: bool
    roles: frozenset[str]
    language: str = "en"


async def authenticate(scope: Mapping[str, Any] | MutableMapping[str, Any], db: Database) -> WebUser | None:
    """Tell whose session cookie came with an HTTP or WebSocket scope; None for a stranger."""
    token = cookie(scope, COOKIE)
    person = await sessions.person_of(db, token) if token else None
    if person is None:
        return None
    return WebUser(person.user_id, person.display_name, person.guest, person.roles, person.language)


def cookie(scope: Mapping[str, Any], name: str) -> str:
    """Give a cookie's value, "" where there is none."""
    for key, value in scope.get("headers", ()):
        if key == b"cookie":
            found = _value(value.decode("latin-1"), name)
            if found:
                return found
    return ""


def _value(header: str, name: str) -> str:
    """Read one cookie of a header, whatever nonsense stands beside it."""
    for pair in header.split(";"):
        key, _, value = pair.strip().partition("=")
        if key == name:
            try:
                return SimpleCookie(f"{name}={value}")[name].value
            except (CookieError, KeyError):
                return ""
    return ""
