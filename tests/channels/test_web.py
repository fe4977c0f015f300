"""The web chat keeps the channel contract, on the real ledger."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from conversation import inbox, outbox, threads
from conversation.channel import Channel
from conversation.message import Address, Button, Reply
from knowledge.db import Database
from tests.channels.contract import ChannelContract
from ui.web.backend import ShownMessage
from ui.web.channel import Judged, WebChannel, Written, address_of
from ui.web.events import Events
from ui.web.shown import to_shown


class TestWebChannel(ChannelContract):
    """The contract; what the platform shows is what stands in the thread."""

    lacks = frozenset({"deletions", "threads", "double presses"})
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

    def pressed(self, value: str, number: int) -> object:
        return Written(self.user_id, self.thread_id, UUID(int=number), "Ask", action=value)

    def reworded(self, text: str, number: int) -> object:
        return Written(self.user_id, self.thread_id, UUID(int=number), text, edit_id=UUID(int=99))

    def judged(self, receipt: str, good: bool) -> object:
        return Judged(self.user_id, self.thread_id, UUID(receipt), good)

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
        return (await self.standing(receipt)).text

    async def buttons_of(self, channel: Channel, receipt: str) -> list[str]:
        return [button.label for button in (await self.standing(receipt)).buttons]

    async def name_of(self, channel: Channel, receipt: str) -> str:
        return (await self.standing(receipt)).coach_name

    async def standing(self, receipt: str) -> ShownMessage:
        """Read a message as the page is given it."""
        async with self.database.person(self.user_id) as connection:
            line = await threads.message(connection, UUID(receipt))
        assert line is not None
        return to_shown(line)

    async def test_every_button_is_shown(self) -> None:
        """Here a reply is sent by being told of, so its buttons are those of the ledger."""
        channel = await self.open()
        buttons = (Button("One", "/one"), Button("Zwei & <drei>", "/two"), Button("Look", "", "https://example.org/x"))
        reply = Reply("Choose", buttons=buttons)
        receipt = await channel.send(self.address(), self.rendered(channel, "Choose"), await self.key(channel, reply))
        assert await self.buttons_of(channel, receipt) == ["One", "Zwei & <drei>", "Look"]

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
