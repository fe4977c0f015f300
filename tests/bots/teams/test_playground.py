"""Microsoft's own stand-in for Teams takes what the bot posts: streams, cards and pictures."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bots.teams.cards import FIELD
from bots.teams.icons import colour_icon
from bots.teams.running import Teams, open_bot
from bots.teams.settings import TeamsSettings
from conversation.channel import Part
from conversation.message import Address, Attachment, Button, Message, Reply
from tests.bots.memory import Memory
from tests.bots.teams.ground import NoDatabase, serving
from tests.channels.contract import FORM
from tests.playground.server import Playground, missing, open_playground
from tests.playground.server import Reply as Shown

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "never")


@dataclass
class Visit:
    """A bot without an app id before the Playground."""

    playground: Playground
    teams: Teams
    memory: Memory

    async def asked(self, text: str) -> Message:
        """Let somebody write, and give what the bot's core hears."""
        await self.playground.says(text)
        await self.playground.until(lambda: any(each.text == text for each in self.memory.messages))
        return next(each for each in self.memory.messages if each.text == text)

    def part(self, to: Address, reply: Reply) -> Part:
        (part,) = self.teams.channel.render(reply, self.teams.channel.capabilities(to))
        return part

    async def shown(self, receipt: str) -> Shown:
        """Wait until the Playground shows a message."""
        own = receipt.partition("~")[0]
        found = await self.playground.until(lambda: [each for each in self.playground.replies() if each.id == own])
        return found[0]

    async def told(self, words: str) -> None:
        """Wait until the Playground's page was told these words."""
        await self.playground.until(lambda: any(words in str(event) for event in self.playground.events))


@pytest.fixture(name="visit", scope="module")
async def _visit() -> AsyncIterator[Visit]:
    memory = Memory()
    async with open_bot(TeamsSettings(allow_anonymous=True)) as teams:
        webhook = teams.attach(memory, NoDatabase())
        async with serving(webhook) as url, open_playground(url) as playground:
            yield Visit(playground, teams, memory)


async def test_a_stream_grows_and_is_finished_with_its_buttons(visit: Visit):
    asked = await visit.asked("What is flour?")
    channel, to = visit.teams.channel, asked.address
    receipt = await channel.draft(to, asked, visit.part(to, Reply("Flour")), "key", "")
    for text in ("Flour is ground gr", "Flour is ground grain and mo"):
        assert await channel.draft(to, asked, visit.part(to, Reply(text)), "key", receipt) == receipt
    done = visit.part(to, Reply("Flour is ground grain and **more**.", buttons=(Button("More", "/more"),)))
    await channel.edit(to, receipt, done)
    await visit.told("grain and **more**.")
    await visit.told("'/more'")
    await channel.edit(to, receipt, visit.part(to, Reply("Another wording")))
    await visit.told("Another wording")


async def test_a_form_is_handed_in(visit: Visit):
    asked = await visit.asked("/creator")
    to = asked.address
    receipt = await visit.teams.channel.send(to, visit.part(to, Reply("Tell me", form=FORM)), "key")
    shown = await visit.shown(receipt)
    (submit,) = [action for each in shown.cards[0]["body"] for action in each.get("actions", [])]
    await visit.playground.submits(shown, {**submit["data"], f"{FIELD}name": "Zoë"})
    await visit.playground.until(lambda: visit.memory.last.fields)
    assert (visit.memory.last.action, dict(visit.memory.last.fields)) == (FORM.action, {"name": "Zoë"})


async def test_a_picture_is_shown(visit: Visit, tmp_path: Path):
    asked = await visit.asked("a chart, please")
    (tmp_path / "x").write_bytes(colour_icon())
    part = Part("", file=Attachment(None, "chart.png", "image/png", 9, kind="photo"))
    receipt = await visit.teams.channel.send_file(asked.address, tmp_path / "x", part, "key")
    shown = await visit.shown(receipt)
    assert shown.raw["attachments"][0]["contentType"] == "image/png"
