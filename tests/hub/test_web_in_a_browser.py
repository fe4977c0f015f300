"""The completed web chat as a person meets it: opinions, rewording, pictures, voice, a digest, and a coach's page."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from aiohttp import web
from playwright.async_api import Browser, Page, Route, async_playwright, expect

from conversation import inbox, outbox
from conversation.message import Chart, Reply, Series
from knowledge.db import open_database
from tests.hub.process import Hub, new_hub
from tests.hub.visitor import DESK, FLAGS, PHONE, Visitor, open_visitor
from ui.web.places import address_of

pytestmark = pytest.mark.browser
EARS = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
TEA = """# Brewing

Green tea steeps for two minutes in water of eighty degrees, or it turns bitter.

Black tea steeps for four minutes in boiling water.
"""
GREEN, BLACK = "How long does green tea steep?", "How long does black tea steep?"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d4944415478da63fcffff3f0300090300f9a1d7e10000000049454e44ae426082"
)
CHART = Chart("Cups a day", ("Mon", "Tue", "Wed"), (Series("Green", (2, 3, 1)), Series("Black", (1, 1, 4))))


@pytest.fixture
async def endpoint() -> AsyncGenerator[str]:
    """A model endpoint that hears the same words in every recording, and does nothing else."""

    async def hear(request: web.Request) -> web.Response:
        file = (await request.post())["file"]
        assert isinstance(file, web.FileField)
        assert file.file.read(4) == b"RIFF"
        return web.json_response({"text": BLACK})

    async def refuse(request: web.Request) -> web.Response:
        return web.json_response({"error": {"message": "busy"}}, status=500)

    app = web.Application(client_max_size=1 << 26)
    app.router.add_post("/v1/audio/transcriptions", hear)
    app.router.add_route("*", "/{anything:.*}", refuse)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    await runner.cleanup()


@pytest.fixture
async def listening(endpoint: str, tmp_path: Path) -> AsyncIterator[Hub]:
    """A hub that listens to recordings."""
    given = {"OPENAI_API_KEY": "none", "OPENAI_BASE_URL": endpoint, "AUDIO_MODEL": "ear"}
    running = new_hub(tmp_path / "data", **{f"EVERMYND_{name}": value for name, value in given.items()})
    try:
        await running.start()
        yield running
    finally:
        await running.stop()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium with a microphone that beeps."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no chromium on this machine; name one in CHROMIUM")
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=program, args=FLAGS + EARS)
        yield opened
        await opened.close()


async def test_the_completed_chat(listening: Hub, browser: Browser, pictures: Path, tmp_path: Path) -> None:
    async with open_visitor(listening, browser, pictures) as ada:
        await teaches(ada, tmp_path)
        await says_what_she_thinks(ada)
        await asks_otherwise(ada)
        await opens_over_a_fickle_network(ada)
        await shows_a_picture(ada, tmp_path)
        await speaks(ada)
        await hears_of_a_digest_elsewhere(ada)
        await visits_the_coach(ada)
    assert ada.asked_elsewhere() == []
    assert ada.faults == []
    assert "Traceback" not in listening.log()


async def teaches(ada: Visitor, folder: Path) -> None:
    await ada.sign_up("Ada", "ada@example.org")
    await ada.say("/creator Tea Master")
    (folder / "tea.md").write_text(TEA)
    await ada.attach(folder / "tea.md")
    await ada.watch_until("What I learned from tea.md")
    await ada.page.goto(f"{ada.hub.url}/chat/")
    await ada.ready()


async def says_what_she_thinks(ada: Visitor) -> None:
    assert "two minutes" in await ada.say(GREEN)
    await expect(ada.page.locator("a.em-by").last).to_have_text("Tea Master")
    thumb = ada.page.get_by_role("button", name="A good answer", exact=True).last
    await thumb.click()
    await expect(thumb).to_have_attribute("aria-pressed", "true")
    await ada.picture("web-01-opinion")
    await ada.page.reload()
    await expect(thumb).to_have_attribute("aria-pressed", "true")
    await thumb.click()
    await expect(thumb).to_have_attribute("aria-pressed", "false")


async def asks_otherwise(ada: Visitor) -> None:
    await ada.say("Who are you?")
    first = ada.spoken.first
    await first.hover()
    await first.get_by_role("button", name="Edit this message").click()
    await ada.page.locator("#edit-chat-input").fill(BLACK)
    await ada.page.locator(".confirm-edit").click()
    await expect(ada.answers.first).to_contain_text("four minutes")
    await expect(ada.spoken).to_have_count(2)
    await expect(ada.answers).to_have_count(2)
    await ada.page.locator("#chat-submit").wait_for()
    await ada.page.get_by_role("button", name="Answer again").first.click()
    await ada.page.locator("#stop-button").wait_for()
    await ada.page.locator("#chat-submit").wait_for()
    await expect(ada.answers.first).to_contain_text("four minutes")
    await ada.picture("web-02-reworded")
    await ada.page.reload()
    await ada.ready()
    await expect(ada.spoken.first).to_contain_text(BLACK)
    await expect(ada.answers).to_have_count(2)


async def opens_over_a_fickle_network(ada: Visitor) -> None:
    """The page registers its session twice while it loads; the answer to the first comes after that to the second."""
    asked: list[str] = []

    async def first_comes_last(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            await asyncio.sleep(2)  # seconds, longer than the second takes
        await route.continue_()

    await ada.page.route("**/set-session-cookie", first_comes_last)
    await ada.page.reload()
    await ada.ready()
    await expect(ada.answers).to_have_count(2)
    await ada.page.wait_for_timeout(3000)  # until the first has come
    assert len(asked) > 1
    await ada.page.unroute("**/set-session-cookie")


async def shows_a_picture(ada: Visitor, folder: Path) -> None:
    (folder / "leaf.png").write_bytes(PIXEL)
    await ada.attach(folder / "leaf.png")
    picture = ada.page.locator("img.inline-image").first
    await expect(picture).to_be_visible()
    await expect(picture).to_have_js_property("naturalWidth", 1)
    await ada.page.locator("#chat-submit").wait_for()


async def speaks(ada: Visitor) -> None:
    await ada.page.get_by_role("button", name="Record a message").click()
    stop = ada.page.get_by_role("button", name="Stop and send")
    await stop.wait_for()
    await ada.page.wait_for_timeout(1500)  # somebody speaks
    await ada.picture("web-03-recording")
    await stop.click()
    await expect(ada.spoken.last).to_contain_text(BLACK)
    await expect(ada.answers.last).to_contain_text("four minutes")
    await expect(ada.spoken.last.locator("audio")).to_be_visible()
    await ada.picture("web-04-spoken")


async def hears_of_a_digest_elsewhere(ada: Visitor) -> None:
    thread_id = UUID(ada.page.url.rpartition("/")[2])
    await ada.page.goto(f"{ada.hub.url}/chat/")
    await ada.ready()
    async with open_database(ada.hub.settings.database_url or "", size=1) as database, database.system() as connection:
        digest = Reply("**Your digest** is there.", coach_name="Tea Master", avatar="🍵", chart=CHART)
        await outbox.append(
            connection, inbox.conversation_of(address_of(thread_id)), f"digest:{uuid4()}", digest, "proactive"
        )
        await outbox.notify(connection)
    arrival = ada.page.locator(".em-arrival a")
    await expect(arrival).to_contain_text("Your digest is there.")
    await expect(ada.page.locator("li.em-unread")).to_have_count(1)
    await ada.picture("web-05-arrived")
    await arrival.click()
    await expect(ada.page.locator(".js-plotly-plot")).to_have_attribute("aria-label", "Bar chart: Cups a day")
    await expect(ada.page.locator("li.em-unread")).to_have_count(0)
    await ada.page.locator(".em-numbers summary").click()
    await expect(ada.page.get_by_role("cell", name="4", exact=True)).to_be_visible()
    await looks_at_it_otherwise(ada.page, ada)


async def looks_at_it_otherwise(page: Page, ada: Visitor) -> None:
    await ada.picture("web-06-chart")
    await page.evaluate("localStorage.setItem('vite-ui-theme', 'dark')")
    await page.reload()
    await page.locator(".js-plotly-plot").wait_for()
    await ada.picture("web-07-dark")
    await page.set_viewport_size(PHONE)
    await ada.picture("web-08-phone")
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    await page.evaluate("localStorage.setItem('vite-ui-theme', 'light')")
    await page.set_viewport_size(DESK)
    await page.reload()
    await ada.ready()


async def visits_the_coach(ada: Visitor) -> None:
    await ada.page.locator("a.em-by").first.click()
    await ada.page.wait_for_url("**/coaches/**")
    await expect(ada.page.get_by_role("heading", name="Tea Master")).to_be_visible()
    await ada.picture("web-09-coach")
    await ada.page.set_viewport_size(PHONE)
    await ada.picture("web-10-coach-phone")
    await ada.page.set_viewport_size(DESK)
    await ada.page.get_by_role("button", name="Talk with Tea Master").click()
    await ada.page.wait_for_url("**/chat/thread/**")
    await expect(ada.answers.last).to_contain_text("You are talking with Tea Master now")
    await ada.picture("web-11-talk")
