"""The web chat over a line that is slow, falls silent or breaks, in a real Chromium over the core in memory."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, Route, WebSocketRoute, expect

from tests.ui.web.conftest import Hub, Person, Visit

pytestmark = pytest.mark.browser
CHIP = 'a[href="/chat/citations/depends"]'
RECONNECTING = 30_000  # milliseconds, an upper bound for a busy machine


class Line:
    """The way between a page and the hub, which can fall silent in either direction and then break."""

    def __init__(self) -> None:
        self.out = self.back = True
        self.ends: list[WebSocketRoute] = []

    async def lay(self, page: Page) -> None:
        await page.route_web_socket("**/ws/socket.io/**", self._open)

    def _open(self, end: WebSocketRoute) -> None:
        hub = end.connect_to_server()
        end.on_message(lambda said: hub.send(said) if self.out else None)
        hub.on_message(lambda said: end.send(said) if self.back else None)
        self.ends += [end]

    async def breaks(self) -> None:
        """Let the page notice, and open another."""
        self.out = self.back = True
        for end in self.ends:
            await end.close()
        self.ends.clear()


async def opened_over(line: Line, person: Person) -> None:
    await line.lay(person.page)
    await person.opens_chat()
    await person.says("First")
    await person.gets_an_answer()


async def test_a_deleted_chat_does_not_come_back(visit: Visit) -> None:
    ada = await visit()
    await ada.opens_chat()
    await ada.says("Secret")
    await ada.gets_an_answer()
    gone = ada.page.url
    await ada.page.locator("#thread-options").press("Enter")
    await ada.page.locator("#delete-thread").click()
    await ada.page.get_by_role("button", name="Confirm").click()
    await expect(ada.page.locator("#thread-history")).to_contain_text("Your chats will be listed here.")
    await expect(ada.page).to_have_url(re.compile("/chat/?$"))
    await ada.page.locator("#upload-button").wait_for()
    await expect(ada.page.locator("#stop-button")).to_have_count(0)
    await ada.says("Next")
    await ada.gets_an_answer()
    await expect(ada.page.locator('[data-step-type="user_message"]')).to_have_text(["Next"])
    await expect(ada.page).to_have_url(re.compile("/chat/thread/"))
    assert ada.page.url != gone


@pytest.mark.parametrize("silent", ["out", "back"])
async def test_a_message_said_into_a_dead_connection_arrives_once(visit: Visit, hub: Hub, silent: str) -> None:
    ada, line = await visit(), Line()
    await opened_over(line, ada)
    setattr(line, silent, False)
    await ada.says(f"Lost {silent} {ada.name}")
    await ada.page.wait_for_timeout(500)  # it is under way
    await line.breaks()
    said = ada.page.locator('[data-step-type="user_message"]')
    await expect(ada.page.get_by_text(f"Try 1: Lost {silent} {ada.name}.")).to_be_visible(timeout=RECONNECTING)
    await expect(said).to_have_text(["First", f"Lost {silent} {ada.name}"])
    await ada.page.locator("#chat-submit").wait_for()
    assert [accepted[1] for accepted in hub.control()].count(f"Lost {silent} {ada.name}") == 1


async def test_the_first_message_of_a_chat_survives_a_dead_connection(visit: Visit, hub: Hub) -> None:
    ada, line = await visit(), Line()
    await line.lay(ada.page)
    await ada.opens_chat()
    line.out = False
    await ada.says(f"Begin {ada.name}")
    await ada.page.wait_for_timeout(500)  # it is under way
    await line.breaks()
    await ada.gets_an_answer()
    await expect(ada.page.locator('[data-step-type="user_message"]')).to_have_count(1)
    assert [accepted[1] for accepted in hub.control()].count(f"Begin {ada.name}") == 1


async def test_a_new_wording_survives_a_dead_connection(visit: Visit) -> None:
    ada, line = await visit(), Line()
    await opened_over(line, ada)
    line.out = False
    asked = ada.page.locator('[data-step-type="user_message"]')
    await asked.hover()
    await asked.get_by_role("button", name="Edit this message").click()
    await ada.page.locator("#edit-chat-input").fill("Other")
    await ada.page.locator(".confirm-edit").click()
    await ada.page.wait_for_timeout(500)  # it is under way
    await line.breaks()
    await expect(ada.page.get_by_text("Try 2: Other.")).to_be_visible(timeout=RECONNECTING)
    await expect(asked).to_have_text(["Other"])


async def test_opens_though_the_first_call_of_the_page_is_never_answered(visit: Visit) -> None:
    ada = await visit()
    await ada.opens_chat()
    await ada.says("Hello")
    await ada.gets_an_answer()
    held: list[Route] = []

    async def first_is_held(route: Route) -> None:
        if held:
            return await route.continue_()
        held.append(route)

    await ada.page.route("**/set-session-cookie", first_is_held)
    await ada.page.reload()
    await ada.page.locator(CHIP).first.wait_for()
    await ada.says("There?")
    await expect(ada.page.get_by_text("Try 1: There?.")).to_be_visible(timeout=RECONNECTING)


async def test_takes_a_file_before_the_pages_last_socket_is_open(visit: Visit, hub: Hub, tmp_path: Path) -> None:
    ada = await visit()
    await ada.opens_chat()
    await ada.says("Hello")
    await ada.gets_an_answer()
    asked: list[Route] = []

    async def second_is_slow(route: Route) -> None:
        asked.append(route)
        if len(asked) == 2:
            await ada.page.wait_for_timeout(1500)
        await route.continue_()

    await ada.page.route("**/set-session-cookie", second_is_slow)
    await ada.page.reload()
    await ada.page.locator("#upload-button").wait_for()
    (tmp_path / "early.md").write_text("words")
    await ada.page.locator("#upload-button-input").set_input_files(tmp_path / "early.md")
    await ada.page.locator("#chat-submit:enabled").click()
    await expect(ada.page.get_by_text("I have read early.md")).to_be_visible(timeout=RECONNECTING)
    assert hub.control()[-1][2] == ["early.md"]


async def test_a_file_that_the_hub_lost_is_named(visit: Visit, hub: Hub, tmp_path: Path) -> None:
    ada, line = await visit(), Line()
    await opened_over(line, ada)
    (tmp_path / "more.md").write_text("words")
    await ada.page.route("**/project/file**", lambda route: route.fulfill(json={"id": "3"}))
    await ada.page.locator("#upload-button-input").set_input_files(tmp_path / "more.md")
    await ada.says(f"Learn {ada.name}")
    await expect(ada.page.get_by_text("more.md was lost when the connection broke. Attach it again.")).to_be_visible()
    assert f"Learn {ada.name}" not in [accepted[1] for accepted in hub.control()]


async def test_what_the_page_asks_wrongly_is_no_fault_of_the_hub(visit: Visit) -> None:
    ada = await visit()
    await ada.opens_chat()
    await ada.says("Hello")
    await ada.gets_an_answer()
    thread = ada.page.url.rpartition("/")[2]
    asked = ada.page.context.request
    listed = [
        await asked.post(f"{ada.hub.url}/chat/project/threads", data={"pagination": page, "filter": words})
        for page, words in (({"first": -1}, {}), ({"first": 0}, {}), ({"first": 9}, {"search": "He\0llo"}))
    ]
    named = await asked.put(f"{ada.hub.url}/chat/project/thread", data={"threadId": thread, "name": "To\0day"})
    assert [answer.status for answer in (*listed, named)] == [200, 200, 200, 200]
    assert [thread["name"] for thread in (await listed[2].json())["data"]] == ["Hello"]
