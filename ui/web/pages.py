"""The HTML the web chat answers with: Chainlit's page made ours, the page of a citation, and "not found"."""

import re
import secrets
from collections.abc import Callable
from html import escape
from urllib.parse import quote
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ui.web.backend import Passage, ShownCoach, WebUser
from ui.web.workspace import ASSETS

_FOREIGN_TAG = re.compile(r"\s*<(?:link|meta)\b[^>]*https?://[^>]*>")
_SCRIPT = re.compile(r"<script\b")
AVATAR_COLOURS = ("#13606a", "#7a4b12", "#3c5a2a", "#5b3d73", "#8a3a3a", "#2c4f86", "#6a5a1e", "#1f6b4f")


class Pages:
    """Renders pages; `index` is called once, its answer is kept."""

    def __init__(self, index: Callable[[], str], sign_in: str, *, voice: bool = False) -> None:
        self._index = index
        self._voice = voice
        self._kept = ""
        self._sign_in = sign_in
        self._templates = Environment(
            loader=FileSystemLoader(ASSETS), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )

    def chat(self, user: WebUser) -> Response:
        """Give the chat page, without what Chainlit would fetch elsewhere, its scripts marked as ours."""
        if not self._kept:
            self._kept = _FOREIGN_TAG.sub("", self._index())
        nonce = secrets.token_urlsafe(16)
        html = _SCRIPT.sub(f'<script nonce="{nonce}"', self._kept)
        guest = "yes" if user.guest else "no"
        html = html.replace('<html lang="en">', f'<html lang="en" data-guest="{guest}">', 1)
        return HTMLResponse(html, headers=security_headers(nonce, voice=self._voice) | {"cache-control": "no-store"})

    def citation(self, passage: Passage) -> Response:
        """Give a citation as a page of its own, readable without script."""
        return self._page("citation.html", 200, passage=passage)

    def coach(self, coach: ShownCoach, avatar: str, csrf: str, thread: UUID, error: str = "") -> Response:
        """Give the page of a coach; its forms begin this thread."""
        status = 400 if error else 200
        return self._page("coach.html", status, coach=coach, avatar=avatar, csrf=csrf, thread=thread, error=error)

    def not_found(self, status: int = 404) -> Response:
        """Say that there is nothing here, whether it never was or belongs to somebody else."""
        return self._page("not_found.html", status)

    def sign_in(self, wanted: str) -> Response:
        """Lead to the sign-in page and from there back."""
        return RedirectResponse(f"{self._sign_in}?next={quote(wanted)}", 303, headers={"cache-control": "no-store"})

    def _page(self, name: str, status: int, **values: object) -> Response:
        html = self._templates.get_template(name).render(**values)
        return HTMLResponse(html, status, headers=security_headers() | {"cache-control": "no-store"})


def avatar(name: str, emoji: str = "") -> Response:
    """Draw a coach as its emoji on a disc, or as the first letter of its name, on a colour of its own."""
    colour = AVATAR_COLOURS[sum(name.encode()) % len(AVATAR_COLOURS)]
    letter = escape(name.strip()[:1].upper() or "E")
    sign = (
        '<circle cx="16" cy="16" r="16" fill="#faf7f0"/>'
        f'<circle cx="16" cy="16" r="16" fill="{colour}" fill-opacity=".25"/>'
        f'<text x="16" y="16" dy=".36em" text-anchor="middle" font-size="17">{escape(emoji)}</text>'
        if emoji
        else f'<circle cx="16" cy="16" r="16" fill="{colour}"/>'
        '<text x="16" y="16" dy=".36em" text-anchor="middle" font-size="16" font-weight="600" fill="#fbfaf6" '
        f'font-family="ui-sans-serif, system-ui, sans-serif">{letter}</text>'
    )
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">{sign}</svg>'
    headers = {
        "cache-control": "private, max-age=300",
        "content-security-policy": "default-src 'none'",
        "x-content-type-options": "nosniff",
    }
    return Response(svg, media_type="image/svg+xml", headers=headers)


def security_headers(nonce: str = "", *, voice: bool = False) -> dict[str, str]:
    """Allow this host alone: nothing else may be fetched, framed or run.

    With `voice`, the page may run what its own scripts made: the recorder is a worklet from a `blob:` address.
    """
    scripts = f"'self' 'nonce-{nonce}'{' blob:' if voice else ''}" if nonce else "'none'"
    policy = (
        f"default-src 'none'; script-src {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self' data:; connect-src 'self'; "
        "worker-src 'self' blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
    )
    return {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "x-frame-options": "DENY",
        "cross-origin-opener-policy": "same-origin",
    }
