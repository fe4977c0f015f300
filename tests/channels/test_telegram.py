"""Telegram keeps the channel contract, on a server that is as strict as the real one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

from bots.markup import flatten
from bots.telegram.bots import TelegramBots
from bots.telegram.places import chat_of
from bots.telegram.running import Telegram
from conversation.channel import Channel, Part
from conversation.message import Address, Attachment, Reply
from tests.bots.telegram.ground import direct, group, meeting, recorded
from tests.channels.contract import ChannelContract, Lack
from tests.telegram.platform import Platform, User


class TestTelegramChannel(ChannelContract):
    """The contract in a private chat; what the platform shows is what a person would see.

    Telegram tells a bot of no deletions. A topic is a room of a group where people talk with each other, so the bot is
    spoken to there as in any group: by its name, or by a reply.
    """

    lacks: ClassVar[frozenset[Lack]] = frozenset({"deletions", "threads"})
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

    def pressed(self, value: str, number: int) -> object:
        update = recorded("callback_private")
        update["callback_query"]["message"] |= self.place()
        update["callback_query"]["data"] = value
        update["callback_query"]["from"]["id"] = self.ann.id
        return update | {"update_id": number}

    def place(self) -> dict[str, Any]:
        """Tell where messages of this conversation stand, as Telegram writes it."""
        return {"chat": {"id": self.ann.id, "type": "private", "first_name": "Ann"}}

    def reworded(self, text: str, number: int) -> object:
        update: dict[str, Any] = dict(self.said(recorded("private_text"), text, number))
        message = update.pop("message") | {"edit_date": 1790000100}
        return update | {"update_id": number + 1000, "edited_message": message}

    def judged(self, receipt: str, good: bool) -> object:
        update = recorded("message_reaction")
        update["message_reaction"]["user"]["id"] = self.ann.id
        update["message_reaction"] |= {
            "chat": self.place()["chat"],
            "message_id": int(receipt),
            "new_reaction": [{"type": "emoji", "emoji": "❤" if good else "👎"}],
        }
        return update

    async def offered(self, name: str, content: bytes) -> Attachment:
        sent = self.platform.send_document(self.ann, name, content)
        assert sent.update_id is not None
        message = self.told(self.telegram.channel, self.platform.redeliver(sent.update_id).to_json())
        return message.attachments[0]

    async def received(self, channel: Channel, receipt: str) -> tuple[str, bytes]:
        shown = self.platform.message(chat_of(self.address()), int(receipt))
        assert shown is not None
        return shown.file_name, self.platform.content_of(shown.file_id)

    async def buttons_of(self, channel: Channel, receipt: str) -> list[str]:
        shown = self.platform.message(chat_of(self.address()), int(receipt))
        return shown.labels if shown else []

    async def shown(self, channel: Channel, receipt: str) -> str:
        shown = self.platform.message(chat_of(self.address()), int(receipt))
        return shown.text if shown else ""

    async def typings(self, channel: Channel) -> int:
        return len(self.platform.typing(chat_of(self.address())))

    def reassemble(self, parts: Sequence[Part]) -> str:
        """Put parts together without white space: Telegram takes it off both ends of a message."""
        return "".join("".join(part.text for part in parts).split())

    def words(self, text: str) -> str:
        return "".join(flatten(text).text.split())

    async def test_a_voice_message_is_fetched_whatever_its_length(self, tmp_path: Path):
        sent = self.platform.send_voice(self.ann, seconds=1800, content=b"OggS" * 9000, caption="Listen to this")
        assert sent.update_id is not None
        message = self.told(self.telegram.channel, self.platform.redeliver(sent.update_id).to_json())
        (voice,) = message.attachments
        assert (voice.kind, voice.media_type, message.text) == ("voice", "audio/ogg", "Listen to this")
        await (await self.open()).fetch(voice, tmp_path / "voice")  # type: ignore[attr-defined]
        assert (tmp_path / "voice").read_bytes() == b"OggS" * 9000

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
        said = super().said(recorded("group_reply"), text, number)
        said["message"] |= self.place()
        return said

    def place(self) -> dict[str, Any]:
        return {"chat": {"id": self.kitchen.id, "type": "group", "title": "Kitchen"}}


class TestTelegramTopic(TestTelegramChannel):
    """The same in a topic of a group; a reaction does not tell the topic, so what it is about is found by the group."""

    lacks: ClassVar[frozenset[Lack]] = frozenset({"deletions", "threads", "feedback"})

    @pytest.fixture(autouse=True)
    async def _topic(self, _somebody: None) -> None:
        self.school = self.platform.group("School", [self.ann], forum=True)
        self.topic = self.platform.topic(self.school, "Bread", self.ann)

    def place(self) -> dict[str, Any]:
        chat = {"id": self.school.id, "type": "supergroup", "title": "School", "is_forum": True}
        return {"chat": chat, "message_thread_id": self.topic, "is_topic_message": True}

    def address(self) -> Address:
        return group(self.school.id, self.topic)


class TestTelegramBots(TestTelegramChannel):
    """The same through the channel of all bots, beside which another one stands."""

    async def open(self) -> Channel:
        return TelegramBots(self.telegram.channel, alone=False)
