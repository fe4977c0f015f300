"""Which links the platform takes in a text or on a button."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from .errors import bad_request

_HOST = re.compile(r"[\w.-]+", re.UNICODE)


def problem_of(url: str) -> str:
    """Why a link is refused, in the server's words; nothing when it is fine."""
    scheme, _, rest = url.partition(":")
    if scheme.lower() in {"tg", "ton", "tonsite"}:
        return "" if _HOST.fullmatch(rest.removeprefix("//").split("?")[0].split("/")[0]) else f"Wrong {scheme} URL"
    if "://" in url and scheme.lower() not in {"http", "https"}:
        return "Unsupported URL protocol"
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "Wrong HTTP URL"
    if not host:
        return "URL host is empty"
    return "" if _valid_host(host) else "Wrong HTTP URL"


def _valid_host(host: str) -> bool:
    return ":" in host or ("." in host and bool(_HOST.fullmatch(host)))


def checked_link(url: str, of: str) -> str:
    """The link, or the server's refusal; `of` says whose link it is."""
    problem = problem_of(url)
    if problem:
        raise bad_request(f"{of} URL '{url}' is invalid: {problem}")
    return url
