"""The in-memory channel keeps the contract, so a test that talks through it is not fooled."""

from conversation.channel import Channel
from conversation.message import Address
from tests.channels.contract import ChannelContract
from tests.channels.memory import Event, MemoryChannel


class TestMemoryChannel(ChannelContract):
    """The contract, without a platform."""

    lacks = frozenset({"buttons", "rewording", "deletions", "feedback", "threads"})

    async def open(self) -> Channel:
        return MemoryChannel()

    def address(self) -> Address:
        return Address("memory", "", "chat")

    def event(self, text: str, number: int) -> object:
        return Event(f"event-{number}", "chat", "ada", text)

    def foreign_events(self) -> list[object]:
        return [Event("own", "chat", "bot", "hi", from_bot=True), {"type": "noise"}]

    async def shown(self, channel: Channel, receipt: str) -> str:
        assert isinstance(channel, MemoryChannel)
        return channel.posted.get(receipt, "")


class TestIdempotentMemoryChannel(TestMemoryChannel):
    """The same on a platform that recognises keys."""

    async def open(self) -> Channel:
        return MemoryChannel(edits=False, idempotent=True)
