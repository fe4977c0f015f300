"""One conversation's outbox, whose sender a test steps by hand."""

from __future__ import annotations

from uuid import UUID, uuid4

from conversation import outbox
from conversation.message import Chart, Reply, Series
from conversation.sender import Sender
from knowledge.db import Database
from tests.channels.memory import MemoryChannel

CHART = Chart("Questions", ("Mon", "Tue"), (Series("asked", (3, 5)),))


class Box:
    """One conversation's outbox and its sender, stepped by hand."""

    def __init__(self, database: Database, user_id: UUID, channel: MemoryChannel) -> None:
        self.database, self.user_id, self.channel = database, user_id, channel
        self.conversation_id = uuid4()
        self.sender = Sender(database, {"memory": channel}, "first")

    async def begin(self) -> Box:
        async with self.database.person(self.user_id) as connection:
            await connection.execute(
                "insert into conversations (conversation_id, channel, account, external_id, user_id) "
                "values (%s, 'memory', '', 'chat', %s)",
                (self.conversation_id, self.user_id),
            )
        return self

    async def say(self, key: str, reply: Reply, purpose: outbox.Purpose = "reply") -> None:
        async with self.database.person(self.user_id) as connection:
            await outbox.append(connection, self.conversation_id, key, reply, purpose)

    async def revise(self, key: str, reply: Reply) -> None:
        async with self.database.system() as connection:
            await outbox.revise(connection, key, reply)

    async def send(self, owner: str = "first") -> None:
        """Do what one look of the sender does."""
        sender = Sender(self.database, {"memory": self.channel}, owner)
        for row in await outbox.claim(self.database, owner, ["memory"]):
            await sender.deliver(row)

    async def let_the_lease_run_out(self) -> None:
        async with self.database.system() as connection:
            await connection.execute("update outbox set leased_until = now() - interval '1 s', due_at = now()")

    async def speak(self, language: str) -> None:
        async with self.database.system() as connection:
            await connection.execute("update users set language = %s", (language,))

    async def states(self) -> list[str]:
        async with self.database.system() as connection:
            rows = await (await connection.execute("select state from outbox order by seq")).fetchall()
        return [row["state"] for row in rows]
