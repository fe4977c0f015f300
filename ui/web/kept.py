"""Gives the files of a thread: pictures and recordings to be seen and heard in it, everything else as a download.

What a file is is told by its first bytes, never by its name: no text, SVG among it, is ever given as something that a
browser would draw or run.
"""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Literal

from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

from ui.web.backend import KeptFile

PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
SOUNDS = frozenset({"audio/wav", "audio/ogg", "audio/mpeg", "audio/mp4", "audio/webm"})
_BEGINNINGS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"OggS": "audio/ogg",
    b"ID3": "audio/mpeg",
    b"\xff\xfb": "audio/mpeg",
    b"\xff\xfa": "audio/mpeg",
    b"\xff\xf3": "audio/mpeg",
    b"\xff\xf2": "audio/mpeg",
    b"\x1aE\xdf\xa3": "audio/webm",
}
_BEGINNING = 12
_KINDS = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; media-src 'self'; sandbox"


def media_type_of(beginning: bytes) -> str:
    """Tell from its first 12 bytes what may be shown of a file; "" for whatever is only downloaded."""
    if beginning.startswith(b"RIFF"):
        return _KINDS.get(beginning[8:12], "")
    if beginning[4:8] == b"ftyp" and beginning[8:11] in (b"M4A", b"mp4", b"iso", b"das"):
        return "audio/mp4"
    return next((kind for sign, kind in _BEGINNINGS.items() if beginning.startswith(sign)), "")


def sniff(path: Path) -> str:
    """Read the beginning of a file and tell what may be shown of it (blocking)."""
    with path.open("rb") as file:
        return media_type_of(file.read(_BEGINNING))


def kind_of(media_type: str) -> Literal["document", "photo", "audio"]:
    """Tell what the core makes of a file: it learns from documents, and listens to recordings."""
    return "photo" if media_type in PICTURES else "audio" if media_type in SOUNDS else "document"


class _Passing(FileResponse):
    """A file that is given once: its folder goes with the answer, whatever became of it.

    A background task would not do: it is left out when a range is refused or the browser goes away.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Give the file, or the part of it that is asked for."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await asyncio.to_thread(shutil.rmtree, Path(self.path).parent, ignore_errors=True)


def give(kept: KeptFile) -> Response:
    """Answer with a file, and clear its folder away afterwards."""
    try:
        shown = sniff(kept.path)
    except OSError:
        shutil.rmtree(kept.path.parent, ignore_errors=True)
        raise
    return _Passing(
        kept.path,
        media_type=shown or "application/octet-stream",
        filename=kept.name,
        content_disposition_type="inline" if shown else "attachment",
        headers={
            "cache-control": "private, max-age=3600",
            "content-security-policy": _POLICY,
            "cross-origin-resource-policy": "same-origin",
            "x-content-type-options": "nosniff",
        },
    )
