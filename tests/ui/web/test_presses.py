"""What becomes of a pressed button."""

from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.ui.web.memory import Memory
from tests.ui.web.test_sockets import Tab
from ui.web.backend import WebUser
from ui.web.engine import Engine
from ui.web.presses import press
from ui.web.sockets import Sockets


class Nobody(Tab):
    """An engine that knows no tab."""

    def session(self, session_id: str) -> Tab | None:
        return None


def pressing(sockets: Sockets) -> httpx.AsyncClient:
    """The page of somebody before their tab."""

    async def pressed(request: Request) -> Response:
        return await press(request, WebUser(UUID(int=7), "Ada"), sockets, 0.01)

    transport = httpx.ASGITransport(Starlette(routes=[Route("/", pressed, methods=["POST"])]))
    return httpx.AsyncClient(transport=transport, base_url="http://hub")


def pressed(name: str, **payload: str) -> dict[str, Any]:
    return {"sessionId": "tab", "action": {"id": "1", "name": name, "payload": payload, "label": "x", "icon": None}}


@pytest.fixture
def tab(tmp_path: Path) -> Tab:
    return Tab(tmp_path / "files")


async def test_hands_in_what_is_pressed(tab: Tab) -> None:
    core = Memory(pace=60)
    sockets = Sockets(cast(Engine, tab), core)
    async with pressing(sockets) as page:
        answer = await page.post("/", json=pressed("press", label="Help", value="/help"))
    assert answer.status_code == 200
    assert [accepted[1:] for accepted in core.accepted] == [("Help", (), "/help")]


async def test_a_page_whose_tab_is_not_known_is_told_so(tmp_path: Path) -> None:
    async with pressing(Sockets(cast(Engine, Nobody(tmp_path)), Memory())) as page:
        answer = await page.post("/", json=pressed("press", label="Help", value="/help"))
    assert answer.status_code == 409
    assert "not connected" in answer.json()["detail"]


async def test_the_tab_of_somebody_else_is_not_known(tab: Tab) -> None:
    tab.user.identifier = str(UUID(int=8))
    async with pressing(Sockets(cast(Engine, tab), Memory())) as page:
        assert (await page.post("/", json=pressed("press", label="Help", value="/help"))).status_code == 409


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("not json", 400),
        ({}, 400),
        ({"sessionId": "tab"}, 400),
        (pressed("press") | {"sessionId": 7}, 400),
        (pressed("launch"), 404),
        (pressed("retry"), 404),
        (pressed("retry", message_id="x"), 404),
        (pressed("retry", message_id=str(uuid4())), 200),
    ],
)
async def test_what_is_no_button_is_refused(tab: Tab, told: Any, status: int) -> None:
    async with pressing(Sockets(cast(Engine, tab), Memory())) as page:
        assert (await page.post("/", json=told)).status_code == status
