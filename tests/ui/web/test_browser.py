"""The web chat as a person meets it, in a real Chromium over the core in memory."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.ui.web.conftest import Hub, Visit

pytestmark = pytest.mark.browser
CHIP = 'a[href="/chat/citations/depends"]'


async def tab_to(page: Page, selector: str, key: str = "Tab", limit: int = 60) -> None:
    """Press a key until the focus is on something that matches."""
    for _ in range(limit):
        if await page.evaluate("s => document.activeElement?.matches(s) ?? false", selector):
            return
        await page.keyboard.press(key)
    pytest.fail(f"the keyboard does not reach {selector}")


async def test_answers_with_citations_that_open_beside_the_chat(visit: Visit) -> None:
    ada = await visit()
    await ada.opens_chat()
    await ada.says("How are dependencies declared?")
    await ada.gets_an_answer()
    await ada.page.locator(CHIP).first.click()
    await expect(ada.passage.locator("mark")).to_contain_text("Depends declares an absolute dependency")
    await expect(ada.passage).to_contain_text("Debian Policy Manual")
    await expect(ada.passage).to_contain_text("page 61")
    panel, answer = await ada.passage.bounding_box(), await ada.page.locator(CHIP).first.bounding_box()
    assert panel
    assert answer
    assert answer["x"] + answer["width"] <= panel["x"]


async def test_shows_a_colon_of_the_answer_as_it_is(visit: Visit) -> None:
    ada = await visit()
    await ada.opens_chat()
    await ada.says("And qualifiers?")
    await ada.gets_an_answer()
    await expect(ada.page.get_by_text("python3:any widens")).to_be_visible()


async def test_comes_back_to_the_chat_after_a_reload(visit: Visit) -> None:
    ada = await visit()
    await ada.opens_chat()
    await ada.says("How are dependencies declared?")
    await ada.gets_an_answer()
    await expect(ada.page).to_have_url(re.compile("/chat/thread/"))
    await ada.page.reload()
    await ada.page.locator(CHIP).first.click()
    await expect(ada.passage.locator("mark")).to_be_visible()
    await expect(ada.page.locator('#thread-history a[aria-current="page"]')).to_have_count(1)


async def test_can_be_used_by_keyboard_alone(visit: Visit) -> None:
    ada = await visit()
    await ada.opens_chat()
    await tab_to(ada.page, "#chat-input")
    await ada.page.keyboard.type("How are dependencies declared?")
    await ada.page.locator("#chat-submit:enabled").wait_for()
    await ada.page.keyboard.press("Enter")
    await ada.gets_an_answer()
    await tab_to(ada.page, CHIP, "Shift+Tab")
    await ada.page.keyboard.press("Enter")
    await expect(ada.passage.locator("mark")).to_be_visible()
    await ada.page.keyboard.press("Escape")
    await expect(ada.passage).to_have_count(0)
    assert await ada.page.evaluate("s => document.activeElement.matches(s)", CHIP)


async def test_renames_a_chat_by_keyboard_and_deletes_it(visit: Visit) -> None:
    ada = await visit()
    await ada.opens_chat()
    await ada.says("First")
    await ada.gets_an_answer()
    await tab_to(ada.page, "#thread-options", "Shift+Tab")
    await ada.page.keyboard.press("Enter")
    await tab_to(ada.page, "#rename-thread", "ArrowDown")
    await ada.page.keyboard.press("Enter")
    await ada.page.locator("input#name").fill("Dependencies")
    await ada.page.keyboard.press("Enter")
    await expect(ada.page.locator("#thread-history")).to_contain_text("Dependencies")
    await ada.page.locator("#thread-options").press("Enter")
    await ada.page.locator("#delete-thread").click()
    await ada.page.get_by_role("button", name="Confirm").click()
    await expect(ada.page.locator("#thread-history")).to_contain_text("Your chats will be listed here.")


async def test_offers_a_retry_when_a_message_is_not_accepted(visit: Visit, hub: Hub) -> None:
    ada = await visit()
    await ada.opens_chat()
    hub.control(refusing="The disk is full, so nothing new can be kept.")
    await ada.says("Hello")
    await expect(ada.page.get_by_text("The disk is full")).to_be_visible()
    hub.control(refusing="")
    await ada.page.get_by_role("button", name="Try again").click()
    await ada.gets_an_answer()
    await expect(ada.page.get_by_text("The disk is full")).to_have_count(0)


async def test_stops_a_running_answer(visit: Visit, hub: Hub) -> None:
    ada = await visit()
    await ada.opens_chat()
    hub.control(pace=0.5)
    await ada.says("Go on")
    await ada.page.locator("#stop-button").click()
    await expect(ada.page.get_by_text("Stopped.")).to_be_visible()
    await ada.page.locator("#chat-submit").wait_for()


async def test_offers_starters_and_commands(visit: Visit, hub: Hub) -> None:
    ada = await visit()
    await ada.opens_chat()
    await ada.page.get_by_role("button", name="Teach a coach").click()
    await ada.gets_an_answer()
    await ada.says("/so")
    await expect(ada.page.locator("#message-composer")).to_contain_text("/sources")
    await ada.page.keyboard.press("Enter")
    await expect(ada.page.locator("#message-composer textarea")).to_have_value("")
    texts = [accepted[1] for accepted in hub.control()]
    assert {"How do I teach a coach with my own files?", "/sources"} <= set(texts)


async def test_shows_progress_for_each_file_and_then_what_was_learned(visit: Visit, hub: Hub, tmp_path: Path) -> None:
    ada = await visit()
    await ada.opens_chat()
    hub.control(pace=0.15)
    files = [tmp_path / "manual.pdf", tmp_path / "notes.md"]
    for file in files:
        file.write_text("words")
    await ada.page.locator("#upload-button-input").set_input_files(files)
    await ada.page.locator("#chat-submit:enabled").click()
    bars = ada.page.get_by_role("progressbar")
    await expect(bars).to_have_count(2)
    await expect(bars.first).to_have_attribute("aria-valuenow", re.compile("[1-9]"))
    await expect(ada.page.get_by_text("I have read manual.pdf")).to_be_visible()
    await expect(bars).to_have_count(0)
    await ada.page.get_by_role("button", name="What is Depends?").first.click()
    await ada.gets_an_answer()
    accepted = hub.control()
    assert accepted[-2][2] == ["manual.pdf", "notes.md"]
    assert accepted[-1][1:] == ["What is Depends?", [], "What is Depends?"]


@pytest.mark.parametrize(
    ("name", "size", "reason"),
    [("empty.pdf", 0, "the file is empty"), ("large.pdf", 5 * 1024 * 1024 + 1, "larger than 5 MB")],
)
async def test_says_why_a_file_is_not_taken(visit: Visit, tmp_path: Path, name: str, size: int, reason: str) -> None:
    ada = await visit()
    await ada.opens_chat()
    (tmp_path / name).write_bytes(b"x" * size)
    await ada.page.evaluate("document.querySelector('#upload-button-input').removeAttribute('accept')")
    await ada.page.locator("#upload-button-input").set_input_files(tmp_path / name)
    await expect(ada.page.get_by_text(re.compile(reason, re.IGNORECASE))).to_be_visible()


async def test_fits_a_phone(visit: Visit) -> None:
    ada = await visit("guest", width=390, height=844)
    await ada.opens_chat()
    await ada.says("How are dependencies declared?")
    await ada.gets_an_answer()
    await ada.page.locator(CHIP).first.click()
    await expect(ada.passage.locator("mark")).to_be_in_viewport()
    assert await ada.page.evaluate("document.documentElement.scrollWidth") <= 390
    edges = await ada.page.evaluate(
        "[...document.querySelectorAll('#header button')].map(b => b.getBoundingClientRect().right)"
    )
    assert max(edges) <= 390


async def test_offers_a_guest_to_keep_the_chat(visit: Visit) -> None:
    guest, member = await visit("guest"), await visit("ada")
    for person in (guest, member):
        await person.opens_chat()
    await expect(guest.page.get_by_role("link", name="Sign up to keep this chat")).to_be_visible()
    await expect(member.page.get_by_role("link", name="Sign up to keep this chat")).to_be_hidden()
    await guest.says("Hello")
    await guest.gets_an_answer()
    await guest.page.get_by_role("link", name="Sign up to keep this chat").click()
    await guest.page.wait_for_url(re.compile(r"/account/sign-up\?next=(/|%2F)chat(/|%2F)thread"))


async def test_shows_in_one_tab_what_was_written_in_another(visit: Visit) -> None:
    ada = await visit()
    await ada.opens_chat()
    await ada.says("Here")
    await ada.gets_an_answer()
    other = await ada.page.context.new_page()
    await other.goto(ada.page.url)
    await other.locator(CHIP).first.wait_for()
    await other.locator("#chat-input").fill("There")
    await other.locator("#chat-submit:enabled").click()
    await expect(ada.page.locator('[data-step-type="user_message"]').get_by_text("There")).to_be_visible()


async def test_keeps_a_chat_from_everybody_else(visit: Visit) -> None:
    ada, bob = await visit(), await visit("bob")
    await ada.opens_chat()
    await ada.says("Mine")
    await ada.gets_an_answer()
    answer = await bob.page.goto(ada.page.url)
    assert answer
    assert answer.status == 404
    assert await bob.page.get_by_text("Mine").count() == 0


async def test_leads_to_sign_in_when_signed_out_everywhere(visit: Visit, hub: Hub) -> None:
    ada = await visit()
    await ada.opens_chat()
    await ada.says("Hello")
    await ada.gets_an_answer()
    await ada.page.locator("#chat-input").fill("Still here?")
    hub.control(signed_out=[ada.name])
    await ada.page.keyboard.press("Enter")
    await ada.page.wait_for_url(re.compile(r"/account/sign-in\?next=/chat/"))
    assert "Still here?" not in [accepted[1] for accepted in hub.control()]


async def test_signs_out_from_the_menu(visit: Visit) -> None:
    ada = await visit()
    await ada.opens_chat()
    chat = ada.page.url
    await ada.page.locator("#user-nav-button").click()
    await ada.page.get_by_role("menuitem", name="Sign out").click()
    await ada.page.wait_for_url(re.compile("/account/sign-in"))
    await ada.page.goto(chat)
    await expect(ada.page).to_have_url(re.compile("/account/sign-in"))


async def test_hands_a_text_of_a_million_characters_to_the_core(visit: Visit, hub: Hub) -> None:
    ada = await visit()
    await ada.opens_chat()
    hub.control(refusing="This message is too long; send it as a file.")
    await ada.page.locator("#chat-input").fill("ä" * 1_000_000)
    await ada.page.locator("#chat-submit:enabled").click()
    await expect(ada.page.get_by_text("send it as a file")).to_be_visible(timeout=30_000)


async def test_follows_the_chosen_theme(visit: Visit) -> None:
    light, dark = await visit(theme="light"), await visit(theme="dark")
    shades: list[int] = []
    for person in (light, dark):
        await person.opens_chat()
        colour = await person.page.evaluate("getComputedStyle(document.body).backgroundColor")
        shades.append(sum(int(part) for part in re.findall(r"\d+", colour)[:3]))
    assert shades[0] > 700
    assert shades[1] < 100


def test_writes_nothing_outside_its_folder_and_starts_no_foreign_handlers(hub: Hub) -> None:
    assert {entry.name for entry in (hub.folder / "root").iterdir()} >= {".chainlit", ".files", "public"}
    log = hub.log.read_text()
    assert "Traceback" not in log
    assert "slack" not in log.lower()


async def test_rewords_an_earlier_message_in_place_and_keeps_it_in_view(visit: Visit) -> None:
    ada = await visit()
    await ada.opens_chat()
    for text in ("First", "Second", "Third"):
        await ada.says(text)
        await expect(ada.page.get_by_text(f"Try 1: {text}.")).to_be_visible()
        await ada.page.locator("#chat-submit").wait_for()
    asked = ada.page.locator('[data-step-type="user_message"]')
    await asked.first.hover()
    await asked.first.get_by_role("button", name="Edit this message").click()
    await ada.page.locator("#edit-chat-input").fill("Other")
    await ada.page.locator(".confirm-edit").click()
    await expect(ada.page.get_by_text("Try 2: Other.")).to_be_visible()
    await expect(asked).to_have_text(["Other", "Second", "Third"])
    await expect(asked.first).to_be_in_viewport()
    await ada.page.get_by_role("button", name="Answer again").first.click()
    await expect(ada.page.get_by_text("Try 3: Other.")).to_be_in_viewport()
    await ada.page.reload()
    await expect(asked).to_have_text(["Other", "Second", "Third"])
    await expect(ada.page.get_by_text("Try 3: Other.")).to_have_count(1)


async def test_a_thumb_is_pressed_and_taken_back_in_two_tabs(visit: Visit) -> None:
    ada = await visit()
    await ada.opens_chat()
    await ada.says("Hello")
    await ada.gets_an_answer()
    other = await ada.page.context.new_page()
    await other.goto(ada.page.url)
    here, there = (tab.get_by_role("button", name="Not a good answer") for tab in (ada.page, other))
    await expect(there).to_have_attribute("aria-pressed", "false")
    await here.click()
    await expect(there).to_have_attribute("aria-pressed", "true")
    await there.click()
    await expect(here).to_have_attribute("aria-pressed", "false")


async def test_a_message_of_a_coach_leads_to_its_page(visit: Visit) -> None:
    ada = await visit()
    await ada.opens_chat()
    await ada.says("Hello")
    await ada.gets_an_answer()
    await ada.page.get_by_role("link", name="Packaging guide").click()
    await expect(ada.page.get_by_role("heading", name="Packaging guide")).to_be_visible()
    await ada.page.get_by_role("button", name="What is Depends?").click()
    await expect(ada.page).to_have_url(re.compile("/chat/thread/"))
    await ada.gets_an_answer()


async def test_a_coach_is_named_as_it_is_called_whatever_that_is(visit: Visit, hub: Hub) -> None:
    ada, name = await visit(), "100% C# Tea?"
    hub.control(called=name)
    await ada.opens_chat()
    await ada.says("Hello")
    await ada.gets_an_answer()
    await expect(ada.page.get_by_role("button", name="Answer again")).to_be_visible()
    await ada.page.get_by_role("link", name=name).click()
    await expect(ada.page.get_by_role("heading", name=name)).to_be_visible()


async def test_what_another_window_says_is_not_handed_in(visit: Visit) -> None:
    ada = await visit()
    sent: list[str] = []
    ada.page.on("websocket", lambda opened: opened.on("framesent", lambda said: sent.append(str(said))))
    await ada.opens_chat()
    await ada.page.evaluate(
        """() => {
          const other = document.body.appendChild(document.createElement('iframe')).contentWindow;
          const data = { evermynd: 'foreign words' };
          window.dispatchEvent(new MessageEvent('message', { data, source: other, origin: 'http://evil.example' }));
          window.postMessage({ evermynd: 'own words' }, location.origin);
        }"""
    )
    await ada.says("Hello")
    await ada.gets_an_answer()
    assert any("own words" in said for said in sent)
    assert not any("foreign words" in said for said in sent)


async def test_rewords_a_message_by_keyboard(visit: Visit) -> None:
    ada = await visit()
    await ada.opens_chat()
    await ada.says("Hello")
    await ada.gets_an_answer()
    await tab_to(ada.page, ".edit-message", "Shift+Tab")
    await ada.page.keyboard.press("Enter")
    await ada.page.locator("#edit-chat-input").fill("Other")
    await tab_to(ada.page, ".confirm-edit")
    await ada.page.keyboard.press("Enter")
    await expect(ada.page.get_by_text("Try 2: Other.")).to_be_visible()


async def test_every_button_has_a_name(visit: Visit, tmp_path: Path) -> None:
    ada = await visit()
    await ada.opens_chat()
    await ada.says("Hello")
    await ada.gets_an_answer()
    await ada.page.locator('button[aria-label="Edit this message"]').wait_for()
    (tmp_path / "notes.md").write_text("words")
    await ada.page.locator("#upload-button-input").set_input_files(tmp_path / "notes.md")
    await ada.page.locator("#chat-submit:enabled").wait_for()
    await ada.page.set_viewport_size({"width": 900, "height": 420})
    await ada.page.locator('[data-step-type="user_message"]').hover()
    await ada.page.mouse.wheel(0, -400)
    await ada.page.get_by_role("button", name="Go to the end").wait_for()
    nameless = await ada.page.evaluate(
        """() => [...document.querySelectorAll('button')]
          .filter((made) => !made.getAttribute('aria-label') && !made.innerText.trim() && !made.title)
          .filter((made) => made.checkVisibility() && !made.querySelector('img[alt]:not([alt=""])'))
          .map((made) => made.innerHTML.slice(0, 300))"""
    )
    assert nameless == []


async def test_a_picture_that_cannot_be_drawn_leaves_no_frame(visit: Visit) -> None:
    ada = await visit()
    await ada.opens_chat()
    drawn = await ada.page.evaluate(
        """() => {
          const picture = document.body.appendChild(document.createElement('img'));
          picture.className = 'mx-auto block max-w-full h-auto inline-image';
          picture.hidden = true;
          return getComputedStyle(picture).display;
        }"""
    )
    assert drawn == "none"
