"""The HTML the web chat answers with: Chainlit's page made ours, the page of a citation, and "not found"."""

import re
import secrets
from collections.abc import Callable
from html import escape
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ui.web.backend import Passage, WebUser
from ui.web.workspace import ASSETS

_FOREIGN_TAG = re.compile(r"\s*<(?:link|meta)\b[^>]*https?://[^>]*>")
_SCRIPT = re.compile(r"<script\b")
AVATAR_COLOURS = ("#13606a", "#7a4b12", "#3c5a2a", "#5b3d73", "#8a3a3a", "#2c4f86", "#6a5a1e", "#1f6b4f")


class Pages:
    """Renders pages; `index` is called once, its answer is kept."""

    def __init__(self, index: Callable[[], str], sign_in: str) -> None:
        self._index = index
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
        return HTMLResponse(html, headers=security_headers(nonce) | {"cache-control": "no-store"})

    def citation(self, passage: Passage) -> Response:
        """Give a citation as a page of its own, readable without script."""
        return self._page("citation.html", 200, passage=passage)

    def not_found(self) -> Response:
        """Say that there is nothing here, whether it never was or belongs to somebody else."""
        return self._page("not_found.html", 404)

    def sign_in(self, wanted: str) -> Response:
        """Lead to the sign-in page and from there back."""
        return RedirectResponse(f"{self._sign_in}?next={quote(wanted)}", 303, headers={"cache-control": "no-store"})

    def _page(self, name: str, status: int, **values: object) -> Response:
        html = self._templates.get_template(name).render(**values)
        return HTMLResponse(html, status, headers=security_headers() | {"cache-control": "no-store"})


def avatar(name: str) -> Response:
    """Draw a coach as the first letter of its name on a colour of its own."""
    letter = escape(name.strip()[:1].upper() or "E")
    colour = AVATAR_COLOURS[sum(name.encode()) % len(AVATAR_COLOURS)]
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
        f'<rect width="32" height="32" rx="8" fill="{colour}"/>'
        '<text x="16" y="22" text-anchor="middle" font-size="17" font-weight="600" fill="#fbfaf6" '
        f'font-family="ui-sans-serif, system-ui, sans-serif">{letter}</text></svg>'
    )
    return Response(svg, media_type="image/svg+xml", headers={"cache-control": "public, max-age=86400"})


def security_headers(nonce: str = "") -> dict[str, str]:
    """Allow this host alone: nothing else may be fetched, framed or run."""
    scripts = f"'self' 'nonce-{nonce}'" if nonce else "'none'"
    policy = (
        f"default-src 'none'; script-src {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
    )
    return {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "x-frame-options": "DENY",
    }
