"""People's ways through Slack: direct messages, a channel and its thread, two workspaces, a restart, an uninstallation.

Slack is the strict platform of `tests.slack`, the hub is `evermynd up` as its operator runs it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bots.slack.manifest import SCOPES, manifest
from tests.hub.process import Hub, new_hub
from tests.slack.platform import App, Channel, Limits, Person, Platform, Shown, open_platform

PATIENCE = 120
BREAD = """# Baking bread

## Flour

Strong wheat flour holds the gas of the dough. Rye flour makes the loaf dense and sour.

## Proofing

Let the dough rest for ninety minutes at room temperature, until it has doubled in size.

## Baking

Bake the loaf at 240 degrees with steam, and lower the heat after fifteen minutes.
"""


@pytest.fixture(scope="module")
async def platform() -> AsyncIterator[Platform]:
    """Slack, with as much patience as a busy machine needs."""
    async with open_platform(App(scopes=frozenset(SCOPES)), limits=Limits(tier_factor=4)) as opened:
        opened.register(manifest("https://hub.example.org", False, []))
        yield opened


@pytest.fixture(scope="module")
async def slack_hub(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    """A hub whose app is in Acme, and which other workspaces may install."""
    settings = {
        "EVERMYND_SLACK_BOT_TOKEN": platform.workspace("Acme").bot_token,
        "EVERMYND_SLACK_SIGNING_SECRET": platform.signing_secret,
        "EVERMYND_SLACK_CLIENT_ID": platform.client_id,
        "EVERMYND_SLACK_CLIENT_SECRET": platform.client_secret,
        "EVERMYND_SLACK_API_BASE": platform.api_url,
    }
    running = new_hub(tmp_path_factory.mktemp("slack") / "data", **settings)
    platform.deliver_to(f"{running.url}/webhooks/slack")
    try:
        await running.start()
        yield running
    finally:
        await running.stop()


class Desk:
    """A person with Slack open, in the direct message with the app, or in a channel or thread."""

    def __init__(self, platform: Platform, person: Person, channel: Channel | None = None, thread_ts: str = "") -> None:
        self.platform, self.person = platform, person
        self.channel = channel or person.direct
        self.thread_ts = thread_ts

    async def say(self, text: str, *, mention: bool = False) -> Shown:
        """Write something, and give the answer to it, once it is finished."""
        before = self.newest
        await self.person.says(text, channel=self.channel, thread_ts=self.thread_ts, mention=mention)
        return await self.answer(before)

    async def command(self, text: str) -> Shown:
        """Give a slash command, and give the answer to it."""
        before = self.newest
        assert (await self.person.commands("/evermynd", text, channel=self.channel)).ok
        return await self.answer(before)

    async def press(self, message: Shown, label: str) -> Shown:
        """Press a button, and give the answer."""
        before = self.newest
        assert (await self.person.presses(message, label, channel=self.channel)).ok
        return await self.answer(before)

    async def answer(self, before: str, saying: str = "") -> Shown:
        """Wait for a finished message that came after another and says this."""
        shown = await self.platform.until(lambda: self.finished(before, saying), PATIENCE)
        assert shown is not None
        return shown

    def finished(self, before: str, saying: str) -> Shown | None:
        for shown in self.platform.replies(self.channel, self.thread_ts):
            done = shown.streaming != "in_progress" and "Stop" not in shown.labels and shown.text not in ("", "…")
            if shown.ts > before and done and saying in shown.text:
                return shown
        return None

    @property
    def newest(self) -> str:
        return max((shown.ts for shown in self.platform.messages(self.channel)), default="0")


async def test_from_hello_to_the_uninstallation(platform: Platform, slack_hub: Hub):
    ada = Desk(platform, platform.person("Acme", "Ada *Lovelace*"))
    await begins(ada)
    await teaches(ada)
    await asks(ada)
    thread = await mentions(platform, ada)
    await slack_hub.stop()
    await slack_hub.start()
    await goes_on(thread)
    other = await installs(platform, slack_hub)
    await keeps_namesakes_apart(ada, other)
    await takes_it_out(other, slack_hub)
    await platform.settled()
    assert platform.violations == [] and platform.notified == []
    assert not any(call.arguments.get("text") == "…" for call in platform.called("chat.postMessage"))
    assert platform.lost == []
    assert "Traceback" not in slack_hub.log()


async def begins(ada: Desk) -> None:
    """Who opens the app is greeted once; what is asked is answered below the question."""
    before = ada.newest
    await ada.person.opens_home("messages")
    greeting = await ada.answer(before)
    assert "Guide" in greeting.text and greeting.labels and not greeting.thread_ts
    suggested = await ada.platform.until(lambda: ada.platform.suggested(ada.person), PATIENCE)
    assert 1 <= len(suggested) <= 4
    await ada.person.opens_home("messages")
    answer = await ada.say(suggested[0]["message"])
    assert answer.text and answer.thread_ts
    assert [each.ts for each in ada.platform.replies(ada.person)] == [greeting.ts, answer.ts]
    below = Desk(ada.platform, ada.person, thread_ts=answer.thread_ts)
    assert "@EverMynd /" in (await below.say("/help", mention=True)).text
    hello = await ada.command("start")
    assert "Guide" in hello.text
    assert "/evermynd" in (await ada.command("help")).text


async def teaches(ada: Desk) -> None:
    before = ada.newest
    await ada.person.uploads("bread.md", BREAD.encode(), "teach this to Chef", mimetype="text/markdown")
    asked = await ada.answer(before, "Chef")
    label = next(label for label in asked.labels if label.startswith("Make a coach"))
    before = ada.newest
    await ada.person.presses(asked, label)
    learned = await ada.answer(before, "What I learned from")
    assert "bread" in learned.text.lower()


async def asks(ada: Desk) -> None:
    answer = await ada.say("How long does the dough rest?")
    assert "ninety minutes" in answer.text and "[1]" in answer.text
    assert "Chef" in answer.username and answer.thread_ts
    label = next(label for label in answer.labels if label.startswith("[1]"))
    assert "ninety minutes" in (await ada.press(answer, label)).text
    judged = next(button for button in answer.buttons if button.kind == "feedback_buttons")
    assert judged


async def mentions(platform: Platform, ada: Desk) -> Desk:
    """A mention opens a thread; what is said there needs no mention any more."""
    general = platform.channel("Acme", "general", [ada.person, platform.person("Acme", "Bob")])
    root = await ada.person.says("hello <!here>", channel=general)
    asked = await ada.person.says("what can you do?", channel=general, mention=True)
    thread = Desk(platform, ada.person, general, asked.ts)
    answer = await thread.answer(asked.ts)
    assert answer.thread_ts == asked.ts
    assert not platform.messages(general, root.ts)[1:]
    follow_up = await thread.say("And how do I make a coach of my own?")
    assert follow_up.thread_ts == asked.ts
    return thread


async def goes_on(thread: Desk) -> None:
    """After a restart the thread is still a conversation."""
    assert (await thread.say("What is a citation here?")).thread_ts == thread.thread_ts


async def installs(platform: Platform, hub: Hub) -> Desk:
    """Somebody of another workspace adds the app with a browser."""
    team = platform.workspace("Other Corp", installed=False)
    admin = platform.person(team, "Zoë")
    async with httpx.AsyncClient(base_url=hub.url) as browser:
        begun = await browser.get("/oauth/slack/install")
        assert begun.status_code == 302
        state = parse_qs(urlsplit(begun.headers["location"]).query)["state"][0]
        cookie = SimpleCookie(begun.headers["set-cookie"])["evermynd_slack_state"].value
        query = {"state": state, "code": admin.installs_app()}
        done = await browser.get(
            "/oauth/slack/callback", params=query, headers={"Cookie": f"evermynd_slack_state={cookie}"}
        )
        assert done.status_code == 200 and "Other Corp" in done.text
        assert (await browser.get("/oauth/slack/callback", params=query)).status_code == 400
    return Desk(platform, platform.person(team, "Ada *Lovelace*"))


async def keeps_namesakes_apart(ada: Desk, other: Desk) -> None:
    """One name in two workspaces is two people: the other knows nothing of this one's coach."""
    assert "Chef" not in (await other.command("coaches")).text
    assert "Chef" in (await ada.command("coaches")).text


async def takes_it_out(other: Desk, hub: Hub) -> None:
    said = len(other.platform.replies(other.channel))
    await other.person.uninstalls_app()
    async with httpx.AsyncClient(base_url=hub.url) as browser:
        assert (await browser.get("/readyz")).status_code == 200
    assert len(other.platform.replies(other.channel)) == said
