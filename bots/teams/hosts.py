"""Which hosts the bot calls: its bearer goes to Microsoft's service alone, and files are read only where Teams keeps
them.

https://learn.microsoft.com/microsoft-365/enterprise/urls-and-ip-address-ranges
"""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

import httpx

from bots.teams.settings import TeamsSettings

SERVICE = ("botframework.com", "smba.trafficmanager.net", "teams.microsoft.com", "teams.microsoft.us")
"""Where the Connector is."""
FILES = (
    "sharepoint.com",
    "sharepoint.us",
    "sharepoint-df.com",
    "svc.ms",
    "onedrive.com",
    "1drv.com",
    "asm.skype.com",
    "teams.microsoft.com",
)
"""Where OneDrive, SharePoint and Teams keep files."""
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Hosts:
    """The hosts of one bot's settings."""

    def __init__(self, settings: TeamsSettings) -> None:
        self._given = frozenset(host.lower() for host in settings.service_hosts)
        self._anonymous = settings.anonymous

    def serves(self, url: str) -> bool:
        """Tell whether a service URL is one that activities may name and the bot may call."""
        parts = _split(url)
        if parts is None:
            return False
        if self._anonymous:
            return parts.hostname in _LOOPBACK
        return self._is_given(parts) or (parts.scheme == "https" and _is_within(parts, SERVICE))

    def keeps_files(self, url: str) -> bool:
        """Tell whether files are read from and written to this address."""
        parts = _split(url)
        if parts is None:
            return False
        if self._anonymous and parts.hostname in _LOOPBACK:
            return True
        return self._is_given(parts) or (parts.scheme == "https" and _is_within(parts, FILES))

    def _is_given(self, parts: SplitResult) -> bool:
        """Tell whether the operator named the host; without encryption only on this machine."""
        named = parts.hostname in self._given or parts.netloc.lower() in self._given
        return named and (parts.scheme == "https" or parts.hostname in _LOOPBACK)


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine."""
    return host in _LOOPBACK


def names_loopback(header: str) -> bool:
    """Tell whether a Host header names this machine."""
    try:
        return is_loopback(urlsplit(f"//{header}").hostname or "")
    except ValueError:
        return False


def _split(url: str) -> SplitResult | None:
    """Take an address apart; None for one that could mean different things to different readers."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
        httpx.URL(url)  # an address that cannot be called is none
    except (ValueError, httpx.InvalidURL):
        return None
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc or "\\" in url or not url.isprintable():
        return None
    return parts


def _is_within(parts: SplitResult, domains: tuple[str, ...]) -> bool:
    """Tell whether a host is one of these or below one, at the usual port."""
    host = (parts.hostname or "").rstrip(".")
    return parts.port in (None, 443) and any(host == each or host.endswith(f".{each}") for each in domains)
