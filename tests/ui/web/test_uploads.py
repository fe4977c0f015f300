"""What is noted of a file that a person attaches."""

from pathlib import Path
from typing import cast
from uuid import UUID

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.ui.web.test_sockets import Tab
from ui.web.backend import WebUser
from ui.web.engine import Engine
from ui.web.kept import kind_of
from ui.web.uploads import take
from ui.web.workspace import Uploads


@pytest.mark.parametrize(
    ("name", "declared", "content", "kind"),
    [
        ("a.m4a", "audio/x-m4a", b"\0\0\0\x1cftypM4A ", "audio"),
        ("a.wav", "audio/x-wav", b"RIFF0000WAVEfmt ", "audio"),
        ("a.webm", "video/webm", b"\x1aE\xdf\xa3", "audio"),
        ("a.mp3", "audio/mp3", b"ID3\x04", "audio"),
        ("a.ogg", "application/ogg", b"OggS", "audio"),
        ("a.png", "", b"\x89PNG\r\n\x1a\n", "photo"),
        ("a.pdf", "application/pdf", b"%PDF-1.7", "document"),
    ],
)
async def test_a_file_is_what_its_beginning_says_whatever_the_browser_calls_it(
    tmp_path: Path, name: str, declared: str, content: bytes, kind: str
) -> None:
    tab = Tab(tmp_path)

    async def upload(request: Request) -> Response:
        user = WebUser(UUID(tab.user.identifier), "Ada")
        return await take(request, user, cast(Engine, tab), Uploads(voice=True))

    transport = httpx.ASGITransport(Starlette(routes=[Route("/", upload, methods=["POST"])]))
    async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
        answer = await client.post("/?session_id=tab", files={"file": (name, content, declared)})
    assert answer.status_code == 200
    assert kind_of(tab.files[answer.json()["id"]]["type"]) == kind
