"""One person's way through a whole hub: from the empty door to a taught coach that is still there after a restart."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from uuid import UUID

import pytest
from playwright.async_api import expect

from knowledge.db import open_database
from tests.hub.visitor import DESK, PHONE, Visitor

pytestmark = pytest.mark.browser
PACKED = Path("/usr/share/doc/debian-policy/policy.pdf.gz")
COMES_BACK = "What happens when a package is purged?"


@pytest.fixture(scope="module")
def manual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real manual of more than a hundred pages."""
    if not PACKED.exists():
        pytest.skip("the package debian-policy is not installed")
    path = tmp_path_factory.mktemp("manual") / "policy.pdf"
    path.write_bytes(gzip.decompress(PACKED.read_bytes()))
    return path


async def test_from_the_door_to_a_taught_coach_that_outlives_a_restart(visitor: Visitor, manual: Path) -> None:
    await comes_in(visitor)
    await asks_the_guide(visitor)
    await teaches_a_coach(visitor, manual)
    await asks_what_it_learned(visitor)
    await tells_and_forgets(visitor)
    await sends_it_again(visitor, manual)
    await renames_and_comes_back(visitor)
    await restarts_the_hub(visitor)
    await looks_at_it_otherwise(visitor)
    await has_it_forgotten(visitor)
    assert "Traceback" not in visitor.hub.log()


async def comes_in(ada: Visitor) -> None:
    await ada.page.goto(f"{ada.hub.url}/")
    await ada.page.wait_for_url("**/account/sign-in?next=/chat/")
    await ada.picture("01-sign-in")
    await ada.page.get_by_role("link", name=re.compile("account", re.IGNORECASE)).first.click()
    await ada.page.wait_for_url("**/account/sign-up**")
    await ada.picture("02-sign-up")
    await ada.sign_up("Ada", "ada@example.org")
    await expect(ada.page.get_by_role("button", name="How do I make a coach of my own?")).to_be_visible()
    await ada.picture("03-empty-chat")


async def asks_the_guide(ada: Visitor) -> None:
    answer = await ada.say("Which files can a coach learn from?")
    assert "PDF" in answer and "EPUB" in answer
    await expect(ada.answers.last.locator('a[href$="#source"]').first).to_be_visible()
    assert "I am Guide" in await ada.say("Who are you?")
    await ada.picture("04-guide")


async def teaches_a_coach(ada: Visitor, manual: Path) -> None:
    assert "Debian Guide is ready" in await ada.say("/creator Debian Guide")
    await ada.attach(manual)
    await expect(ada.answers.last).to_contain_text("policy.pdf")
    messages = await ada.answers.count()
    seen = await ada.watch_until("What I learned from policy.pdf")
    assert await ada.answers.count() == messages
    shares = [int(found[1]) for said in seen if (found := re.search(r"(\d+) %", said))]
    assert len(set(shares)) >= 3 and shares == sorted(shares), seen
    assert any("page" in said for said in seen) and any("passage" in said for said in seen), seen
    learned = await ada.answers.last.inner_text()
    assert "Debian Policy Manual" in learned and "pages" in learned and "Main topics:" in learned
    await ada.picture("05-learned")


async def asks_what_it_learned(ada: Visitor) -> None:
    buttons = ada.answers.last.get_by_role("button").filter(has_text="?")
    await expect(buttons).to_have_count(3)
    question = await buttons.first.inner_text()
    assert "Debian Policy Manual" in await ada.press(question)
    await expect(ada.page.locator('[data-step-type="user_message"]').last).to_contain_text(question)
    assert "10.8" in await ada.say("Where should log files be stored?")
    await opens_a_citation(ada)
    assert re.search(r"Conflicts", await ada.say("What does the Breaks field do?"))
    assert "7." in await ada.say("And on Conflicts?")
    assert "do not cover this" in await ada.say("How do I configure nginx as a reverse proxy?")
    await ada.picture("07-not-covered")


async def opens_a_citation(ada: Visitor) -> None:
    """The panel shows the title, the page and the quote, which is what stands in the ledger."""
    mark = ada.answers.last.locator('a[href^="/chat/citations/"]:not([href$="#source"])').first
    href = await mark.get_attribute("href")
    assert href is not None
    await mark.click()
    await expect(ada.panel).to_contain_text("Debian Policy Manual")
    await expect(ada.panel).to_contain_text(re.compile(r"page \d+"))
    assert await ada.panel.locator("mark").text_content() == await quoted(ada, href.rsplit("/", 1)[1])
    await ada.picture("06-citation")
    await ada.page.keyboard.press("Escape")
    await expect(ada.panel).to_have_count(0)


async def quoted(ada: Visitor, citation_id: str) -> str:
    """The words of a citation as its document holds them now."""
    message_id, _, number = citation_id.partition(".")
    assert ada.hub.settings.database_url
    async with open_database(ada.hub.settings.database_url) as database, database.system() as connection:
        row = await (
            await connection.execute("select payload from messages where message_id = %s", (UUID(message_id),))
        ).fetchone()
        assert row is not None
        (cited,) = [each for each in row["payload"]["citations"] if each["number"] == int(number)]
        pages = await connection.execute(
            "select string_agg(text, '' order by number) as text from pages where document_id = %s",
            (cited["document_id"],),
        )
        found = await pages.fetchone()
    assert found is not None
    words: str = found["text"][cited["start"] : cited["end"]]
    assert words == cited["quote"]
    return words


async def tells_and_forgets(ada: Visitor) -> None:
    assert "keep that in mind" in await ada.say("I work as a nurse")
    assert "You work as a nurse" in await ada.say("/me")
    await ada.picture("08-me")
    assert "Shall I forget this" in await ada.say("/forget")
    assert "Forgotten." in await ada.press("Yes, forget it")
    assert "I remember nothing about you yet" in await ada.say("/me")


async def sends_it_again(ada: Visitor, manual: Path) -> None:
    before = await ada.answers.count()
    await ada.attach(manual)
    await ada.answers.nth(before).wait_for()
    await ada.watch_until("Nothing to do.")


async def renames_and_comes_back(ada: Visitor) -> None:
    await expect(ada.page).to_have_url(re.compile("/chat/thread/"))
    await ada.page.locator("#thread-options").first.click()
    await ada.page.locator("#rename-thread").click()
    await ada.page.locator("input#name").fill("Learning policy")
    await ada.page.get_by_role("button", name="Confirm").click()
    await expect(ada.page.locator("#thread-history")).to_contain_text("Learning policy")
    before = await ada.answers.count()
    await ada.page.reload()
    await ada.ready()
    await expect(ada.answers).to_have_count(before)
    await expect(ada.page.locator("#thread-history")).to_contain_text("Learning policy")


async def restarts_the_hub(ada: Visitor) -> None:
    """The page stays open meanwhile, and goes on by itself."""
    before = await ada.answers.count()
    first = ada.hub.took
    await ada.hub.stop()
    await ada.picture("09-away")
    await ada.hub.start()
    print(f"\nfirst start {first:.1f} s, second start {ada.hub.took:.1f} s")
    await ada.ready()
    await expect(ada.answers).to_have_count(before)
    ada.forgive_the_pause()
    assert "Debian Policy Manual" in await ada.say(COMES_BACK)
    await ada.page.reload()
    await expect(ada.page.locator('[data-step-type="user_message"]').last).to_contain_text(COMES_BACK)


async def looks_at_it_otherwise(ada: Visitor) -> None:
    """Dark, and on a phone."""
    await ada.ready()
    await ada.page.emulate_media(color_scheme="dark")
    await ada.page.reload()
    await ada.ready()
    await ada.answers.last.wait_for()
    await ada.picture("10-dark")
    await ada.page.set_viewport_size(PHONE)
    await ada.picture("11-phone")
    await ada.answers.last.locator('a[href$="#source"]').first.click()
    await expect(ada.panel.locator("mark")).to_be_in_viewport()
    await ada.picture("12-phone-citation")
    assert await ada.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    await ada.page.keyboard.press("Escape")
    await ada.page.set_viewport_size(DESK)
    await ada.page.emulate_media(color_scheme="light")


async def has_it_forgotten(ada: Visitor) -> None:
    assert "Debian Policy Manual" in await ada.say("/sources")
    await ada.picture("13-sources")
    assert "Shall I forget Debian Policy Manual" in await ada.press("Forget Debian Policy Manual")
    assert "I have forgotten Debian Policy Manual" in await ada.press("Yes, forget it")
    assert "has no sources yet" in await ada.say("/sources")
    await ada.picture("14-forgotten")
