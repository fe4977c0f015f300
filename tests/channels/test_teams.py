"""Teams keeps the channel contract, on a service that is as strict as the real one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from bots.markup import parse, teams_flat
from bots.teams.cards import ACTION, FIELD
from bots.teams.cards import FORM as SENT
from bots.teams.icons import colour_icon
from bots.teams.places import address_of
from conversation.channel import Channel, Part
from conversation.message import Address, Attachment, Button, Feedback, Form, Reply
from tests.bots.teams.ground import Meeting, meeting
from tests.channels.contract import FORM, ChannelContract
from tests.teams.platform import Chat, Person, Shown

PNG = colour_icon()


class TestTeamsChannel(ChannelContract):
    """The contract in a personal chat; what the platform shows is what a person would see."""

    met: Meeting
    ann: Person
    chat: Chat
    root = ""

    @pytest.fixture(autouse=True)
    async def _somebody(self) -> AsyncIterator[None]:
        async with meeting(reads_all=True) as self.met:
            self.ann = self.met.platform.person("Ann")
            await self._settle()
            yield
            assert self.met.platform.violations == []
            assert [call.code for call in self.met.platform.refused if call.method != "delete"] == []

    async def _settle(self) -> None:
        self.chat = self.ann.personal

    async def open(self) -> Channel:
        return self.met.teams.channel

    def address(self) -> Address:
        base = self.met.platform.writer.base("message", self.ann.account, self.chat, root=self.root)
        found = address_of(base, "unknown")
        assert found is not None
        return found

    def event(self, text: str, number: int) -> object:
        return self.said(text, number)

    def said(self, text: str, number: int) -> dict[str, Any]:
        """Let somebody say something, as the platform writes it."""
        write = self.met.platform.writer.message
        mentions = [] if self.chat.kind == "personal" else [self.met.platform.bot]
        return write(self.ann.account, self.chat, text, str(number), root=self.root, mentions=mentions, attachments=[])

    def foreign_events(self) -> list[object]:
        own = self.said("mine", 1) | {"from": self.met.platform.bot.to_json()}
        other = self.said("another bot's", 2) | {"from": {"id": "28:other", "name": "Other", "role": "bot"}}
        typing = self.said("", 3) | {"type": "typing"}
        elsewhere = self.said("hello", 4) | {"channelId": "webchat"}
        return [own, other, typing, elsewhere, {"type": "noise"}, {}, None, 7]

    async def shown(self, channel: Channel, receipt: str) -> str:
        found = self.look(receipt)
        return found.everything if found else ""

    def look(self, receipt: str) -> Shown | None:
        return self.met.platform.message(self.chat, receipt.partition("~")[0])

    async def typings(self, channel: Channel) -> int:
        return self.met.platform.typing(self.chat)

    def reassemble(self, parts: Sequence[Part]) -> str:
        """Put parts together without white space, as words: Teams reads Markdown."""
        return "".join(self.words(part.text) for part in parts)

    def words(self, text: str) -> str:
        return "".join(teams_flat(text).text.split())

    @pytest.mark.parametrize(
        "text",
        ["x" * 40_000, "🙂" * 9000, "**bold 🍞 words** " * 1500, "- item\n" * 3000, "```\n" + "code\n" * 5000 + "```"],
    )
    async def test_the_platform_takes_every_part_and_shows_all_of_it(self, text: str):
        shown = await self.sent(text)
        assert "".join(shown.split()) == self.words(text)
        assert parse(text)

    def pressed(self, value: str, number: int) -> object:
        return self.happened("message", number, {"value": {ACTION: value}, "replyToId": "1"})

    def reworded(self, text: str, number: int) -> object:
        said = self.said(text, number)
        later = {"type": "messageUpdate", "timestamp": "2030-01-01T00:00:00.1Z"}
        return said | later | {"channelData": said["channelData"] | {"eventType": "editMessage"}}

    def taken_back(self, number: int) -> object:
        said = self.happened("messageDelete", number, {})
        return said | {"channelData": said["channelData"] | {"eventType": "softDeleteMessage"}}

    def judged(self, receipt: str, good: bool) -> object:
        value = {"actionName": "feedback", "actionValue": {"reaction": "like" if good else "dislike"}}
        invoke = {"name": "message/submitAction", "value": value, "replyToId": receipt}
        return self.happened("invoke", 7, invoke)

    def filled(self, form: Form, answers: Mapping[str, str], number: int) -> object:
        value = {ACTION: form.action, SENT: True} | {FIELD + name: answer for name, answer in answers.items()}
        return self.happened("message", number, {"value": value, "replyToId": "1"})

    def happened(self, kind: str, number: int, more: dict[str, Any]) -> dict[str, Any]:
        """Let somebody do something, as the platform tells it."""
        return self.met.platform.writer.base(kind, self.ann.account, self.chat, str(number), self.root) | more

    def in_thread(self, text: str, number: int) -> object:
        channel = self.met.platform.channel("School", f"Unnamed {self.root or 'yet'}", [self.ann])
        write = self.met.platform.writer.message
        return write(self.ann.account, channel, text, str(number), root="1700000000001", mentions=[], attachments=[])

    async def offered(self, name: str, content: bytes) -> Attachment:
        (file,) = self.told(await self.open(), (await self.ann.uploads(name, content)).activity).attachments
        return file

    async def buttons_of(self, channel: Channel, receipt: str) -> list[str]:
        found = self.look(receipt)
        return found.labels if found else []

    async def test_a_file_is_sent_as_it_is(self, tmp_path: Path):
        """A picture stands in the message; how any other file is handed over, its own tests tell."""
        (tmp_path / "x").write_bytes(PNG)
        part = Part("", file=Attachment(None, "chart.png", "image/png", len(PNG), kind="photo"))
        shown = self.look(await self.met.teams.channel.send_file(self.address(), tmp_path / "x", part, "key"))
        assert shown and [(each.name, each.content) for each in shown.pictures] == [("chart.png", PNG)]

    async def test_what_can_be_pressed_comes_back_from_the_card(self):
        reply = Reply("Which *one*?", buttons=(Button("Bread", "/bread 1"), Button("Docs", "", "https://example.org/")))
        shown = await self.posted(reply)
        assert "Which one?" in shown.everything
        pressed = self.told(await self.open(), (await self.ann.presses(shown, "Bread")).activity)
        assert (pressed.action, pressed.native_id, pressed.address) == ("/bread 1", shown.id, self.address())

    async def test_a_form_is_filled_in_on_the_card(self):
        shown = await self.posted(Reply("Tell me", form=FORM))
        assert FORM.title in shown.everything and shown.labels == [FORM.submit]
        given = {f"{FIELD}name": "Zoë <at>x</at>", f"{FIELD}tone": "brief"}
        pressed = self.told(await self.open(), (await self.ann.presses(shown, FORM.submit, given)).activity)
        assert pressed.fields == {"name": "Zoë <at>x</at>", "tone": "brief", "about": ""}

    async def test_a_button_beside_a_form_sends_nothing_of_it(self):
        shown = await self.posted(Reply("Tell me", form=FORM, buttons=(Button("Off", "/digest off"),)))
        pressed = self.told(await self.open(), (await self.ann.presses(shown, "Off")).activity)
        assert (pressed.action, dict(pressed.fields)) == ("/digest off", {})

    async def test_thumbs_stand_below_an_answer_that_says_who_made_it(self):
        shown = await self.posted(Reply("An answer", feedback=True, about="a question"))
        assert shown.feedback == "default" and shown.ai_label
        sent = await self.ann.feedback(shown, "dislike")
        found = (await self.open()).parse(sent.activity)
        assert isinstance(found, Feedback) and (found.native_id, found.good) == (shown.id, False)

    async def posted(self, reply: Reply) -> Shown:
        """Post a short reply and look at it."""
        channel = await self.open()
        (part,) = channel.render(reply, channel.capabilities(self.address()))
        shown = self.look(await channel.send(self.address(), part, "key"))
        assert shown is not None
        return shown


class TestTeamsGroup(TestTeamsChannel):
    """The same in a group chat, where the bot is spoken to by its name."""

    async def _settle(self) -> None:
        self.chat = self.met.platform.group("Kitchen", [self.ann])


class TestTeamsThread(TestTeamsChannel):
    """The same in a thread of a channel."""

    async def _settle(self) -> None:
        self.chat = self.met.platform.channel("School", "Bread", [self.ann])
        self.root = (await self.ann.says("How do I begin?", self.chat)).id
