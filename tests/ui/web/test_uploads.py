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


def taking(tab: Tab) -> httpx.AsyncClient:
    """The uploads of one tab."""

    async def upload(request: Request) -> Response:
        user = WebUser(UUID(tab.user.identifier), "Ada")
        return await take(request, user, cast(Engine, tab), Uploads(voice=True))

    transport = httpx.ASGITransport(Starlette(routes=[Route("/", upload, methods=["POST"])]))
    return httpx.AsyncClient(transport=transport, base_url="http://hub")


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
        ("fake.png", "image/png", b"no picture", "document"),
        ("photo.jpg", "image/jpeg", b"\0\0\0\x18ftypheic", "document"),
        ("a.mp3", "audio/mpeg", b"no sound", "document"),
    ],
)
async def test_a_file_is_what_its_beginning_says_whatever_the_browser_calls_it(
    tmp_path: Path, name: str, declared: str, content: bytes, kind: str
) -> None:
    tab = Tab(tmp_path)
    async with taking(tab) as client:
        answer = await client.post("/?session_id=tab", files={"file": (name, content, declared)})
    assert answer.status_code == 200
    assert kind_of(tab.files[answer.json()["id"]]["type"]) == kind


class Late(Tab):
    """A tab whose socket opens a little later than its page lets a file be chosen."""

    looks: int = 0

    def session(self, session_id: str) -> Tab | None:
        self.looks += 1
        return self if self.looks > 3 else None


async def test_a_file_may_come_a_moment_before_its_tab(tmp_path: Path) -> None:
    tab = Late(tmp_path)
    async with taking(tab) as client:
        answer = await client.post("/?session_id=tab", files={"file": ("a.md", b"# Tea", "text/markdown")})
    assert answer.status_code == 200
    assert tab.files
