"""Which addresses Telegram lets a bot put behind a button or a word."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_HOST = re.compile(r"[\w-]+(\.[\w-]+)+|\[[0-9a-f:.]+\]", re.IGNORECASE)


def is_openable(address: str) -> bool:
    """Tell whether Telegram opens this address: web pages on a host with a dot in its name, and its own links."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.scheme == "tg":
        return bool(host)
    if parts.scheme not in ("http", "https"):
        return False
    return bool(_HOST.fullmatch(f"[{host}]" if ":" in host else host))
