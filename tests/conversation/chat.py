"""A hub that messengers talk to: what they tell comes in through the intake, and what is said is shown in a chat."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

from conversation.intake import Intake
from conversation.message import Message, Reply
from knowledge.db import Database
from tests.conversation.messenger import Messenger
from tests.conversation.rig import Rig, open_rig


class Chat:
    """A rig whose messages come in through the intake."""

    def __init__(self, rig: Rig, channel: Messenger, intake: Intake) -> None:
        self.rig, self.channel, self.intake = rig, channel, intake

    async def take(self, *events: object) -> None:
        for event in events:
            await self.intake.take(self.channel, event)

    async def ask(self, message: Message) -> list[Reply]:
        await self.take(message)
        return await self.rig.replies(message)

    def shown(self) -> list[str]:
        return list(self.channel.posted.values())

    async def all_sent(self) -> bool:
        return not await self.rig.rows("select from outbox where state in ('open', 'pending', 'sending')")


@asynccontextmanager
async def open_chat(database: Database, person: UUID, policy: str = "open", **more: object) -> AsyncGenerator[Chat]:
    channel = Messenger(**more)  # type: ignore[arg-type]
    async with open_rig(database, person, channel) as rig:
        yield Chat(rig, channel, Intake(database, rig.dispatcher, policy))  # type: ignore[arg-type]


async def users(chat: Chat) -> list[dict[str, object]]:
    return await chat.rig.rows("select * from users join identities using (user_id) where channel = 'memory'")
