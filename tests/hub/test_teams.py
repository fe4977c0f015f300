"""One person's way through Teams: from the installation to a taught coach, a passage, a group, and a digest.

Teams is the strict platform of `tests.teams`, the hub is `evermynd up` as its operator runs it.
"""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.hub.process import Hub, new_hub
from tests.teams.platform import Chat, Person, Platform, Shown, open_platform

PACKED = Path("/usr/share/doc/debian-policy/policy.pdf.gz")
PATIENCE = 120
MINUTE = 90  # seconds until the next minute but one has come, and some for a busy machine


@pytest.fixture(scope="module")
async def platform() -> AsyncIterator[Platform]:
    """Teams."""
    async with open_platform() as opened:
        yield opened


@pytest.fixture(scope="module")
async def bot_hub(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    """A hub with a bot that this platform knows."""
    settings = {
        "EVERMYND_TEAMS_APP_ID": platform.app_id,
        "EVERMYND_TEAMS_APP_PASSWORD": platform.app_password,
        "EVERMYND_TEAMS_LOGIN_BASE": platform.authority,
        "EVERMYND_TEAMS_OPENID_URL": platform.openid_url,
        "EVERMYND_TEAMS_SERVICE_HOSTS": "127.0.0.1",
    }
    running = new_hub(tmp_path_factory.mktemp("teams") / "data", **settings)
    try:
        await running.start()
        platform.deliver_to(f"{running.url}/api/messages")
        yield running
    finally:
        await running.stop()


@pytest.fixture(scope="module")
def manual() -> bytes:
    """A real manual of more than a hundred pages."""
    if not PACKED.exists():
        pytest.skip("the package debian-policy is not installed")
    return gzip.decompress(PACKED.read_bytes())


class Desk:
    """A person with Teams on a desk, in one chat."""

    def __init__(self, platform: Platform, person: Person, chat: Chat | None = None) -> None:
        self.platform, self.person, self.chat = platform, person, chat or person.personal

    async def say(self, text: str, thread: str = "") -> Shown:
        """Write something, and give the answer to it, once it is finished."""
        before = self._newest()
        assert (await self.person.says(text, self.chat, thread=thread)).status == 200
        return await self.answer(before)

    async def press(self, message: Shown, label: str) -> Shown:
        """Press a button, and give the answer."""
        before = self._newest()
        assert (await self.person.presses(message, label)).status == 200
        return await self.answer(before)

    async def answer(self, before: int, saying: str = "", within: float = PATIENCE) -> Shown:
        """Wait for a finished message that came after another and says this."""
        shown = await self.platform.until(lambda: self.finished(before, saying), within)
        assert shown is not None
        return shown

    def finished(self, before: int, saying: str) -> Shown | None:
        for shown in self.platform.messages(self.chat):
            growing = shown.streaming in ("informative", "streaming") or "Stop" in shown.labels
            done = shown.everything not in ("", "…") and not growing
            if int(shown.id) > before and done and saying in shown.everything:
                return shown
        return None

    def _newest(self) -> int:
        return max((int(shown.id) for shown in self.platform.messages(self.chat, all=True)), default=0)


async def test_from_the_installation_to_a_digest_after_a_restart(platform: Platform, bot_hub: Hub, manual: bytes):
    desk = Desk(platform, platform.person("Ada <at>Lovelace</at>"))
    await installs(desk)
    await teaches(desk, manual)
    await asks(desk)
    await asks_in_a_group(desk)
    await gets_a_digest(desk, bot_hub)
    await leaves(desk)
    assert platform.violations == []
    assert not pace(platform), "\n".join(pace(platform))
    assert platform.unfinished() == []
    assert "Traceback" not in bot_hub.log()


def pace(platform: Platform) -> list[str]:
    """Tell of calls that were refused, with those shortly before them."""
    told: list[str] = []
    for place, call in enumerate(platform.calls):
        if call.status >= 400:
            near = [each for each in platform.calls[max(place - 12, 0) : place + 1] if each.at > call.at - 2.1]
            told += [f"{each.at - call.at:.2f} {each.method} {each.arguments.get('type')} {each.code}" for each in near]
    return told


async def installs(ada: Desk) -> None:
    """Both events of an installation together are greeted once."""
    assert (await ada.person.installs()).status == 200
    hello = await ada.answer(0)
    assert "Guide" in hello.everything and len(hello.labels) == 3
    assert ada.platform.typing(ada.chat)
    answer = await ada.press(hello, hello.labels[0])
    while "still reading" in answer.everything:
        answer = await ada.press(hello, hello.labels[0])
    assert "[1]" in answer.everything
    assert sum("Guide" in shown.everything for shown in ada.platform.messages(ada.chat)) == 1


async def teaches(ada: Desk, manual: bytes) -> None:
    await ada.person.uploads("policy.pdf", manual, "teach this to Chef", "application/pdf")
    asked = await ada.answer(0, "Chef")
    assert asked.labels[-1] == "Make a coach: Chef"
    await ada.person.presses(asked, asked.labels[-1])
    learned = await ada.answer(int(asked.id), "What I learned from")
    assert learned.edits >= 1 and "Debian Policy Manual" in learned.everything
    assert sum("?" in label for label in learned.labels) == 3


async def asks(ada: Desk) -> None:
    answer = await ada.say("Where should log files be stored?")
    assert "10.8" in answer.everything and "[1]" in answer.everything
    label = next(label for label in answer.labels if label.startswith("[1]"))
    passage = await ada.press(answer, label)
    assert "Debian Policy Manual" in passage.everything and "/var/log" in passage.everything
    assert "do not cover" in (await ada.say("How do I configure nginx as a reverse proxy?")).everything


async def asks_in_a_group(ada: Desk) -> None:
    """The bot hears what names it, answers there, and knows nothing of what was said in private."""
    kitchen = ada.platform.group("Kitchen", [ada.person, "Ben"])
    await ada.platform.add_bot(kitchen, ada.person)
    group = Desk(ada.platform, ada.person, kitchen)
    await group.answer(0, "Guide")
    answer = await group.say("What can you do?")
    assert answer.everything
    said = len(ada.platform.messages(kitchen))
    assert not (await ada.person.says("Nobody asked you", kitchen, mention=False)).heard
    assert len(ada.platform.messages(kitchen)) == said


async def gets_a_digest(ada: Desk, hub: Hub) -> None:
    """It comes at its minute, though the hub was restarted: the way to the chat stands in the ledger."""
    now = datetime.now(UTC)
    offset = 12 - now.hour
    zone = f"UTC{offset:+d}" if offset else "UTC"
    soon = now + timedelta(hours=offset, minutes=1 if now.second < 40 else 2)
    comes = await ada.say(f"/digest daily {soon:%H:%M} {zone}")
    assert f"every day at {soon:%H:%M}" in comes.everything
    await hub.stop()
    await hub.start()
    digest = await ada.answer(int(comes.id), "Your digest", 180 + MINUTE)
    assert "/digest off" in digest.everything and "Debian Policy Manual" in digest.everything
    await ada.say("/digest off")
    assert "There is no digest yet" in (await ada.say("/digest")).everything


async def leaves(ada: Desk) -> None:
    said = len(ada.platform.messages(ada.chat))
    assert (await ada.person.uninstalls()).status == 200
    assert len(ada.platform.messages(ada.chat)) == said
