"""What was written and not taken by the hub, in a real Chromium: a reload, or signing in anew, loses nothing."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.ui.web.conftest import Hub, Person, Visit

pytestmark = pytest.mark.browser
REFUSAL = "The disk is full, so nothing new can be kept."
NETWORK = """
  const through = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    if (!window.dead || !/_message"/.test(String(data))) through.call(this, data);
  };
"""


async def cut(page: Page) -> None:
    """Let the network swallow without a word what is written before the next reload."""
    await page.evaluate("window.dead = true")


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
    await ada.says("Hello from Bob")
    await ada.gets_an_answer()
    assert "For my eyes only" not in said(hub)
    assert "For my eyes only" not in await kept(ada.page)


async def test_who_signs_out_leaves_nothing_behind(visit: Visit) -> None:
    ada = await somebody(visit)
    await cut(ada.page)
    await ada.says("For my eyes only")
    await ada.page.locator("#user-nav-button").click()
    await ada.page.get_by_role("menuitem", name="Sign out").click()
    await ada.page.wait_for_url(re.compile("/account/sign-in"))
    assert await kept(ada.page) == ""
