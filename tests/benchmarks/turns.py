"""The hub's own time per turn, beside a bare LangGraph application with the same checkpointer.

Two spans of each turn are ours: from the inbox commit to the model's first request, and from its last byte to the
outbox commit. The model here is a stand-in in the same process that notes when it was asked and when it ended.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypedDict
from uuid import UUID, uuid4

from conversation import checkpoints, inbox
from conversation.dispatcher import Dispatcher
from conversation.graph import build
from conversation.message import Message
from conversation.sender import Sender
from conversation.state import Services
from conversation.turns import Assistant
from knowledge.db import Database, open_database
from knowledge.graph import open_graph
from knowledge.graph.neighbours import GraphNeighbours
from knowledge.graph.projection import project_pending
from knowledge.models.embeddings import WordLlama
from knowledge.models.offline import OfflineModel
from knowledge.models.port import AnswerRequest, OnUsage, Usage, ignore_usage
from knowledge.retrieval import Retriever
from tests.benchmarks.figures import quantiles, show
from tests.benchmarks.ground import Ground, open_ground
from tests.channels.memory import Event, MemoryChannel
from ui import guide as house

TURNS = 200
STEADY = (10, 15, 20, 25, 30, 40, 50, 60, 80)
"""Turns a second that are tried, one after another, for the highest steady rate."""
SPELL = 5
"""Seconds for which each rate must hold."""
LATE = 100.0
"""Milliseconds of the median before the model's request from which on turns pile up."""


@dataclass(slots=True)
class Timed:
    """A model that answers at once and notes the times by question."""

    name: str = "timed"
    offline: bool = False
    asked: dict[str, float] = field(default_factory=dict[str, float])
    ended: dict[str, float] = field(default_factory=dict[str, float])

    async def stream(self, request: AnswerRequest, on_usage: OnUsage = ignore_usage) -> AsyncGenerator[str, None]:
        self.asked[request.question] = time.perf_counter()
        yield "An answer. [1]"
        on_usage(Usage(1, 1))
        self.ended[request.question] = time.perf_counter()


class Clocked(Assistant):
    """The assistant, noting when each turn was committed."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.committed: dict[str, float] = {}

    async def commit(self, lane: Any, taken: Any, result: Any, meter: Any) -> None:
        await super().commit(lane, taken, result, meter)
        self.committed[taken.message.text] = time.perf_counter()


@dataclass(slots=True)
class Hub:
    """A hub in this process, and the clocks on it."""

    database: Database
    user_id: UUID
    channel: MemoryChannel
    dispatcher: Dispatcher
    model: Timed
    assistant: Clocked
    accepted: dict[str, float] = field(default_factory=dict[str, float])

    async def say(self, text: str, chat: str) -> Message:
        message = self.channel.parse(Event(uuid4().hex, chat, "ada", text))
        assert message is not None
        accepted = await inbox.accept(self.database, self.user_id, message)
        self.accepted[text] = time.perf_counter()
        self.dispatcher.wake(accepted.conversation_id, self.user_id)
        return message

    async def settled(self, texts: list[str], patience: float = 60) -> None:
        async with asyncio.timeout(patience):
            while not all(text in self.assistant.committed for text in texts):
                await asyncio.sleep(0.002)

    def spans(self, texts: list[str]) -> tuple[list[float], list[float]]:
        """Give the milliseconds before the model's request and after its last byte."""
        before = [1000 * (self.model.asked[text] - self.accepted[text]) for text in texts]
        after = [1000 * (self.assistant.committed[text] - self.model.ended[text]) for text in texts]
        return before, after


@asynccontextmanager
async def open_hub(ground: Ground) -> AsyncGenerator[Hub]:
    """Teach the guide, and run the loops of a gateway."""
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(ground.postgres.url, size=16, patience=10))
        await house.teach(database)
        bolt = ground.graph
        opened = await stack.enter_async_context(open_graph(bolt.uri, bolt.user, bolt.password))
        await project_pending(database, opened)
        user_id = uuid4()
        async with database.system() as connection:
            await connection.execute("insert into users (user_id) values (%s)", (user_id,))
        embedder, model, channel = WordLlama(), Timed(), MemoryChannel()
        services = Services(database, model, OfflineModel(embedder), None, Retriever(embedder, GraphNeighbours(opened)))
        saver = await stack.enter_async_context(checkpoints.open_checkpointer(database.url))
        assistant = Clocked(services, build(), build(saver))
        dispatcher = Dispatcher(assistant, {channel.name: channel}, "bench")
        sender = Sender(database, {channel.name: channel}, "bench")
        tasks = [asyncio.create_task(dispatcher.run()), asyncio.create_task(sender.run())]
        try:
            yield Hub(database, user_id, channel, dispatcher, model, assistant)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def one_at_a_time(hub: Hub) -> float:
    """Ask question after question in one conversation; give the median of both spans together."""
    texts = [f"How do I teach a coach with file number {n}?" for n in range(TURNS + 20)]
    for text in texts:
        await hub.say(text, "one")
        await hub.settled([text])
    before, after = hub.spans(texts[20:])
    show("one at a time: inbox commit → model's request", f"{quantiles(before)}   (target 15 / 50)")
    show("one at a time: model's last byte → outbox commit", quantiles(after))
    return statistics.median(a + b for a, b in zip(before, after, strict=True))


async def steadily(hub: Hub) -> None:
    """Raise the rate until turns pile up; show the last rate that held."""
    held: tuple[int, list[float], list[float]] | None = None
    for rate in STEADY:
        texts = [f"How do I cancel file {n} at rate {rate}?" for n in range(rate * SPELL)]
        began = time.perf_counter()
        for number, text in enumerate(texts):
            await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
            await hub.say(text, f"chat {number % 40}")
        sent = time.perf_counter() - began
        await hub.settled(texts)
        before, after = hub.spans(texts)
        if sent > 1.1 * SPELL or statistics.median(before) > LATE:
            break
        held = rate, before, after
    if held is None:
        show("highest steady rate", f"less than {STEADY[0]} turns a second")
        return
    show("highest steady rate", f"{held[0]} turns a second")
    show("at that rate: inbox commit → model's request", quantiles(held[1]))
    show("at that rate: model's last byte → outbox commit", quantiles(held[2]))


class BareState(TypedDict, total=False):
    """The state of the application to compare with."""

    question: str
    answer: str


async def bare(url: str) -> float:
    """Run the smallest LangGraph chat: four nodes and the same checkpointer, the answer kept in the state."""
    from langgraph.graph import END, START, StateGraph

    async def passing(state: BareState) -> BareState:
        return {}

    async def answering(state: BareState) -> BareState:
        return {"answer": "An answer."}

    async with checkpoints.open_checkpointer(url) as saver:
        wiring: Any = StateGraph(BareState)
        nodes = ("understand", "recall", "respond", "remember")
        for name in nodes:
            wiring.add_node(name, answering if name == "respond" else passing)
        for start, end in zip((START, *nodes), (*nodes, END), strict=True):
            wiring.add_edge(start, end)
        compiled = wiring.compile(checkpointer=saver)
        spent: list[float] = []
        for number in range(TURNS + 20):
            began = time.perf_counter()
            config = {"configurable": {"thread_id": f"bare-{number}"}}
            await compiled.ainvoke({"question": "?"}, config, durability="sync")
            spent.append(1000 * (time.perf_counter() - began))
    return statistics.median(spent[20:])


async def run() -> None:
    """Print all figures of this module."""
    async with open_ground() as ground, open_hub(ground) as hub:
        ours = await one_at_a_time(hub)
        theirs = await bare(hub.database.url)
        show("ours in all: inbox, lane, recall, outbox", f"p50 {ours:7.1f} ms")
        show("a bare LangGraph application, same checkpointer", f"p50 {theirs:7.1f} ms   ratio {ours / theirs:.2f}")
        await steadily(hub)


if __name__ == "__main__":
    asyncio.run(run())
