"""Files on their way: read from where Teams keeps them, and put where somebody let us put them.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4. Addresses come in activities, so only
hosts of Microsoft's are called, every redirect is looked at again, and the bot's bearer goes to the Connector alone.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from urllib.parse import urljoin

import httpx

from bots.teams.api import Api
from bots.teams.attachments import FILE, PICTURE
from bots.teams.errors import FileElsewhere, FileGone, FileLate, FileTooLarge
from conversation.errors import RetryLater

PATIENCE = 90.0
SILENCE = 15.0
"""Seconds without a byte after which a file counts as lost."""
REDIRECTS = 3
STEP = 320 * 1024 * 16
"""Bytes of a part of an upload, a multiple of 320 KiB.
https://learn.microsoft.com/onedrive/developer/rest-api/api/driveitem_createuploadsession"""


class Files:
    """Reads files of at most `limit_mb` megabytes, and writes them."""

    def __init__(self, api: Api, limit_mb: int) -> None:
        self._api = api
        self._limit = limit_mb << 20
        self._limit_mb = limit_mb

    async def read(self, remote: str, to: Path) -> None:
        """Write a file to a path; raises a `FileRefused`, or `FileLate`, which may pass."""
        address = remote.removeprefix(FILE).removeprefix(PICTURE)
        try:
            async with asyncio.timeout(PATIENCE):
                await self._read(address, to, signed=remote.startswith(PICTURE))
        except (httpx.HTTPError, TimeoutError, RetryLater) as error:
            raise FileLate(5.0) from error

    async def _read(self, address: str, to: Path, *, signed: bool) -> None:
        for _ in range(REDIRECTS + 1):
            headers = await self._headers(address, signed=signed)
            async with self._api.http.stream("GET", address, headers=headers, timeout=SILENCE) as answer:
                if not answer.is_redirect:
                    return await self._keep(answer, to)
                address = _joined(address, answer.headers.get("Location", ""))
        raise FileGone

    async def _headers(self, address: str, *, signed: bool) -> dict[str, str]:
        """Give what a request carries; only the Connector gets the bearer."""
        if signed and self._api.hosts.serves(address):
            token = await self._api.bearer.token()
            return {"Authorization": f"Bearer {token}"} if token else {}
        if not self._api.hosts.keeps_files(address):
            raise FileElsewhere
        return {}

    async def _keep(self, answer: httpx.Response, to: Path) -> None:
        if answer.status_code in (401, 403, 404, 410):
            raise FileGone
        answer.raise_for_status()
        written = 0
        with await asyncio.to_thread(to.open, "wb") as file:
            async for piece in answer.aiter_bytes():
                written += len(piece)
                if written > self._limit:
                    raise FileTooLarge(self._limit_mb)
                await asyncio.to_thread(file.write, piece)

    async def write(self, address: str, file: Path) -> None:
        """Put a file where somebody allowed it; raises a `FileRefused` or `FileLate`."""
        if not self._api.hosts.keeps_files(address):
            raise FileElsewhere
        size = (await asyncio.to_thread(file.stat)).st_size
        started = time.monotonic()
        with await asyncio.to_thread(file.open, "rb") as source:
            for start in range(0, max(size, 1), STEP):
                piece = await asyncio.to_thread(source.read, STEP)
                await self._put(address, piece, start, size)
                if time.monotonic() - started > PATIENCE:
                    raise FileLate(5.0)

    async def _put(self, address: str, piece: bytes, start: int, size: int) -> None:
        headers = {"Content-Range": f"bytes {start}-{start + len(piece) - 1}/{size}"}
        headers |= {"Content-Type": "application/octet-stream"}
        try:
            answer = await self._api.http.put(address, content=piece, headers=headers, timeout=SILENCE)
        except httpx.HTTPError as error:
            raise FileLate(5.0) from error
        if answer.status_code >= 500:
            raise FileLate(5.0)
        if not answer.is_success:
            raise FileGone


def _joined(address: str, location: str) -> str:
    try:
        return urljoin(address, location)
    except ValueError as error:
        raise FileGone from error
