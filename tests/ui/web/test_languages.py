"""The web chat's own words come in the language of whoever reads them."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from conversation.speech import Speech
from tests.ui.web.conftest import Hub, Visit
from tests.ui.web.memory import PASSAGES, SPEAKER, Memory
from tests.ui.web.test_gate import INDEX, sign_out, upload
from tests.ui.web.test_sockets import Tab
from ui.web.backend import WebUser
from ui.web.engine import Engine
from ui.web.gate import USER_KEY, Gate
from ui.web.live import LiveView, Outgoing
from ui.web.pages import Pages, script_words
from ui.web.uploads import take
from ui.web.workspace import Uploads

KARLA = WebUser(UUID(int=3), "Karla", language="de")


def pages(index: str = INDEX) -> Pages:
    return Pages(lambda: index, "/account/sign-in")


def html(answer: Response) -> str:
    return bytes(answer.body).decode()


def test_the_chats_page_says_what_its_language_is_and_brings_the_scripts_words() -> None:
    page = html(pages('<html lang="en"><head></head></html>').chat(KARLA))

    found = re.search(r'<script type="application/json" id="em-words">(.*)</script></head>', page)
    assert f'<html lang="de" data-guest="no" data-person="{KARLA.user_id}">' in page
    assert found
    assert set(json.loads(found[1])) == set(script_words())
    assert json.loads(found[1])["Send"] == "Senden"


def test_the_other_pages_speak_it_too() -> None:
    speech, drawn = Speech("de"), pages()

    assert "Hier ist nichts" in html(drawn.not_found(speech))
    assert "2 Quellen" in html(drawn.coach(speech, replace(SPEAKER, documents=2), "/a", "c", uuid4()))
    assert '<html lang="de">' in html(drawn.citation(speech, PASSAGES["depends"]))


@pytest.mark.parametrize(("accepted", "said"), [("de", "Bitte melde dich an."), ("fr", "Please sign in.")])
async def test_a_stranger_is_answered_in_the_language_of_the_browser(accepted: str, said: str) -> None:
    async def nobody(scope: Scope) -> WebUser | None:
        return None

    gate = Gate(nothing, Memory(), pages(), nobody, sign_out, upload, upload)
    transport = httpx.ASGITransport(Starlette(routes=[Mount("/chat", gate)]))
    async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
        answer = await client.get("/chat/user", headers={"accept-language": accepted})
    assert (answer.status_code, answer.json()["detail"]) == (401, said)


async def test_an_upload_is_refused_in_it(tmp_path: Path) -> None:
    tab = Tab(tmp_path)

    async def uploading(request: Request) -> Response:
        user = replace(KARLA, user_id=UUID(tab.user.identifier))
        return await take(request, user, cast(Engine, tab), Uploads())

    transport = httpx.ASGITransport(Starlette(routes=[Route("/", uploading, methods=["POST"])]))
    async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
        answer = await client.post("/?session_id=tab", files={"file": ("a.pdf", b"", "application/pdf")})
    assert answer.json()["detail"] == "Die Datei ist leer."


async def test_what_was_not_accepted_says_so_in_it() -> None:
    core, sent = Memory(pace=0), list[tuple[str, Any]]()

    async def emit(event: str, data: object) -> None:
        sent.append((event, data))

    core.owners = None  # type: ignore[assignment]
    view = LiveView(core, KARLA, uuid4(), emit, lambda: Speech("de"))
    await view.submit(Outgoing(uuid4(), "hallo"))
    [note] = [data["output"] for event, data in sent if event == "new_message" and data.get("isError")]
    buttons = [data["label"] for event, data in sent if event == "action"]
    assert note.startswith("Wegen eines Fehlers")
    assert buttons == ["Noch einmal versuchen", "Verwerfen"]


async def test_an_open_socket_learns_of_a_new_language_with_its_next_frame() -> None:
    now, heard = [replace(KARLA, language="en"), KARLA], list[str]()

    async def authenticate(scope: Scope) -> WebUser | None:
        return now[0] if len(now) == 1 else now.pop(0)

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        heard.append(scope[USER_KEY].language)
        await receive()
        heard.append(scope[USER_KEY].language)

    async def receive() -> dict[str, str]:
        return {"type": "websocket.receive", "text": "3"}

    async def send(message: Any) -> None:
        raise AssertionError(message)

    scope: dict[str, Any] = {"type": "websocket", "path": "/ws/socket.io/", "headers": []}
    await Gate(inner, Memory(), pages(), authenticate, sign_out, upload, upload)(scope, receive, send)
    assert heard == ["en", "de"]


async def test_the_whole_page_speaks_german(visit: Visit) -> None:
    karla = await visit("de-karla")
    await karla.opens_chat()
    await karla.says("Was ist Depends?")
    await karla.gets_an_answer()

    await karla.page.get_by_placeholder("Frage stellen").wait_for()
    await karla.page.get_by_text("Heute", exact=True).wait_for()
    await karla.page.get_by_role("button", name="Neuer Chat").first.wait_for()
    await karla.page.get_by_role("button", name="Gute Antwort", exact=True).wait_for()
    assert await karla.page.evaluate("document.documentElement.lang + navigator.language") == "dede"


async def test_the_page_is_drawn_anew_when_another_language_was_chosen(visit: Visit, hub: Hub) -> None:
    karla = await visit("de-karla")
    await karla.opens_chat()
    await karla.says("Was ist Depends?")
    await karla.gets_an_answer()
    hub.control(speaks="es")
    await karla.says("/language es")

    await karla.page.get_by_placeholder("Haz una pregunta").wait_for()
    await karla.page.get_by_text("Was ist Depends?").first.wait_for()
    assert await karla.page.evaluate("document.documentElement.lang") == "es"


async def test_what_chainlit_says_in_english_is_said_again(visit: Visit, tmp_path: Path) -> None:
    karla = await visit("de-karla")
    (tmp_path / "a.exe").write_bytes(b"MZ")
    await karla.opens_chat()
    await karla.page.locator("#upload-button-input").set_input_files(tmp_path / "a.exe")

    told = karla.page.get_by_text("Dateien dieser Art kann ich nicht lesen.")
    assert "Diese schon: pdf, epub" in await told.inner_text()


async def nothing(scope: Scope, receive: Receive, send: Send) -> None:
    """Stand in Chainlit's place."""
