"""What was written and not taken by the hub, in a real Chromium: a reload, or signing in anew, loses nothing."""

import asyncio
import re

import pytest
from playwright.async_api import Page, expect

from tests.ui.web.conftest import Hub, Person, Visit

pytestmark = pytest.mark.browser
REFUSAL = "The disk is full, so nothing new can be kept."
NETWORK = """
  const through = WebSocket.prototype.send;
  window.sockets = new Set();
  WebSocket.prototype.send = function (data) {
    window.sockets.add(this);
    const asked = String(data);
    const anew = window.asleep && asked.startsWith('40{') && JSON.parse(asked.slice(2));
    if (anew) data = `40${JSON.stringify({ ...anew, sessionId: crypto.randomUUID() })}`;
    if (!window.dead || !/_message"/.test(asked)) through.call(this, data);
  };
"""

NOTHING_KEPT = """
  new Promise((done) => {
    const look = () => (sessionStorage.getItem('evermynd-untaken') ? setTimeout(look, 20) : done());
    look();
  })
"""
FULL = """
  const keep = Storage.prototype.setItem;
  Storage.prototype.setItem = function (key, value) {
    if (key === 'evermynd-untaken') throw new DOMException('no room', 'QuotaExceededError');
    keep.call(this, key, value);
  };
"""


async def cut(page: Page) -> None:
    """Let the network swallow without a word what is written before the next reload."""
    await page.evaluate("window.dead = true")


async def sleeps(page: Page) -> None:
    """Have the tab come back under a session that the hub does not know."""
    await page.evaluate("window.asleep = true; for (const socket of window.sockets) socket.close()")


async def kept(page: Page) -> str:
    return await page.evaluate("sessionStorage.getItem('evermynd-untaken') ?? ''")


def said(hub: Hub) -> list[str]:
    return [text for _, text, *_ in hub.control()]


async def somebody(visit: Visit) -> Person:
    """Come with a network that can be cut, and ask a first question."""
    ada = await visit()
    await ada.page.add_init_script(NETWORK)
    await ada.opens_chat()
    await ada.says("Hello")
    await ada.gets_an_answer()
    return ada


async def test_a_message_that_the_network_swallowed_is_said_after_a_reload(visit: Visit, hub: Hub) -> None:
    ada = await somebody(visit)
    await cut(ada.page)
    await ada.says("Does anybody hear me?")
    await expect(ada.page.get_by_text("Does anybody hear me?")).to_be_visible()
    assert "Does anybody hear me?" not in said(hub)
    await ada.page.reload()
    await expect(ada.page.get_by_text("Try 1: Does anybody hear me?")).to_be_visible()
    assert said(hub).count("Does anybody hear me?") == 1
    assert await kept(ada.page) == ""


async def test_a_swallowed_first_message_begins_its_chat_after_a_reload(visit: Visit, hub: Hub) -> None:
    ada = await visit()
    await ada.page.add_init_script(NETWORK)
    await ada.opens_chat()
    await cut(ada.page)
    await ada.says("The very first words")
    await ada.page.reload()
    await expect(ada.page).to_have_url(re.compile("/chat/thread/"))
    await ada.gets_an_answer()
    assert said(hub).count("The very first words") == 1


async def test_a_swallowed_wording_is_said_after_a_reload(visit: Visit, hub: Hub) -> None:
    ada = await somebody(visit)
    await cut(ada.page)
    await ada.page.locator('[data-step-type="user_message"]').hover()
    await ada.page.locator(".edit-message").click()
    await ada.page.locator("#edit-chat-input").fill("Good bye")
    await ada.page.locator(".confirm-edit").click()
    await ada.page.reload()
    await expect(ada.page.get_by_text("Try 2: Good bye.")).to_be_visible()
    assert await kept(ada.page) == ""


async def test_what_was_refused_is_there_after_a_reload_until_it_is_let_go(visit: Visit, hub: Hub) -> None:
    ada = await somebody(visit)
    hub.control(refusing=REFUSAL)
    await ada.says("Keep this")
    await expect(ada.page.get_by_text(REFUSAL)).to_be_visible()
    await ada.page.reload()
    await expect(ada.page.get_by_text(REFUSAL)).to_have_count(1)
    await ada.page.get_by_role("button", name="Discard").click()
    await expect(ada.page.get_by_text("Keep this", exact=True)).to_have_count(0)
    await expect(ada.page.get_by_text(REFUSAL)).to_have_count(0)
    assert await kept(ada.page) == ""
    hub.control(refusing="")
    await ada.page.reload()
    await expect(ada.page.get_by_text("Try 1: Hello.")).to_be_visible()
    await ada.says("Something else")
    await expect(ada.page.get_by_text("Try 1: Something else.")).to_be_visible()
    assert "Keep this" not in said(hub)


async def test_what_was_said_after_the_session_ended_is_said_once_signed_in_anew(visit: Visit, hub: Hub) -> None:
    ada = await somebody(visit)
    hub.control(signed_out=[ada.name])
    chat = ada.page.url
    await ada.says("Anybody home?")
    await ada.page.wait_for_url(re.compile(r"/account/sign-in\?next=/chat/thread/"))
    assert chat.endswith(ada.page.url.partition("next=")[2])
    hub.control(signed_out=[])
    await ada.page.goto(chat)
    await expect(ada.page.get_by_text("Try 1: Anybody home?")).to_be_visible()


async def test_what_somebody_else_wrote_in_this_tab_is_not_said(visit: Visit, hub: Hub) -> None:
    ada = await visit()
    await ada.page.add_init_script(NETWORK)
    await ada.opens_chat()
    await cut(ada.page)
    await ada.says("For my eyes only")
    assert "For my eyes only" in await kept(ada.page)
    await ada.page.context.add_cookies([{"name": "who", "value": f"bob-{ada.name}", "url": hub.url}])
    await ada.opens_chat()
    assert await kept(ada.page) == ""
    await ada.says("Hello from Bob")
    await ada.gets_an_answer()
    assert "For my eyes only" not in said(hub)


async def test_a_tab_says_nothing_under_the_name_of_who_signed_in_in_another(visit: Visit, hub: Hub) -> None:
    ada = await visit()
    await ada.page.add_init_script(NETWORK)
    await ada.opens_chat()
    await cut(ada.page)
    await ada.says("For my eyes only")
    await ada.page.context.add_cookies([{"name": "who", "value": f"bob-{ada.name}", "url": hub.url}])
    async with ada.page.expect_event("load"):
        await sleeps(ada.page)
    await ada.page.locator("#upload-button").wait_for()
    await ada.says("Hello from Bob")
    await ada.gets_an_answer()
    assert "For my eyes only" not in said(hub)
    assert await kept(ada.page) == ""


async def test_who_signs_out_leaves_nothing_behind(visit: Visit) -> None:
    ada = await somebody(visit)
    await cut(ada.page)
    await ada.says("For my eyes only")
    await ada.page.locator("#user-nav-button").click()
    await ada.page.get_by_role("menuitem", name="Sign out").click()
    await ada.page.wait_for_url(re.compile("/account/sign-in"))
    assert await kept(ada.page) == ""


async def test_what_a_new_chat_refused_does_not_follow_into_the_next(visit: Visit, hub: Hub) -> None:
    ada = await visit()
    await ada.opens_chat()
    hub.control(refusing=REFUSAL)
    await ada.says("Begin with this")
    await expect(ada.page.get_by_text(REFUSAL)).to_be_visible()
    hub.control(refusing="")
    await ada.page.locator("#new-chat-button").first.click()
    if await ada.page.get_by_role("button", name="Confirm").count():
        await ada.page.get_by_role("button", name="Confirm").click()
    await expect(ada.page.get_by_text(REFUSAL)).to_have_count(0)
    await ada.page.locator("#upload-button").wait_for()
    await ada.says("Another matter")
    await ada.gets_an_answer()
    assert "Another matter" in said(hub)
    assert "Begin with this" not in said(hub)


async def test_what_was_to_begin_a_chat_is_not_said_in_another_that_loads(visit: Visit, hub: Hub) -> None:
    ada = await somebody(visit)
    chat = ada.page.url
    await ada.opens_chat()
    await cut(ada.page)
    await ada.says("A chat of its own")
    await ada.page.goto(chat)
    await expect(ada.page.get_by_text("Try 1: Hello.")).to_be_visible()
    await ada.says("Still here?")
    await expect(ada.page.get_by_text("Try 1: Still here?")).to_be_visible()
    assert "A chat of its own" not in said(hub)
    await ada.opens_chat()
    await expect(ada.page.get_by_text("Try 1: A chat of its own.")).to_be_visible()


async def test_what_was_refused_in_a_chat_goes_with_it(visit: Visit, hub: Hub) -> None:
    ada = await somebody(visit)
    hub.control(refusing=REFUSAL)
    await ada.says("Keep this")
    await expect(ada.page.get_by_text(REFUSAL)).to_be_visible()
    assert "Keep this" in await kept(ada.page)
    await ada.page.locator("#thread-history li #thread-options").first.click()
    await ada.page.locator("#delete-thread").click()
    await ada.page.get_by_role("button", name="Confirm").click()
    await ada.page.wait_for_url(re.compile("/chat/?$"))
    assert await kept(ada.page) == ""


async def test_what_was_written_to_a_chat_that_cannot_be_opened_is_let_go(visit: Visit, hub: Hub) -> None:
    ada = await somebody(visit)
    await cut(ada.page)
    await ada.says("Are you there?")
    other = await ada.page.context.new_page()
    await other.goto(f"{hub.url}/chat/")
    await other.locator("#thread-history li #thread-options").first.click()
    await other.locator("#delete-thread").click()
    await other.get_by_role("button", name="Confirm").click()
    await expect(ada.page.get_by_text("What you write now begins a new one.")).to_be_visible()
    assert "Are you there?" in await kept(ada.page)
    await sleeps(ada.page)
    async with asyncio.timeout(10):
        await ada.page.evaluate(NOTHING_KEPT)


async def test_what_is_kept_in_another_shape_is_let_go(visit: Visit, hub: Hub) -> None:
    ada = await somebody(visit)
    person = await ada.page.evaluate("document.documentElement.dataset.person")
    shapes = '[null, 7, ["client_message x", null], ["client_message y", {at: Date.now(), event: "client_message"}]]'
    keep = "person => sessionStorage.setItem('evermynd-untaken', JSON.stringify({person, said: SHAPES}))"
    await ada.page.evaluate(keep.replace("SHAPES", shapes), person)
    await ada.opens_chat()
    assert await kept(ada.page) == ""
    await ada.says("Does this work?")
    await ada.gets_an_answer()


@pytest.mark.parametrize("pressed", ["Try again", "Discard"])
async def test_a_pressed_button_that_is_gone_leaves_the_focus_to_the_composer(
    visit: Visit, hub: Hub, pressed: str
) -> None:
    ada = await somebody(visit)
    hub.control(refusing=REFUSAL)
    await ada.says("Press this")
    button = ada.page.get_by_role("button", name=pressed)
    await button.focus()
    hub.control(refusing="")
    await button.press("Enter")
    await expect(button).to_have_count(0)
    await expect(ada.page.locator("#chat-input")).to_be_focused()


async def test_the_page_does_not_change_its_language_while_it_alone_has_what_was_written(
    visit: Visit, hub: Hub
) -> None:
    ada = await visit()
    await ada.page.add_init_script(NETWORK)
    await ada.page.add_init_script(FULL)
    await ada.opens_chat()
    await cut(ada.page)
    await ada.says("Only here")
    await ada.page.evaluate("window.postMessage({ evermynd: 'language', language: 'de' }, location.origin)")
    await ada.page.evaluate("fetch('/chat/user').then(() => null)")
    await expect(ada.page.get_by_text("Only here")).to_be_visible()
    assert ada.asked.count(f"{hub.url}/chat/") == 1
