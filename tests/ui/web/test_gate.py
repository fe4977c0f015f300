"""Who and what passes the gate before Chainlit."""

import tempfile
from collections.abc import AsyncIterator
from http.cookies import SimpleCookie
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount
from starlette.types import Message, Receive, Scope, Send

from tests.ui.web.memory import SPEAKER, Memory
from ui.web.backend import UploadedFile, WebUser
from ui.web.gate import SIGNED_OUT, Gate
from ui.web.pages import Pages

ADA, BOB = UUID(int=1), UUID(int=2)
PEOPLE = {"ada": WebUser(ADA, "Ada"), "bob": WebUser(BOB, "Bob", guest=True)}
INDEX = '<html lang="en"><link href="https://fonts.example/x"><script>1</script></html>'


async def authenticate(scope: Scope) -> WebUser | None:
    cookie = SimpleCookie(Headers(scope=scope).get("cookie", "")).get("who")
    return PEOPLE.get(cookie.value) if cookie else None


async def sign_out(scope: Scope) -> None:
    scope["app"].state.signed_out = True


async def upload(request: Request, user: WebUser) -> Response:
    return JSONResponse({"by": user.name})


async def chainlit(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("chainlit")(scope, receive, send)


def gate(core: Memory, inner: object = chainlit) -> Gate:
    pages = Pages(lambda: INDEX, "/account/sign-in")
    return Gate(inner, core, pages, authenticate, sign_out, upload, upload)  # type: ignore[arg-type]


@pytest.fixture
def core() -> Memory:
    return Memory(pace=0)


@pytest.fixture
async def ada(core: Memory) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=[Mount("/chat", gate(core))])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub", cookies={"who": "ada"}) as client:
        yield client


async def test_leads_a_stranger_to_sign_in_and_back(ada: httpx.AsyncClient) -> None:
    ada.cookies.clear()
    answer = await ada.get("/chat/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/sign-in?next=/chat/")


async def test_leads_from_sign_in_only_back_into_the_chat(ada: httpx.AsyncClient) -> None:
    ada.cookies.clear()
    answers = [await ada.get("/chat/login", params={"next": n}) for n in ("/chat/thread/1", "//evil.example")]
    assert [a.headers["location"].split("=")[1] for a in answers] == ["/chat/thread/1", "/chat/"]


@pytest.mark.parametrize("path", ["/chat/user", "/chat/project/settings"])
async def test_refuses_a_strangers_call(ada: httpx.AsyncClient, path: str) -> None:
    ada.cookies.clear()
    assert (await ada.get(path)).status_code == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/chat/login"),
        ("POST", "/chat/auth/jwt"),
        ("POST", "/chat/auth/header"),
        ("GET", "/chat/auth/oauth/github"),
        ("POST", "/chat/mcp"),
        ("PUT", "/chat/feedback"),
        ("PUT", "/chat/project/thread/share"),
        ("PUT", "/chat/project/element"),
        ("GET", "/chat/copilot/index.js"),
        ("GET", "/chat/project/share/00000000-0000-0000-0000-000000000001"),
    ],
)
async def test_closes_what_the_hub_does_not_use(ada: httpx.AsyncClient, method: str, path: str) -> None:
    answer = await ada.request(method, path)
    assert answer.status_code in (303, 404)
    assert answer.text != "chainlit"


async def test_lets_chainlit_answer_what_is_on_the_list(ada: httpx.AsyncClient) -> None:
    answer = await ada.get("/chat/user")
    assert answer.text == "chainlit"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_gives_the_page_without_foreign_addresses_and_with_marked_scripts(ada: httpx.AsyncClient) -> None:
    answer = await ada.get("/chat/")
    nonce = answer.headers["content-security-policy"].split("'nonce-")[1].split("'")[0]
    assert f'<script nonce="{nonce}">' in answer.text
    assert "https://" not in answer.text


async def test_tells_the_page_who_is_a_guest(ada: httpx.AsyncClient) -> None:
    ada.cookies.set("who", "bob")
    assert 'data-guest="yes"' in (await ada.get("/chat/")).text


async def test_gives_a_thread_to_its_owner_alone(ada: httpx.AsyncClient, core: Memory) -> None:
    thread_id = uuid4()
    await core.accept(ADA, thread_id, uuid4(), "hello")
    own = await ada.get(f"/chat/thread/{thread_id}")
    ada.cookies.set("who", "bob")
    foreign = await ada.get(f"/chat/thread/{thread_id}")
    assert (own.status_code, foreign.status_code) == (200, 404)


async def test_gives_a_citation_as_a_page_or_as_data(ada: httpx.AsyncClient, core: Memory) -> None:
    await core.accept(ADA, uuid4(), uuid4(), "hello")
    page = await ada.get("/chat/citations/depends")
    data = await ada.get("/chat/citations/depends", headers={"accept": "application/json"})
    assert f'<mark id="quote">{data.json()["quote"]}</mark>' in page.text


async def test_hides_a_citation_from_others(ada: httpx.AsyncClient, core: Memory) -> None:
    await core.accept(ADA, uuid4(), uuid4(), "hello")
    ada.cookies.set("who", "bob")
    assert (await ada.get("/chat/citations/depends")).status_code == 404


async def test_refuses_a_change_that_another_site_asks_for(ada: httpx.AsyncClient) -> None:
    answers = [
        await ada.post("/chat/project/action", headers={"origin": origin})
        for origin in ("http://evil.example", "null", "http://hub")
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 200]


async def test_draws_an_avatar_that_holds_no_markup(ada: httpx.AsyncClient) -> None:
    answer = await ada.get("/chat/avatars/%3Cscript%3E")
    assert "&lt;</text>" in answer.text
    assert answer.headers["content-type"] == "image/svg+xml"


async def test_draws_a_coach_by_its_id_whatever_it_is_called(ada: httpx.AsyncClient) -> None:
    answer = await ada.get(f"/chat/avatars/{SPEAKER.coach_id}~Somebody Else")
    assert SPEAKER.avatar in answer.text
    assert SPEAKER.avatar not in (await ada.get(f"/chat/avatars/{UUID(int=5)}~{SPEAKER.name}")).text
    assert "🍵" in (await ada.get("/chat/avatars/🍵~Tea")).text


async def test_gives_a_file_to_its_owner_alone(ada: httpx.AsyncClient, core: Memory, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    await core.accept(ADA, uuid4(), uuid4(), "", (UploadedFile(tmp_path / "a.png", "a.png", "image/png", 8, "photo"),))
    [file_id] = core.files
    own = await ada.get(f"/chat/files/{file_id}")
    ada.cookies.set("who", "bob")
    foreign = await ada.get(f"/chat/files/{file_id}")
    assert (own.status_code, own.headers["content-type"], foreign.status_code) == (200, "image/png", 404)


@pytest.mark.parametrize("asked", [{}, {"range": "bytes=9-"}, {"range": "pages=1"}, {"range": "bytes=0-1"}])
async def test_leaves_nothing_of_a_file_behind(
    ada: httpx.AsyncClient, core: Memory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: dict[str, str]
) -> None:
    (tmp_path / "kept").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "kept"))
    file_id = uuid4()
    core.files[file_id] = ADA, "a.png", b"\x89PNG\r\n\x1a\n"
    answer = await ada.get(f"/chat/files/{file_id}", headers=asked)
    assert answer.status_code in (200, 206, 400, 416)
    assert not list((tmp_path / "kept").iterdir())


async def test_keeps_other_windows_away_from_the_page(ada: httpx.AsyncClient) -> None:
    assert (await ada.get("/chat/")).headers["cross-origin-opener-policy"] == "same-origin"


async def test_gives_a_chart_to_its_owner_alone(ada: httpx.AsyncClient, core: Memory) -> None:
    thread_id = uuid4()
    await core.accept(ADA, thread_id, uuid4(), "hello")
    core.arrive(ADA, thread_id, "news")
    [message_id] = [key for key, line in core.lines[thread_id].items() if line.chart]
    own = await ada.get(f"/chat/charts/{message_id}")
    ada.cookies.set("who", "bob")
    foreign = await ada.get(f"/chat/charts/{message_id}")
    assert (own.json()["data"][0]["type"], foreign.status_code) == ("bar", 404)


async def test_takes_an_upload_itself(ada: httpx.AsyncClient) -> None:
    assert (await ada.post("/chat/project/file")).json() == {"by": "Ada"}


class Line:
    """One end of a socket: plays frames in, keeps what comes out."""

    def __init__(self, *frames: str, **headers: str) -> None:
        self.frames = [{"type": "websocket.connect"}, *({"type": "websocket.receive", "text": f} for f in frames)]
        self.sent: list[Message] = []
        raw = [(name.encode(), value.encode()) for name, value in {"host": "hub", **headers}.items()]
        self.scope: Scope = {
            "type": "websocket", "path": "/chat/ws/socket.io/", "root_path": "/chat", "headers": raw,
        }  # fmt: skip

    async def receive(self) -> Message:
        return self.frames.pop(0)

    async def send(self, message: Message) -> None:
        self.sent.append(message)


@pytest.mark.parametrize("headers", [{}, {"cookie": "who=ada", "origin": "http://evil.example"}])
async def test_refuses_a_socket_of_a_stranger_or_another_site(core: Memory, headers: dict[str, str]) -> None:
    line = Line(**headers)
    await gate(core)(line.scope, line.receive, line.send)
    assert line.sent == [{"type": "websocket.close", "code": SIGNED_OUT}]


async def test_closes_an_open_socket_at_the_first_frame_after_sign_out(core: Memory) -> None:
    seen: list[str] = []

    async def echo(scope: Scope, receive: Receive, send: Send) -> None:
        while (message := await receive())["type"] != "websocket.disconnect":
            seen.append(message.get("text", ""))
            if message.get("text") == "first":
                scope["headers"] = []  # the cookie no longer names anybody

    line = Line("first", "second", cookie="who=ada")
    await gate(core, echo)(line.scope, line.receive, line.send)
    assert seen == ["", "first"]
    assert line.sent == [{"type": "websocket.close", "code": SIGNED_OUT}]
