"""The live view in a real Chromium: what other tabs do, and an answer in the middle of its writing."""

import re

import pytest
from playwright.async_api import expect

from tests.ui.web.conftest import Visit
from tests.ui.web.memory import ANSWER

pytestmark = pytest.mark.browser
EDGES = """
  (box) => {
    const range = document.createRange();
    range.selectNodeContents(box);
    const lines = [];
    for (const { top, left, right, width } of [...range.getClientRects()].filter((each) => each.width)) {
      const line = lines.find((each) => Math.abs(each.top - top) < 8);
      if (line) Object.assign(line, { left: Math.min(line.left, left), right: Math.max(line.right, right) });
      else lines.push({ top, left, right });
    }
    const { paddingLeft, paddingRight } = getComputedStyle(box);
    const { left, right } = box.getBoundingClientRect();
    return [left + parseFloat(paddingLeft), right - parseFloat(paddingRight), lines];
  }
"""


async def test_a_tab_leaves_a_chat_that_is_deleted_in_another(visit: Visit) -> None:
    ada = await visit()
    ada.hub.control(pace=0.5)
    await ada.opens_chat()
    await ada.says("How are dependencies declared?")
    await expect(ada.page).to_have_url(re.compile("/chat/thread/"))
    other = await ada.page.context.new_page()
    await other.goto(f"{ada.hub.url}/chat/")
    await other.locator("#thread-history li #thread-options").first.click()
    await other.locator("#delete-thread").click()
    await other.get_by_role("button", name="Confirm").click()
    await expect(ada.page.get_by_text("What you write now begins a new one.")).to_be_visible()
    await expect(ada.page.locator("#stop-button")).to_have_count(0)
    await expect(ada.page.locator("#thread-history li[id^='thread-']")).to_have_count(0)
    ada.hub.control(pace=0.02)
    await ada.says("And once more?")
    await ada.gets_an_answer()
    await expect(ada.page.get_by_text("What you write now begins a new one.")).to_have_count(1)
    await ada.page.reload()
    await expect(ada.page.get_by_text("And once more?").first).to_be_visible()


async def test_a_reload_shows_the_answer_from_its_beginning(visit: Visit) -> None:
    ada = await visit()
    ada.hub.control(pace=0.3)
    await ada.opens_chat()
    await ada.says("How are dependencies declared?")
    await expect(ada.page.get_by_text("A package declares what")).to_be_visible()
    await ada.page.reload()
    await expect(ada.page.get_by_text(ANSWER[:24])).to_be_visible()
    await expect(ada.page.locator("#stop-button")).to_be_visible()


async def test_the_composer_is_small_again_once_a_long_message_is_sent(visit: Visit) -> None:
    ada = await visit()
    await ada.opens_chat()
    composer = ada.page.locator("#chat-input")
    small = await composer.evaluate("box => box.offsetHeight")
    await ada.says("one\ntwo\nthree\nfour\nfive")
    await ada.gets_an_answer()
    assert await composer.evaluate("box => box.offsetHeight") == small


async def test_arabic_runs_from_the_right_and_english_from_the_left(visit: Visit) -> None:
    ada = await visit()
    await ada.opens_chat()
    await ada.says("مرحبا Ada\nHow are you today, and how was the journey?\nFine")
    text = ada.page.locator('[data-step-type="user_message"]').get_by_text("مرحبا")
    left, right, lines = await text.evaluate(EDGES)
    arabic, _, english = lines
    assert abs(arabic["right"] - right) < 1 < arabic["left"] - left
    assert abs(english["left"] - left) < 1 < right - english["right"]
