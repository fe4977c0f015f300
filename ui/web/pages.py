"""The HTML the web chat answers with: Chainlit's page made ours, the page of a citation, and "not found".

Each speaks the language of its person. The words that the page's script says are found in the script itself.
"""

import json
import re
import secrets
from collections.abc import Callable
from html import escape
from urllib.parse import quote
from uuid import UUID

from babel.messages.extract import extract
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from conversation.speech import Speech
from ui.account.wording import words
from ui.web.backend import Passage, ShownCoach, WebUser
from ui.web.workspace import ASSETS

_FOREIGN_TAG = re.compile(r"\s*<(?:link|meta)\b[^>]*https?://[^>]*>")
_SCRIPT = re.compile(r"<script\b")
SCRIPT = ASSETS / "public" / "evermynd.js"
AVATAR_COLOURS = ("#13606a", "#7a4b12", "#3c5a2a", "#5b3d73", "#8a3a3a", "#2c4f86", "#6a5a1e", "#1f6b4f")


class Pages:
    """Renders pages; `index` is called once, its answer is kept."""

    def __init__(self, index: Callable[[], str], sign_in: str, *, voice: bool = False) -> None:
        self._index = index
        self._voice = voice
        self._kept = ""
        self._script = script_words()
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
        who = f'lang="{user.speech.language}" data-guest="{guest}" data-person="{user.user_id}"'
        html = html.replace('<html lang="en">', f"<html {who}>", 1)
        html = html.replace("</head>", f"{self._words(user.speech)}</head>", 1)
        return HTMLResponse(html, headers=security_headers(nonce, voice=self._voice) | {"cache-control": "no-store"})

    def _words(self, speech: Speech) -> str:
        """Write down what the page's script says, as data that it reads."""
        said = {} if speech.language == "en" else {message: speech.say(message) for message in self._script}
        data = json.dumps(said, ensure_ascii=False).replace("<", "\\u003c")
        return f'<script type="application/json" id="em-words">{data}</script>'

    def citation(self, speech: Speech, passage: Passage) -> Response:
        """Give a citation as a page of its own, readable without script."""
        return self._page("citation.html", speech, passage=passage)

    def coach(
        self, speech: Speech, coach: ShownCoach, avatar: str, csrf: str, thread: UUID, error: str = ""
    ) -> Response:
        """Give the page of a coach; its forms begin this thread."""
        values = {"coach": coach, "avatar": avatar, "csrf": csrf, "thread": thread, "error": error}
        return self._page("coach.html", speech, 400 if error else 200, **values)

    def not_found(self, speech: Speech, status: int = 404) -> Response:
        """Say that there is nothing here, whether it never was or belongs to somebody else."""
        return self._page("not_found.html", speech, status)

    def sign_in(self, wanted: str) -> Response:
        """Lead to the sign-in page and from there back."""
        return RedirectResponse(f"{self._sign_in}?next={quote(wanted)}", 303, headers={"cache-control": "no-store"})

    def _page(self, name: str, speech: Speech, status: int = 200, **values: object) -> Response:
        html = self._templates.get_template(name).render(**words(speech), **values)
        return HTMLResponse(html, status, headers=security_headers() | {"cache-control": "no-store"})


def script_words() -> list[str]:
    """Find the messages that the page's script says."""
    with SCRIPT.open("rb") as script:
        found = extract("javascript", script, keywords={"say": None})
        return sorted({message for _, message, _, _ in found if isinstance(message, str)})


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
