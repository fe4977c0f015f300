"""The web chat as a process of its own and a real Chromium before it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import httpx
import pytest
from playwright.async_api import Browser, Locator, Page, async_playwright

from tests.ui.web.memory import COACH, Memory
from tests.ui.web.tab import Tab, opened

ROOT = Path(__file__).parents[3]
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
FOREIGN_NAMES = {
    "DATABASE_URL": "postgresql://nowhere/none",
    "LITERAL_API_KEY": "none",
    "SLACK_BOT_TOKEN": "none",
    "SLACK_SIGNING_SECRET": "none",
    "TEAMS_APP_ID": "none",
    "TEAMS_APP_PASSWORD": "none",
    "RUN": "none",
}


@dataclass(slots=True)
class Hub:
    """The running demo: its address and the folder Chainlit was given."""

    url: str
    folder: Path
    log: Path

    def control(self, **changes: Any) -> list[list[Any]]:
        """Change the fake core and read what it has accepted."""
        return httpx.post(f"{self.url}/control", json=changes).json()["accepted"]


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """Start the demo among environment names that Chainlit would misread."""
    folder = tmp_path_factory.mktemp("web")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = Hub(f"http://127.0.0.1:{port}", folder, folder / "demo.log")
    command = [sys.executable, "-m", "tests.ui.web.demo", str(port), str(folder / "root")]
    (folder / "root").mkdir()
    with running.log.open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, env=os.environ | FOREIGN_NAMES)
    try:
        _wait(running, process)
        yield running
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _wait(running: Hub, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx.get(f"{running.url}/chat/public/theme.json").raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"the demo did not start:\n{running.log.read_text()}")


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Open Chromium once for all browser tests."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no chromium on this machine; name one in CHROMIUM")
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        await opened.close()


@pytest.fixture
def core() -> Memory:
    """Give a core that answers at once."""
    return Memory(pace=0)


@pytest.fixture
async def tab(core: Memory) -> AsyncIterator[Tab]:
    """Open a tab at a new thread."""
    made = await opened(core, uuid4())
    yield made
    made.view.rest()


@dataclass(slots=True)
class Person:
    """Somebody with a browser of their own; everything the page asked for is kept."""

    name: str
    page: Page
    hub: Hub
    asked: list[str] = field(default_factory=list[str])
    faults: list[str] = field(default_factory=list[str])

    async def opens_chat(self) -> None:
        """Open an empty chat and wait until it can be written in."""
        await self.page.goto(f"{self.hub.url}/chat/")
        await self.page.locator("#upload-button").wait_for()  # it carries another id until the socket is open

    async def says(self, text: str) -> None:
        """Write a message and send it with Enter."""
        await self.page.locator("#chat-input").fill(text)
        await self.page.locator("#chat-submit:enabled").wait_for()
        await self.page.locator("#chat-input").press("Enter")

    async def gets_an_answer(self) -> None:
        """Wait until an answer stands with its sources."""
        await self.page.locator('a[href$="#source"]').first.wait_for()
        await self.page.locator("#chat-submit").wait_for()

    @property
    def passage(self) -> Locator:
        """The panel beside the chat."""
        return self.page.locator("#em-passage")


class Visit(Protocol):
    """A way to come as somebody new."""

    async def __call__(self, kind: str = "ada", width: int = 1280, height: int = 800, theme: str = "light") -> Person:
        """Open a browser of their own for a new person; a kind of "guest" is a guest."""
        ...


@pytest.fixture
async def visit(hub: Hub, browser: Browser) -> AsyncIterator[Visit]:
    """Give a way to come as somebody new; afterwards nothing foreign was fetched and no script failed."""
    hub.control(pace=0.02, refusing="", signed_out=[], called=COACH)
    people: list[Person] = []
    async with AsyncExitStack() as stack:

        async def come(kind: str = "ada", width: int = 1280, height: int = 800, theme: str = "light") -> Person:
            person = await stack.enter_async_context(_person(hub, browser, kind, width, height, theme))
            people.append(person)
            return person

        yield come
    for person in people:
        foreign = [url for url in person.asked if not url.startswith((hub.url, "data:", "blob:", "ws://127.0.0.1"))]
        assert foreign == []
        assert person.faults == []


@asynccontextmanager
async def _person(hub: Hub, browser: Browser, kind: str, width: int, height: int, theme: str) -> AsyncGenerator[Person]:
    context = await browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    name = f"{kind}-{uuid4().hex[:8]}"
    await context.add_cookies([{"name": "who", "value": name, "url": hub.url}])
    await context.add_init_script(f"localStorage.setItem('vite-ui-theme', '{theme}')")
    page = await context.new_page()
    page.set_default_timeout(15_000)
    person = Person(name, page, hub)
    page.on("request", lambda request: person.asked.append(request.url))
    page.on("websocket", lambda opened: person.asked.append(opened.url))
    page.on("pageerror", lambda error: person.faults.append(str(error)))
    try:
        yield person
    finally:
        await context.close()
