"""A visit through Microsoft's own stand-in for Teams: the Agents Playground, by its API and in a browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from bots.teams.cards import ACTION
from tests.hub.process import Hub, new_hub
from tests.playground.server import Place, Playground, Reply, missing, open_playground

pytestmark = [pytest.mark.browser, pytest.mark.skipif(bool(missing()), reason=missing() or "never")]
PATIENCE = 90


@pytest.fixture(scope="module")
async def bot_hub(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    """A hub that takes activities without a proof, as the Playground sends them."""
    running = new_hub(tmp_path_factory.mktemp("playground") / "data", EVERMYND_TEAMS_ALLOW_ANONYMOUS="true")
    try:
        await running.start()
        yield running
    finally:
        await running.stop()


@pytest.fixture(scope="module")
async def playground(bot_hub: Hub) -> AsyncIterator[Playground]:
    """The Playground before that hub."""
    async with open_playground(f"{bot_hub.url}/api/messages") as opened:
        yield opened


class Seat:
    """Somebody before the Playground, in one of its chats."""

    def __init__(self, playground: Playground, place: Place = "personal") -> None:
        self.playground = playground
        self.place: Place = place

    async def say(self, text: str) -> Reply:
        """Write something, and give the answer once it is finished."""
        known = self.known()
        await self.playground.says(text, self.place)
        return await self.answer(known)

    async def press(self, reply: Reply, title: str) -> Reply:
        """Press a button, and give the answer."""
        known = self.known()
        await self.playground.submits(reply, data_of(reply, title))
        return await self.answer(known)

    async def answer(self, known: set[str]) -> Reply:
        def finished() -> Reply | None:
            new = [each for each in self.replies() if each.id not in known]
            return next((each for each in new if words_of(each) not in ("", "…")), None)

        found = await self.playground.until(finished, PATIENCE)
        assert found is not None
        return found

    def known(self) -> set[str]:
        return {each.id for each in self.replies()}

    def replies(self) -> list[Reply]:
        """Give what the bot wrote there, in the threads of a channel too."""
        place = self.playground.chat(self.place)
        return [each for each in self.playground.replies() if each.conversation.partition(";")[0] == place]


def actions_of(reply: Reply) -> list[dict[str, Any]]:
    """Give what can be pressed below a message."""
    elements = [element for card in reply.cards for element in card.get("body", [])]
    return [action for element in elements for action in element.get("actions", [])]


def data_of(reply: Reply, title: str) -> dict[str, Any]:
    return next(action["data"] for action in actions_of(reply) if action["title"] == title)


def words_of(reply: Reply) -> str:
    """Give what is read on a message, cards included."""
    elements = [element for card in reply.cards for element in card.get("body", [])]
    runs = [run["text"] for element in elements for run in element.get("inlines", [])]
    return reply.text + "".join(runs)


async def test_an_installation_a_question_a_press_and_a_group(playground: Playground, bot_hub: Hub):
    ann = Seat(playground)
    await playground.installs()
    hello = await ann.answer(set())
    assert "Guide" in words_of(hello)
    answer = await ann.say("What can you do?")
    assert words_of(answer)
    pressed = await ann.press(hello, actions_of(hello)[0]["title"])
    assert data_of(hello, actions_of(hello)[0]["title"])[ACTION] and words_of(pressed)
    assert words_of(await Seat(playground, "group").say("What can you do?"))
    assert words_of(await Seat(playground, "channel").say("What can you do?"))
    assert "Traceback" not in bot_hub.log()


async def test_the_page_shows_it_and_its_buttons_are_pressed(playground: Playground, chromium: Browser, pictures: Path):
    page = await chromium.new_page(viewport={"width": 1280, "height": 1200})
    page.set_default_timeout(PATIENCE * 1000)
    expect.set_options(timeout=PATIENCE * 1000)
    try:
        await page.goto(playground.url)
        await page.get_by_role("button", name="Browse the coaches").last.click()
        await write(page, "What is EverMynd?")
        await page.get_by_role("button", name="[1]").last.click()
        await expect(page.get_by_text("EverMynd").last).to_be_visible()
        await write(page, "/help")
        await expect(page.get_by_text("/digest").last).to_be_visible()
        await page.screenshot(path=pictures / "teams-playground.png", animations="disabled")
    finally:
        await page.close()


async def write(page: Page, text: str) -> None:
    """Write a message on the page and send it."""
    await page.get_by_role("textbox").last.click()
    await page.keyboard.type(text)
    await page.keyboard.press("Enter")
