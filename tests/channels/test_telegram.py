"""Telegram keeps the channel contract, on a server that is as strict as the real one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from bots.markup import flatten
from bots.telegram.running import Telegram
from conversation.channel import Channel, Part
from conversation.message import Address, Reply
from tests.bots.telegram.ground import direct, group, meeting, recorded
from tests.channels.contract import ChannelContract
from tests.telegram.platform import Platform, User


class TestTelegramChannel(ChannelContract):
    """The contract in a private chat; what the platform shows is what a person would see."""

    platform: Platform
    telegram: Telegram
    ann: User

    @pytest.fixture(autouse=True)
    async def _somebody(self) -> AsyncIterator[None]:
        async with meeting() as (self.platform, self.telegram):
            self.ann = self.platform.person("Ann", started=True)
            yield
            assert self.platform.violations() == []

    async def open(self) -> Channel:
        return self.telegram.channel

    def address(self) -> Address:
        return direct(self.ann)

    def event(self, text: str, number: int) -> object:
        return self.said(recorded("private_text"), text, number)

    def said(self, update: dict[str, Any], text: str, number: int) -> dict[str, Any]:
        """Let a recorded message say something else."""
        update["message"] |= {"text": text, "entities": []}
        return update | {"update_id": number}

    def foreign_events(self) -> list[object]:
        own = recorded("private_text")
        own["message"]["from"] = recorded("callback_private")["callback_query"]["message"]["from"]
        return [own, *map(recorded, ("channel_post", "group_unaddressed", "unknown_kind")), {"type": "noise"}, None]

    async def shown(self, channel: Channel, receipt: str) -> str:
        shown = self.platform.message(int(self.address().external_id.partition(":")[0]), int(receipt))
        return shown.text if shown else ""

    def reassemble(self, parts: Sequence[Part]) -> str:
        """Put parts together without white space: Telegram takes it off both ends of a message."""
        return "".join("".join(part.text for part in parts).split())

    def words(self, text: str) -> str:
        return "".join(flatten(text).text.split())

    @pytest.mark.parametrize(
        "text",
        ["x" * 9000, "🙂" * 5000, "**bold 🍞 words** " * 700, "- item\n" * 1500, "```\n" + "code\n" * 2000 + "```"],
    )
    async def test_the_platform_takes_every_part_and_shows_all_of_it(self, text: str):
        channel = await self.open()
        shown: list[Part] = []
        for number, part in enumerate(channel.render(Reply(text), channel.capabilities(self.address()))):
            receipt = await channel.send(self.address(), part, f"key:{number}")
            shown.append(Part(await self.shown(channel, receipt)))
        assert self.reassemble(shown) == self.words(text)


class TestTelegramGroup(TestTelegramChannel):
    """The same in a group, where the bot is spoken to by its name."""

    @pytest.fixture(autouse=True)
    async def _group(self, _somebody: None) -> None:
        self.kitchen = self.platform.group("Kitchen", [self.ann])

    def address(self) -> Address:
        return group(self.kitchen.id)

    def said(self, update: dict[str, Any], text: str, number: int) -> dict[str, Any]:
        return super().said(recorded("group_reply"), text, number)


class TestTelegramTopic(TestTelegramChannel):
    """The same in a topic of a group."""

    @pytest.fixture(autouse=True)
    async def _topic(self, _somebody: None) -> None:
        self.school = self.platform.group("School", [self.ann], forum=True)
        self.topic = self.platform.topic(self.school, "Bread", self.ann)

    def address(self) -> Address:
        return group(self.school.id, self.topic)
