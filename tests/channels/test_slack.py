"""Slack keeps the channel contract, on a server that is as strict as the real one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, ClassVar

import pytest

from bots.markup import slack_flat, to_mrkdwn
from bots.slack.interactions import carry
from bots.slack.posting import thread_of
from bots.slack.running import Slack
from conversation.channel import Channel, Part
from conversation.errors import Unknown
from conversation.message import Address, Attachment, Form, Reply
from tests.bots.slack.ground import meeting, recorded
from tests.channels.contract import ChannelContract, Lack
from tests.slack.platform import Person, Platform, Shown


class TestSlackChannel(ChannelContract):
    """The contract in a direct message; what the platform shows is what a person would see."""

    lacks: ClassVar[frozenset[Lack]] = frozenset({"typing"})
    platform: Platform
    slack: Slack
    ann: Person

    @pytest.fixture(autouse=True)
    async def _somebody(self) -> AsyncIterator[None]:
        async with meeting() as (self.platform, self.slack):
            self.ann = self.platform.person("Acme", "Ann")
            await self._place()
            yield
            assert self.platform.violations == []
            assert self.platform.notified == []

    async def _place(self) -> None:
        """Set up where the conversation is."""

    @property
    def team(self) -> str:
        return self.ann.workspace.team_id

    @property
    def me(self) -> str:
        return self.ann.workspace.bot_user_id

    @property
    def where(self) -> str:
        return self.address().group_id

    @property
    def thread(self) -> str:
        return thread_of(self.address())

    @property
    def parent(self) -> str:
        """Who wrote what the thread stands below."""
        return self.me

    async def open(self) -> Channel:
        return self.slack.channel

    def address(self) -> Address:
        return Address("slack", self.team, self.ann.direct.id)

    def ours(self, name: str, **event: Any) -> dict[str, Any]:
        """Give a recorded payload as one of this workspace and conversation."""
        payload = recorded(name)
        payload["authorizations"] = [{"team_id": self.team, "user_id": self.me, "is_bot": True}]
        payload["event"] |= {"channel": self.where} | event
        if self.thread:
            payload["event"]["thread_ts"] = self.thread
        return payload

    def stamp(self, number: int) -> str:
        return f"17322012{number:02}.000100"

    def event(self, text: str, number: int) -> object:
        return self.ours("message_im", text=text, ts=self.stamp(number), user=self.ann.id)

    def foreign_events(self) -> list[object]:
        own = self.ours("own_message")
        own["event"] |= {"user": self.me}
        others = ("bot_message", "message_channels", "unknown_event", "unknown_subtype", "unknown_interaction")
        return [own, *map(recorded, others), {"type": "noise"}, None]

    def reworded(self, text: str, number: int) -> object:
        message = {"text": text, "ts": self.stamp(number), "user": self.ann.id, "type": "message"}
        message |= {"thread_ts": self.thread} if self.thread else {}
        return self.ours("message_changed", message=message, previous_message=message | {"text": "before"})

    def taken_back(self, number: int) -> object:
        before = {"text": "oh", "ts": self.stamp(number), "user": self.ann.id}
        before |= {"thread_ts": self.thread} if self.thread else {}
        return self.ours("message_deleted", deleted_ts=self.stamp(number), previous_message=before)

    def in_thread(self, text: str, number: int) -> object:
        event = self.ours("thread_reply", text=text, ts=self.stamp(number), channel="C0GENERAL1")
        event["event"] |= {"thread_ts": "1732201200.000001", "parent_user_id": "U0SOMEBODY"}
        return event

    def interaction(self, name: str, **changes: Any) -> dict[str, Any]:
        payload = recorded(name) | {"team": {"id": self.team}} | changes
        payload["container"] |= {"channel_id": self.where, "thread_ts": self.thread}
        if self.thread:
            payload["message"] |= {"thread_ts": self.thread, "parent_user_id": self.parent}
        return payload

    def pressed(self, value: str, number: int) -> object:
        pressed = self.interaction("block_actions_button", trigger_id=f"trigger-{number}")
        pressed["actions"][0] |= {"value": value}
        return pressed

    def judged(self, receipt: str, good: bool) -> object:
        judged = self.interaction("block_actions_feedback", trigger_id="trigger")
        judged["container"] |= {"message_ts": receipt}
        judged["actions"][0] |= {"value": "good" if good else "bad"}
        return judged

    def filled(self, form: Form, answers: Mapping[str, str], number: int) -> object:
        payload: dict[str, Any] = recorded("view_submission")
        payload |= {"trigger_id": f"trigger-{number}", "team": {"id": self.team}}
        values: dict[str, Any] = {}
        for field in form.fields:
            said = answers[field.name]
            chosen = {"type": "static_select", "selected_option": {"value": said}}
            values[field.name] = {"answer": chosen if field.options else {"type": "plain_text_input", "value": said}}
        payload["view"] |= {"private_metadata": carry(self.address(), form.action), "state": {"values": values}}
        payload["view"] |= {"app_installed_team_id": self.team}
        return payload

    async def offered(self, name: str, content: bytes) -> Attachment:
        return self.brought(await self.ann.uploads(name, content))

    def brought(self, sent: Shown) -> Attachment:
        """Give the file of a message as its event brings it."""
        files = [self.platform.file(sent.files[0]).to_json(self.platform.url)]
        (file,) = self.told(self.slack.channel, self.ours("file_share", files=files, user=self.ann.id)).attachments
        return file

    async def received(self, channel: Channel, receipt: str) -> tuple[str, bytes]:
        file = self.platform.file(receipt.removeprefix("file:"))
        assert file.complete and any(place == self.where for place, _ in file.shares)
        assert "Here it is" in [each.text for each in self.platform.replies(self.where)]
        return file.name, file.content

    def _message(self, receipt: str) -> Shown:
        return self.platform.message(self.where, receipt)

    async def buttons_of(self, channel: Channel, receipt: str) -> list[str]:
        return [button.label for button in self._message(receipt).buttons]

    async def name_of(self, channel: Channel, receipt: str) -> str:
        assert self._message(receipt).icon == ":tea:"
        return self._message(receipt).username

    async def shown(self, channel: Channel, receipt: str) -> str:
        try:
            return self.platform.shown(self.where, receipt)
        except LookupError:
            return ""

    async def typings(self, channel: Channel) -> int:
        return len(self.platform.statuses)

    def reassemble(self, parts: Sequence[Part]) -> str:
        """Put parts together without white space, which falls away where a text is cut."""
        return "".join("".join(part.text for part in parts).split())

    def words(self, text: str) -> str:
        return "".join(to_mrkdwn(slack_flat(text)).split())

    @pytest.mark.parametrize(
        "text",
        ["x" * 9000, "🙂" * 5000, "**bold 🍞 words** " * 700, "- item\n" * 1500, "```\n" + "code\n" * 2000 + "```"],
    )
    async def test_the_platform_takes_every_part_and_shows_all_of_it(self, text: str):
        shown = await self.sent(text)
        assert "".join(shown.split()).replace("•", "") == "".join(slack_flat(text).text.split()).replace("•", "")

    async def test_a_message_whose_answer_got_lost_is_found_again(self):
        channel = await self.open()
        self.platform.fail("chat.postMessage", "drop", accepted=True)
        part = self.rendered(channel, "once")
        with pytest.raises(Unknown):
            await channel.send(self.address(), part, "key:lost")
        receipt = await channel.send(self.address(), part, "key:lost")
        assert [each.ts for each in self.platform.replies(self.where) if each.text == "once"] == [receipt]

    async def test_nobody_is_called_by_what_a_document_says(self):
        channel = await self.open()
        words = "<!channel> <@U0ANN00001> @here <https://evil.example|click> [x](<!here>) `<!everyone>` &lt;!here&gt;"
        reply = Reply(words, coach_name="<!here>", avatar="🦉")
        for number, part in enumerate(channel.render(reply, channel.capabilities(self.address()))):
            await channel.send(self.address(), part, f"key:{number}")
        assert self.platform.notified == [] and "<!channel>" in self.platform.replies(self.where)[-1].text


class TestSlackThread(TestSlackChannel):
    """The same in a thread of a channel, where an answer is streamed."""

    lacks: ClassVar[frozenset[Lack]] = frozenset()

    async def _place(self) -> None:
        self.general = self.platform.channel("Acme", "general", [self.ann])
        self.root = await self.ann.says("hello", channel=self.general)

    def address(self) -> Address:
        return Address("slack", self.team, f"{self.general.id}:{self.root.ts}", "thread")

    def ours(self, name: str, **event: Any) -> dict[str, Any]:
        payload = super().ours(name, **event)
        payload["event"] |= {"channel_type": "channel", "parent_user_id": self.parent}
        for each in (payload["event"].get("message"), payload["event"].get("previous_message")):
            if each is not None:
                each |= {"parent_user_id": self.parent}
        return payload

    async def received(self, channel: Channel, receipt: str) -> tuple[str, bytes]:
        found = await super().received(channel, receipt)
        assert all(each.thread_ts == self.root.ts for each in self.platform.replies(self.where))
        return found

    async def offered(self, name: str, content: bytes) -> Attachment:
        sent = await self.ann.uploads(name, content, channel=self.general, thread_ts=self.root.ts)
        return self.brought(sent)


class TestSlackAgent(TestSlackThread):
    """The same in a direct message with an agent, who answers below what was asked."""

    async def _place(self) -> None:
        self.root = await self.ann.says("hello")
        self.general = self.ann.direct

    @property
    def parent(self) -> str:
        return self.ann.id

    def address(self) -> Address:
        return Address("slack", self.team, self.ann.direct.id, via=self.root.ts)

    async def test_a_question_at_the_top_level_is_answered_below_it(self):
        channel = self.slack.channel
        first, second = (self.told(channel, self.event("hello", number)) for number in (1, 2))
        assert first.address == second.address == self.address()
        assert channel.capabilities(first.address).drafts
        payload = self.ours("message_im", text="hello", ts=self.stamp(3), user=self.ann.id)
        del payload["event"]["thread_ts"]
        assert thread_of(self.told(channel, payload).address) == self.stamp(3)


class TestSlackAssistant(TestSlackThread):
    """The same in a thread of the assistant pane, as older apps have it."""

    async def _place(self) -> None:
        self.platform.app.pane = True
        self.root = await self.ann.opens_assistant()
        self.general = self.ann.direct

    def address(self) -> Address:
        return Address("slack", self.team, f"{self.ann.direct.id}:{self.root.ts}")

    async def test_a_status_is_shown_while_an_answer_is_made(self):
        await self.slack.channel.typing(self.address())
        assert self.platform.statuses[-1].thread_ts == self.root.ts
