"""Links: one page or document, fetched into a folder without ever reaching into a private network."""

import asyncio
import re
from dataclasses import dataclass
from email.message import Message
from html import unescape
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import httpx

from knowledge.phrases import Phrase
from knowledge.sources.addresses import LinkPolicy, PinnedTransport
from knowledge.sources.errors import (
    InvalidLink,
    LoginRequired,
    NotFound,
    SourceError,
    TooBig,
    TooManyRedirects,
    TooSlow,
    Unreachable,
    UnsupportedLink,
)

__all__ = ["Fetched", "LinkPolicy", "fetch"]

_HEADERS = {
    "User-Agent": "EverMyndHub/0.1 (reads links that people send)",
    "Accept": "text/html,application/xhtml+xml,application/pdf,text/*;q=0.9,*/*;q=0.5",
    "Accept-Encoding": "identity",
}
_LOGIN_PATH = re.compile(r"/(?:log-?in|sign-?in|sso|oauth2?|saml2?|cas|auth)(?:[/._?-]|$)", re.IGNORECASE)
_PASSWORD_FIELD = re.compile(rb"<input[^>]{0,400}type\s*=\s*[\"']?password", re.IGNORECASE)
_TAG = re.compile(rb"<[^<>]{0,2000}>")
_TITLE = re.compile(rb"<title[^<>]{0,200}>([^<]{0,1000})</title", re.IGNORECASE)
_LITTLE_TEXT = 1_500
_HEAD = 1 << 19
_FOREIGN = re.compile(r"(image|audio|video|font)/|application/(x-msdownload|vnd\.apple|x-executable)", re.IGNORECASE)
_EXTENSIONS = {
    "application/pdf": ".pdf",
    "application/epub+zip": ".epub",
    "application/zip": ".zip",
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/markdown": ".md",
    "text/csv": ".csv",
    "text/plain": ".txt",
}


@dataclass(frozen=True, slots=True)
class Fetched:
    """A fetched link: `url` is where it ended, `name` a file name for a person, `path` where the bytes lie."""

    url: str
    name: str
    media_type: str
    path: Path
    size: int


async def fetch(url: str, folder: Path, *, policy: LinkPolicy | None = None) -> Fetched:
    """Fetches a link into `folder`; raises a SourceError."""
    policy = policy or LinkPolicy()
    link = _checked(url)
    try:
        async with asyncio.timeout(policy.seconds), _client(policy) as client:
            return await _Fetch(client, folder, policy, url).run(link)
    except (TimeoutError, httpx.TimeoutException) as error:
        raise TooSlow(url, Phrase("{seconds} seconds", seconds=f"{policy.seconds:g}")) from error
    except httpx.InvalidURL as error:
        raise InvalidLink(url) from error
    except httpx.HTTPError as error:
        raise Unreachable(url, Phrase("the connection failed")) from error


def _checked(url: str) -> httpx.URL:
    try:
        link = httpx.URL(url.strip())
    except (httpx.InvalidURL, ValueError) as error:
        raise InvalidLink(url) from error
    if link.scheme not in ("http", "https") or not link.host or link.userinfo:
        raise InvalidLink(url)
    return link


def _client(policy: LinkPolicy) -> httpx.AsyncClient:
    timeout = httpx.Timeout(policy.seconds, connect=policy.connect_seconds)
    return httpx.AsyncClient(
        transport=PinnedTransport(policy), headers=_HEADERS, timeout=timeout, follow_redirects=False, trust_env=False
    )


class _Fetch:
    """One trip from a link to a file."""

    def __init__(self, client: httpx.AsyncClient, folder: Path, policy: LinkPolicy, url: str) -> None:
        self._client = client
        self._folder = folder
        self._policy = policy
        self._url = url

    async def run(self, link: httpx.URL) -> Fetched:
        for _ in range(self._policy.redirects + 1):
            async with self._client.stream("GET", link) as response:
                if not response.is_redirect:
                    return await self._receive(response)
                link = self._next(link, response.headers["location"])
        raise TooManyRedirects(self._url)

    def _next(self, link: httpx.URL, location: str) -> httpx.URL:
        following = _checked(str(link.join(location)))
        if _LOGIN_PATH.search(following.path) and not _LOGIN_PATH.search(link.path):
            raise LoginRequired(self._url)
        return following

    async def _receive(self, response: httpx.Response) -> Fetched:
        if error := self._refusal(response):
            raise error
        media_type = response.headers.get("content-type", "").split(";")[0].strip().lower()
        if _FOREIGN.match(media_type):
            raise UnsupportedLink(self._url, f"“{media_type}”")
        target = self._folder / "download"
        size = await self._save(response, target)
        head = await asyncio.to_thread(_head, target)
        if "html" in media_type and _is_login_page(head):
            raise LoginRequired(self._url)
        return Fetched(str(response.url), _name(response, media_type, head), media_type, target, size)

    def _refusal(self, response: httpx.Response) -> SourceError | None:
        status = response.status_code
        if status in (401, 403, 407):
            return LoginRequired(self._url)
        if status in (404, 410):
            return NotFound(self._url)
        if not response.is_success:
            return Unreachable(self._url, Phrase("its server answered {status}", status=status))
        declared = response.headers.get("content-length", "")
        if declared.isdigit() and int(declared) > self._policy.max_bytes:
            return self._too_big()
        return None

    async def _save(self, response: httpx.Response, target: Path) -> int:
        size = 0
        with target.open("wb") as out:
            async for piece in response.aiter_bytes():
                size += len(piece)
                if size > self._policy.max_bytes:
                    raise self._too_big()
                await asyncio.to_thread(out.write, piece)
        return size

    def _too_big(self) -> TooBig:
        return TooBig(self._url, f"{self._policy.max_bytes >> 20} MB")


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD)


def _is_login_page(head: bytes) -> bool:
    """A password field on a page that says little else; long pages may well carry a log-in box."""
    return bool(_PASSWORD_FIELD.search(head)) and len(b"".join(_visible(head).split())) < _LITTLE_TEXT


def _visible(head: bytes) -> bytes:
    """Roughly the words of a page, in time linear in its length whatever it holds."""
    for name in (b"script", b"style"):
        kept: list[bytes] = []
        at, lower = 0, head.lower()
        while (start := lower.find(b"<" + name, at)) >= 0:
            kept.append(head[at:start])
            end = lower.find(b"</" + name, start)
            at = end if end >= 0 else len(head)
        head = b"".join([*kept, head[at:]])
    return _TAG.sub(b" ", head)


def _name(response: httpx.Response, media_type: str, head: bytes) -> str:
    """What the server calls the file, else the page's title, else the end of its address."""
    stated = _disposition_name(response.headers.get("content-disposition", ""))
    if stated:
        return stated
    extension = _EXTENSIONS.get(media_type, "")
    found = _TITLE.search(head) if extension == ".html" else None
    title = " ".join(unescape(found.group(1).decode("utf-8", "replace")).split()) if found else ""
    last = PurePosixPath(unquote(response.url.path)).name or response.url.host
    name = _plain(title) or _plain(last)
    return name if PurePosixPath(name).suffix.lower() == extension or not extension else name + extension


def _disposition_name(header: str) -> str:
    message = Message()
    message["content-disposition"] = header
    return _plain(PurePosixPath((message.get_filename() or "").replace("\\", "/")).name)


def _plain(name: str) -> str:
    return re.sub(r"[\x00-\x1f/\\:]+", " ", name).strip()[:120]
