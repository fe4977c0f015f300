"""Somebody with a browser of their own, and what they do in the chat."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import Browser, ConsoleMessage, Locator, Page, ViewportSize, expect

from tests.hub.process import Hub

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE = 90_000  # milliseconds, an upper bound for a busy machine
LEARNING = 240_000
PASSWORD = "seven violet teapots"
DESK, PHONE = ViewportSize(width=1280, height=860), ViewportSize(width=390, height=844)
_NOISE = re.compile("closed before the connection is established")  # the page's first socket, of two it opens
_HOST_AWAY = re.compile("WebSocket|ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET")


@dataclass(slots=True)
class Visitor:
    """A person before the page; everything the page asked for, and every fault in it, is kept."""

    page: Page
    hub: Hub
    pictures: Path
    asked: list[str] = field(default_factory=list[str])
    faults: list[str] = field(default_factory=list[str])

    def asked_elsewhere(self) -> list[str]:
        """What was asked of anybody but the hub."""
        here = {urlsplit(self.hub.url).netloc, ""}
        return [url for url in self.asked if urlsplit(url).netloc not in here]

    def forgive_the_pause(self) -> None:
        """Forget faults that only say the hub was away, after a restart."""
        self.faults[:] = [fault for fault in self.faults if not _HOST_AWAY.search(fault)]

    async def sign_up(self, name: str, email: str) -> None:
        """Make an account and wait for the empty chat."""
        await self.page.goto(f"{self.hub.url}/account/sign-up")
        for field_name, value in (("name", name), ("email", email), ("password", PASSWORD)):
            await self.page.fill(f"input[name={field_name}]", value)
        await self.page.get_by_role("button", name="Create account").click()
        await self.page.wait_for_url("**/chat/**")
        await self.ready()

    async def ready(self) -> None:
        """Wait until the chat can be written in."""
        await self.page.locator("#upload-button").wait_for()  # it carries another id until the socket is open

    @property
    def answers(self) -> Locator:
        """What the hub said in this thread."""
        return self.page.locator('[data-step-type="assistant_message"]')

    @property
    def panel(self) -> Locator:
        """The passage beside the chat."""
        return self.page.locator("#em-passage")

    async def say(self, text: str) -> str:
        """Write a message, send it with Enter, and give the answer."""
        before = await self.spoken.count()
        await self.page.locator("#chat-input").fill(text)
        await self.page.locator("#chat-submit:enabled").wait_for()
        await self.page.locator("#chat-input").press("Enter")
        return await self.answer(text, before)

    async def press(self, label: str) -> str:
        """Press the latest button with this label, and give the answer."""
        before = await self.spoken.count()
        await self.page.get_by_role("button", name=label, exact=True).last.click()
        return await self.answer(label, before)

    @property
    def spoken(self) -> Locator:
        """What the person wrote or pressed, as the thread shows it."""
        return self.page.locator('[data-step-type="user_message"]')

    async def answer(self, text: str, before: int) -> str:
        """Wait until the text stands below `before` others, is answered, and the turn is over; give the answer."""
        await self.spoken.nth(before).wait_for()
        await expect(self.spoken.last).to_contain_text(text)
        await expect(self.page.locator("[data-step-type]").last).to_have_attribute(
            "data-step-type", "assistant_message"
        )
        await self.page.locator("#chat-submit").wait_for()
        return await self.answers.last.inner_text()

    async def attach(self, *files: Path) -> None:
        """Choose files, and send them once they are uploaded."""
        await self.page.evaluate("document.querySelector('#upload-button-input').value = ''")
        await self.page.locator("#upload-button-input").set_input_files(files)
        await self.page.locator("#chat-submit:enabled").click()

    async def watch_until(self, text: str) -> Sequence[str]:
        """Give everything the last message said, one revision after another, until it says this."""
        seen: list[str] = []
        await self.page.evaluate(_WATCH)
        await expect(self.answers.last).to_contain_text(text, timeout=LEARNING)
        for said in await self.page.evaluate("window.seen"):
            if not seen or seen[-1] != said:
                seen.append(said)
        return seen

    async def picture(self, name: str) -> None:
        """Take a picture of the page as it is."""
        await self.page.evaluate("document.fonts.ready")
        await self.page.screenshot(path=self.pictures / f"{name}.png", animations="disabled")


_WATCH = """() => {
  window.seen = [];
  const look = () => {
    const answers = document.querySelectorAll('[data-step-type="assistant_message"]');
    window.seen.push(answers[answers.length - 1]?.innerText ?? '');
  };
  look();
  new MutationObserver(look).observe(document.body, {childList: true, subtree: true, characterData: true});
}"""


@asynccontextmanager
async def open_visitor(hub: Hub, browser: Browser, pictures: Path) -> AsyncGenerator[Visitor]:
    """Open a browser window of somebody's own."""
    context = await browser.new_context(viewport=DESK, reduced_motion="reduce", color_scheme="light")
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    arrived = Visitor(page, hub, pictures)

    def noticed(message: ConsoleMessage) -> None:
        if message.type == "error" and not _NOISE.search(message.text):
            arrived.faults.append(message.text)

    page.on("request", lambda request: arrived.asked.append(request.url))
    page.on("websocket", lambda opened: arrived.asked.append(opened.url))
    page.on("pageerror", lambda error: arrived.faults.append(str(error)))
    page.on("console", noticed)
    try:
        yield arrived
    finally:
        await context.close()
