"""One person's way through Telegram: from /start to a taught coach, a passage, the web account, and a digest.

Telegram is the strict platform of `tests.telegram`, the hub is `evermynd up` as its operator runs it.
"""

from __future__ import annotations

import asyncio
import gzip
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from conversation.inbox import AGAIN
from tests.hub.process import Hub, new_hub
from tests.hub.visitor import Visitor, open_visitor
from tests.telegram.platform import Platform, Shown, User, open_platform

pytestmark = pytest.mark.browser
PACKED = Path("/usr/share/doc/debian-policy/policy.pdf.gz")
PATIENCE = 120
MINUTE = 90  # seconds until the next minute but one has come, and some for a busy machine


@pytest.fixture(scope="module")
async def platform() -> AsyncIterator[Platform]:
    """Telegram."""
    async with open_platform() as opened:
        yield opened


@pytest.fixture(scope="module")
async def bot_hub(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    """A hub with a bot that polls."""
    settings = {"EVERMYND_TELEGRAM_TOKEN": platform.token, "EVERMYND_TELEGRAM_API_BASE": platform.url}
    running = new_hub(tmp_path_factory.mktemp("telegram") / "data", **settings)
    try:
        await running.start()
        yield running
    finally:
        await running.stop()


@pytest.fixture(scope="module")
def manual() -> bytes:
    """A real manual of more than a hundred pages."""
    if not PACKED.exists():
        pytest.skip("the package debian-policy is not installed")
    return gzip.decompress(PACKED.read_bytes())


class Phone:
    """A person with Telegram on a phone."""

    def __init__(self, platform: Platform, user: User) -> None:
        self.platform, self.user = platform, user

    async def say(self, text: str) -> Shown:
        """Write something, and give the answer to it, once it is finished."""
        before = self._newest()
        self.platform.say(self.user, text)
        return await self.answer(before)

    async def press(self, label: str) -> Shown:
        """Press the newest button with this label, and give the answer."""
        before = self._newest()
        self.platform.press(self.user, label)
        return await self.answer(before)

    async def answer(self, before: int, saying: str = "") -> Shown:
        """Wait for a finished message that came after another and says this."""
        shown = await self.platform.until(lambda: self.finished(before, saying), PATIENCE)
        assert shown is not None
        return shown

    def finished(self, before: int, saying: str) -> Shown | None:
        for shown in self.platform.replies(self.user):
            noted = "[1]" not in shown.text or any(label.startswith("[1]") for label in shown.labels)
            done = shown.text not in ("", "…") and "Stop" not in shown.labels and noted
            if shown.message_id > before and done and saying in shown.text:
                return shown
        return None

    def _newest(self) -> int:
        return max((shown.message_id for shown in self.platform.shown(self.user)), default=0)


async def test_from_start_to_the_morning_digest(
    platform: Platform, bot_hub: Hub, chromium: Browser, pictures: Path, manual: bytes
):
    phone = Phone(platform, platform.person("Ada *Lovelace*", language_code="en"))
    await starts(phone)
    await teaches(phone, manual)
    await asks(phone)
    async with AsyncExitStack() as stack:
        visitor = await stack.enter_async_context(open_visitor(bot_hub, chromium, pictures))
        await links(phone, visitor)
    await gets_a_digest(phone)
    await speaks_german(phone)
    assert platform.violations() == []
    assert "Traceback" not in bot_hub.log()


TEA = "5151515151:AAAnotherFakeTokenOfTeaForTests_01234"


async def test_a_bot_of_her_own_is_her_coach(platform: Platform, bot_hub: Hub):
    eve = Phone(platform, platform.person("Eve"))
    tea = platform.another(TEA, "tea_bot")
    at_tea = Phone(tea, tea.person("Eve", id=eve.user.id))
    stranger = Phone(tea, tea.person("Max", id=eve.user.id + 1000))
    await makes_a_coach(eve)
    connected = await eve.say(f"/bot {TEA}")
    assert "@tea_bot is Tea Master now" in connected.text and "Publish" in connected.labels
    await talks_with_her_bot(at_tea)
    assert "tannins" not in (await stranger.say("What does Assam taste of?")).text
    await eve.press("Publish")
    answer = await stranger.say("What does Assam taste of?")
    assert "malt" in answer.text
    tea.react(stranger.user, answer.message_id, "👍")
    await tea.until(lambda: not tea.unconfirmed())
    assert "👍" in (await eve.say("/stats")).text
    tea.revoke()
    told = await eve.answer(connected.message_id, "no longer knows the token")
    assert "@tea_bot" in told.text
    assert platform.violations() == [] and tea.violations() == []
    assert "Traceback" not in bot_hub.log()


async def makes_a_coach(eve: Phone) -> None:
    made = await eve.say("/creator Tea Master")
    assert "Tea Master" in made.text
    text = b"# Assam\n\nAssam is a black tea. Assam tastes of malt, and its tannins make it strong.\n"
    eve.platform.send_document(eve.user, "tea.md", text, mime="text/markdown")
    await eve.answer(made.message_id, "What I learned from")


async def talks_with_her_bot(eve: Phone) -> None:
    answer = await eve.say("What does Assam taste of?")
    assert "malt" in answer.text and "[1]" in answer.text
    assert "Stop" not in answer.labels
    assert [command["command"] for command in eve.platform.commands()][:2] == ["start", "help"]
    assert "coaches" not in [command["command"] for command in eve.platform.commands()]
    assert "alone" in (await eve.say("/coach Guide")).text


async def starts(ada: Phone) -> None:
    hello = await ada.say("/start")
    assert "Guide" in hello.text and len(hello.labels) == 3
    assert ada.platform.typing(ada.user)
    answer = await ada.press(hello.labels[0])
    while "still reading" in answer.text:
        await asyncio.sleep(2 * AGAIN)  # sooner, it would count as pressed twice by accident
        answer = await ada.press(hello.labels[0])
    assert "[1]" in answer.text
    assert [command["command"] for command in ada.platform.commands(language="de")]


async def teaches(ada: Phone, manual: bytes) -> None:
    ada.platform.send_document(ada.user, "policy.pdf", manual, mime="application/pdf", caption="teach this to Chef")
    asked = await ada.answer(0, "Chef")
    assert asked.labels[-1] == "Make a coach: Chef"
    before = len(ada.platform.replies(ada.user))
    ada.platform.press(ada.user, asked.labels[-1])
    learned = await ada.answer(asked.message_id, "What I learned from")
    assert learned.edits >= 1 and "Debian Policy Manual" in learned.text
    assert len(ada.platform.replies(ada.user)) <= before + 2  # the progress is one message, edited
    assert sum("?" in label for label in learned.labels) == 3


async def asks(ada: Phone) -> None:
    answer = await ada.say("Where should log files be stored?")
    assert "10.8" in answer.text and "[1]" in answer.text
    label = next(label for label in answer.labels if label.startswith("[1]"))
    passage = await ada.press(label)
    assert "Debian Policy Manual" in passage.text and "page" in passage.text and "/var/log" in passage.text
    assert "do not cover" in (await ada.say("How do I configure nginx as a reverse proxy?")).text


async def links(ada: Phone, web: Visitor) -> None:
    """The code comes from the web account, is opened in Telegram, and is confirmed on the web."""
    await web.sign_up("Ada", "ada@example.org")
    await web.page.goto(f"{web.hub.url}/account")
    await web.page.get_by_role("button", name="Link Telegram").click()
    await web.page.locator("svg, img").first.wait_for()
    await web.picture("link-telegram")
    address = await web.page.get_by_role("link", name="Open Telegram").get_attribute("href")
    found = re.fullmatch(r"https://t\.me/evermynd_test_bot\?start=(link_\w+)", address or "")
    assert found
    await ada.press((await ada.say(f"/start {found[1]}")).labels[0])
    await web.page.goto(f"{web.hub.url}/account#places")
    await expect(web.page.get_by_text("Somebody typed your code")).to_contain_text("Ada *Lovelace*")
    await web.picture("link-asked")
    await web.page.get_by_role("button", name="Yes, that is me").click()
    await expect(web.page.get_by_text("one person in both places")).to_be_visible()
    await web.picture("link-joined")
    assert "For a day this can be undone" in (await ada.answer(0, "one person now")).text
    await web.page.goto(f"{web.hub.url}/chat/")
    await web.ready()
    assert "Chef" in await web.say("/coaches")


async def gets_a_digest(ada: Phone) -> None:
    """It comes at its minute, by the clock of a place where it is day."""
    now = datetime.now(UTC)
    offset = 12 - now.hour
    zone = f"UTC{offset:+d}" if offset else "UTC"
    soon = now + timedelta(hours=offset, minutes=1 if now.second < 40 else 2)
    comes = await ada.say(f"/digest daily {soon:%H:%M} {zone}")
    assert f"every day at {soon:%H:%M}" in comes.text
    digest = await ada.platform.until(lambda: ada.finished(comes.message_id, "Your digest"), 60 + MINUTE)
    assert digest is not None
    assert datetime.fromtimestamp(digest.at, UTC).strftime("%M") == f"{soon:%M}"
    assert "/digest off" in digest.text and "Debian Policy Manual" in digest.text
    await ada.say("/digest off")
    assert "There is no digest yet" in (await ada.say("/digest")).text


async def speaks_german(ada: Phone) -> None:
    await ada.say("/language")
    assert "Deutsch" in (await ada.press("Deutsch")).text
