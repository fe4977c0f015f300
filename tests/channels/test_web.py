"""The web chat keeps the channel contract, on the real ledger."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from conversation import inbox, outbox
from conversation.channel import Channel
from conversation.message import Address, Reply
from conversation.payloads import to_reply
from knowledge.db import Database
from tests.channels.contract import ChannelContract
from ui.web.channel import WebChannel, Written, address_of
from ui.web.events import Events


class TestWebChannel(ChannelContract):
    """The contract; what the platform shows is what stands in the thread."""

    user_id: UUID
    thread_id: UUID
    database: Database

    @pytest.fixture(autouse=True)
    async def _somebody(self, database: Database, person: UUID) -> None:
        self.database, self.user_id, self.thread_id = database, person, uuid4()

    async def open(self) -> Channel:
        return WebChannel(self.database, Events(self.database))

    def address(self) -> Address:
        return address_of(self.thread_id)

    def event(self, text: str, number: int) -> object:
        return Written(self.user_id, self.thread_id, UUID(int=number), text)

    def foreign_events(self) -> list[object]:
        return [{"type": "client_message"}, "ping", None]

    async def key(self, channel: Channel, reply: Reply) -> str:
        """Let somebody write and the hub reply, so that the reply stands in the thread before it is sent."""
        message = self.told(channel, self.event("hello", 1))
        accepted = await inbox.accept(self.database, self.user_id, message)
        async with self.database.person(self.user_id) as connection:
            await outbox.append(connection, accepted.conversation_id, f"turn:{accepted.inbox_id}:0", reply)
        return f"turn:{accepted.inbox_id}:0:0"

    async def shown(self, channel: Channel, receipt: str) -> str:
        async with self.database.person(self.user_id) as connection:
            found = await connection.execute("select payload from messages where message_id = %s", (UUID(receipt),))
            row = await found.fetchone()
        assert row is not None
        return to_reply(row["payload"]).text

    async def test_sending_tells_whoever_looks_at_the_thread(self) -> None:
        events = Events(self.database)
        channel = WebChannel(self.database, events)
        key = await self.key(channel, Reply("hello back"))
        async with self.database.listen("web") as listening:
            (part,) = channel.render(Reply("hello back"), channel.capabilities(self.address()))
            receipt = await channel.send(self.address(), part, key)
            async for notice in listening.notifies(timeout=10, stop_after=1):
                assert receipt in notice.payload
                return
        pytest.fail("nobody was told")
