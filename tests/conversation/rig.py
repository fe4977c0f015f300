"""A hub in one process for tests: the real ledger, lanes, graph and senders; a scripted model, a platform in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from uuid import UUID

from conversation import checkpoints, inbox
from conversation.bots import Bots
from conversation.coaches import guide
from conversation.dispatcher import Dispatcher
from conversation.graph import build
from conversation.message import Message, Reply
from conversation.payloads import to_reply
from conversation.sender import Sender
from conversation.state import Searcher, Services
from conversation.turns import Assistant
from knowledge.db import Database
from knowledge.graph import Graph
from knowledge.models.port import AnswerRequest, ChatModel, OnUsage, Transcriber, Usage, ignore_usage
from knowledge.retrieval import Recall
from tests.channels.memory import Event, MemoryChannel


@dataclass(slots=True)
class ScriptedModel:
    """Answers with `text` in pieces; `pause` holds it before the first piece until it is set."""

    text: str = "An answer."
    name: str = "scripted"
    offline: bool = False
    error: Exception | None = None
    pause: asyncio.Event | None = None
    started: asyncio.Event = field(default_factory=asyncio.Event)
    requests: list[AnswerRequest] = field(default_factory=list[AnswerRequest])

    async def stream(self, request: AnswerRequest, on_usage: OnUsage = ignore_usage) -> AsyncGenerator[str, None]:
        self.requests.append(request)
        self.started.set()
        try:
            if self.error:
                raise self.error
            words = self.text.split(" ")
            for number, word in enumerate(words):
                if self.pause and number == 1:
                    await self.pause.wait()
                yield word if number == 0 else f" {word}"
        finally:
            on_usage(Usage(10, 5))


@dataclass(slots=True)
class FixedSearch:
    """Finds the same passages whatever is asked."""

    found: Recall = Recall(())
    questions: list[str] = field(default_factory=list[str])

    async def search(
        self, database: Database, user_id: UUID | None, coach_ids: list[UUID], query: str, limit: int = 8
    ) -> Recall:
        self.questions.append(query)
        return self.found


@dataclass(slots=True)
class Rig:
    """The running hub and what a test needs to talk to it."""

    database: Database
    user_id: UUID
    channel: MemoryChannel
    dispatcher: Dispatcher
    sender: Sender
    model: ScriptedModel
    search: FixedSearch
    number: int = 0

    async def say(self, text: str, chat: str = "chat", event_id: str = "") -> Message:
        """Send a message as the person; the hub has it when this returns."""
        self.number += 1
        message = self.channel.parse(Event(event_id or f"event-{self.number}", chat, "ada", text))
        assert message is not None
        accepted = await inbox.accept(self.database, self.user_id, message)
        self.dispatcher.wake(accepted.conversation_id, self.user_id)
        return message

    async def ask(self, text: str, chat: str = "chat") -> list[Reply]:
        """Send a message and give what the hub replies, once the platform has it."""
        message = await self.say(text, chat)
        return await self.replies(message)

    async def press(self, reply: Reply, number: int = 0) -> list[Reply]:
        """Press a button."""
        return await self.ask(reply.buttons[number].value)

    async def replies(self, message: Message) -> list[Reply]:
        """Wait until a message's turn is over and everything is sent; give its replies."""
        inbox_id = inbox.id_of(message)
        async with asyncio.timeout(20):
            while not await self.settled(inbox_id):
                await asyncio.sleep(0.01)
        return await self.said(f"turn:{inbox_id}:%")

    async def settled(self, inbox_id: UUID) -> bool:
        rows = await self.rows(
            "select (select state from inbox where inbox_id = %s) <> 'new' and not exists "
            "(select from outbox where state in ('pending', 'sending')) as over",
            inbox_id,
        )
        return bool(rows[0]["over"])

    async def said(self, key: str = "%") -> list[Reply]:
        """Give the replies whose key is like this, in order."""
        rows = await self.rows("select payload from outbox where idempotency_key like %s order by seq", key)
        return [to_reply(row["payload"]) for row in rows]

    async def rows(self, statement: str, *values: object) -> list[dict[str, object]]:
        """Look into the ledger as the system."""
        async with self.database.system() as connection:
            return await (await connection.execute(statement, values)).fetchall()  # type: ignore[arg-type]


def assistant(services: Services, saver: object = None) -> Assistant:
    """Build the assistant as the gateway does."""
    return Assistant(services, build(), build(saver))  # type: ignore[arg-type]


@asynccontextmanager
async def open_rig(
    database: Database,
    user_id: UUID,
    channel: MemoryChannel | None = None,
    chat: ChatModel | None = None,
    searcher: Searcher | None = None,
    graph: Graph | None = None,
    bots: Bots | None = None,
    transcriber: Transcriber | None = None,
) -> AsyncGenerator[Rig]:
    """Run a hub until the context ends."""
    channel = channel or MemoryChannel()
    model, search = ScriptedModel(), FixedSearch()
    async with database.system() as connection:
        await guide.settle_in(connection)
        await connection.execute(
            "insert into documents (document_id, coach_id, origin, name, title, media_type, sha256) "
            "values (gen_random_uuid(), %s, 'note:rig', 'note', 'A note', 'text/plain', '') on conflict do nothing",
            (guide.GUIDE_ID,),
        )
    services = Services(
        database,
        chat or model,
        ScriptedModel("Quoted.", offline=True),
        None,
        searcher or search,
        1000,
        graph=graph,
        bots=bots,
    )
    services = replace(services, transcriber=transcriber)
    async with checkpoints.open_checkpointer(database.url) as saver:
        dispatcher = Dispatcher(assistant(services, saver), {channel.name: channel}, "test", sweep=0.2, again=0.1)
        sender = Sender(database, {channel.name: channel}, "test")
        tasks = [asyncio.create_task(dispatcher.run()), asyncio.create_task(sender.run())]
        try:
            yield Rig(database, user_id, channel, dispatcher, sender, model, search)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
