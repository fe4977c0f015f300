"""What every channel must do. A channel's test class subclasses `ChannelContract` and gives its own samples."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import pytest

from bots.markup import length
from conversation.channel import Channel, Editing, Part, Streaming
from conversation.inbox import conversation_of, id_of
from conversation.message import Address, Button, Message, Progress, Reply


class ChannelContract(ABC):
    """The contract; `open` gives the channel, the rest its samples."""

    @abstractmethod
    async def open(self) -> Channel:
        """Give the channel under test."""

    @abstractmethod
    def address(self) -> Address:
        """Give a conversation the channel can send to."""

    @abstractmethod
    def event(self, text: str, number: int) -> object:
        """Give the native event of a person's message, another one for each number."""

    @abstractmethod
    def foreign_events(self) -> list[object]:
        """Give events that are not for us: the bot's own message, noise."""

    @abstractmethod
    async def shown(self, channel: Channel, receipt: str) -> str:
        """Read back what the platform shows under this receipt."""

    def reassemble(self, parts: Sequence[Part]) -> str:
        """Put together again what parts say."""
        return "".join(part.text for part in parts)

    def words(self, text: str) -> str:
        """Give what all parts of a text together have to say; a channel that writes no Markdown says it otherwise."""
        return text

    def told(self, channel: Channel, event: object) -> Message:
        """Read an event that is a message."""
        message = channel.parse(event)
        assert isinstance(message, Message)
        return message

    async def test_a_message_keeps_its_text_and_address(self):
        channel = await self.open()
        message = self.told(channel, self.event("Grüße, 🙂 \u202bשלום\u202c", 1))
        assert message.text == "Grüße, 🙂 \u202bשלום\u202c"
        assert message.address.channel == channel.name

    async def test_the_same_event_is_the_same_message_and_another_is_another(self):
        channel = await self.open()
        first, again, other = (self.told(channel, self.event("hi", number)) for number in (1, 1, 2))
        assert id_of(first) == id_of(again)
        assert id_of(first) != id_of(other)
        assert conversation_of(first.address) == conversation_of(other.address)

    async def test_ignores_what_is_not_for_us(self):
        channel = await self.open()
        assert [channel.parse(event) for event in self.foreign_events()] == [None] * len(self.foreign_events())

    @pytest.mark.parametrize("text", ["short", "word " * 3000, "x" * 9000, "🙂" * 5000, "line\n\n" * 2000])
    async def test_nothing_is_lost_in_splitting_and_every_part_fits(self, text: str):
        channel = await self.open()
        capabilities = channel.capabilities(self.address())
        parts = channel.render(Reply(text), capabilities)
        assert self.reassemble(parts) == self.words(text)
        assert max(length(part.text, capabilities.text_unit) for part in parts) <= capabilities.text_limit

    async def test_buttons_stay_within_the_limit(self):
        channel = await self.open()
        capabilities = channel.capabilities(self.address())
        reply = Reply("Choose", buttons=tuple(Button(f"B{n}", f"/b {n}") for n in range(60)))
        assert all(len(part.buttons) <= capabilities.buttons for part in channel.render(reply, capabilities))

    async def test_what_is_sent_is_shown(self):
        channel = await self.open()
        reply = Reply("**Hello**", progress=Progress("Reading", 40, 2, 5))
        (part,) = channel.render(reply, channel.capabilities(self.address()))
        receipt = await channel.send(self.address(), part, await self.key(channel, reply))
        assert receipt
        assert "Hello" in await self.shown(channel, receipt)

    async def test_an_idempotent_channel_shows_a_repeated_key_once(self):
        channel = await self.open()
        if not channel.capabilities(self.address()).idempotent:
            return
        key = await self.key(channel, Reply("once"))
        (part,) = channel.render(Reply("once"), channel.capabilities(self.address()))
        first = await channel.send(self.address(), part, key)
        assert await channel.send(self.address(), part, key) == first

    async def test_an_edit_replaces_what_is_shown(self):
        channel = await self.open()
        if not isinstance(channel, Editing) or not channel.capabilities(self.address()).edit:
            return
        before, after = (self.rendered(channel, text) for text in ("before", "and **after**"))
        receipt = await channel.send(self.address(), before, await self.key(channel, Reply("before")))
        await channel.edit(self.address(), receipt, after)
        await channel.edit(self.address(), receipt, after)
        shown = await self.shown(channel, receipt)
        assert "after" in shown and "before" not in shown

    async def test_the_abilities_a_channel_claims_are_there(self):
        channel = await self.open()
        capabilities = channel.capabilities(self.address())
        assert not capabilities.edit or isinstance(channel, Editing)
        assert capabilities.stream_interval is None or isinstance(channel, Streaming | Editing)

    def rendered(self, channel: Channel, text: str) -> Part:
        """Give the only part of a short reply."""
        (part,) = channel.render(Reply(text), channel.capabilities(self.address()))
        return part

    async def key(self, channel: Channel, reply: Reply) -> str:
        """Give the idempotency key of a reply that is about to be sent."""
        return "turn:contract:0:0"
