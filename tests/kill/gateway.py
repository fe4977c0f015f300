"""The gateway that is killed: what `ui.gateway.open_parts` builds, with a door for events instead of the pages."""

from __future__ import annotations

import asyncio
import json
import signal
from asyncio import StreamReader, StreamWriter
from contextlib import AsyncExitStack
from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

import httpx

from conversation import checkpoints, inbox
from conversation.channel import Channel
from conversation.dispatcher import Dispatcher
from conversation.graph import build
from conversation.message import Message
from conversation.sender import Sender
from conversation.state import Services
from conversation.turns import Assistant
from knowledge.db import Database, open_database
from knowledge.models.embeddings import Embedder
from knowledge.models.offline import OfflineModel
from knowledge.models.openai import Endpoint, Patience, open_openai
from knowledge.retrieval import Retriever
from tests.kill.channel import Event, HttpChannel
from ui.web.channel import WebChannel, Written
from ui.web.events import Events

PATIENT = Patience(first_token=120, between_tokens=120)


@dataclass(frozen=True, slots=True)
class Order:
    """Which gateway to run: its channel is the web chat, or the platform at `platform_url`."""

    url: str
    owner: str
    door: str
    model_url: str
    platform_url: str
    web: bool = False
    edit: bool = True
    idempotent: bool = False
    interval: float | None = None
    drafts: bool = False


async def run(order: Order, embedder: Embedder) -> None:
    """Work until SIGTERM; then end as a gateway does."""
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(order.url, size=8, patience=10))
        saver = await stack.enter_async_context(checkpoints.open_checkpointer(order.url))
        endpoint = Endpoint("key", f"{order.model_url}/v1", "scripted")
        model = await stack.enter_async_context(open_openai(endpoint, PATIENT))
        client = await stack.enter_async_context(httpx.AsyncClient(base_url=order.platform_url, timeout=60))
        services = Services(database, model, OfflineModel(embedder), None, Retriever(embedder, None))
        events = Events(database)
        web = WebChannel(database, events)
        platform = HttpChannel(client, order.edit, order.idempotent, order.interval, order.drafts)
        channels: dict[str, Channel] = {web.name: web} if order.web else {platform.name: platform}
        dispatcher = Dispatcher(Assistant(services, build(), build(saver)), channels, order.owner)
        loops = [asyncio.create_task(each) for each in (Sender(database, channels, order.owner).run(), events.run())]
        sweeping = asyncio.create_task(dispatcher.run())
        door = Door(database, dispatcher, web if order.web else platform)
        await stack.enter_async_context(await asyncio.start_unix_server(door.take, order.door))
        await told.wait()
        sweeping.cancel()
        await asyncio.wait([sweeping])
        for each in loops:
            each.cancel()
        await asyncio.wait(loops)


class Door:
    """Takes events over a socket, and acknowledges each one that is committed."""

    def __init__(self, database: Database, dispatcher: Dispatcher, channel: WebChannel | HttpChannel) -> None:
        self._database = database
        self._dispatcher = dispatcher
        self._channel = channel

    async def take(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Accept one event."""
        event = Event(**json.loads(await reader.readline()))
        message = self._parse(event)
        accepted = await inbox.accept(self._database, UUID(event.user_id), message)
        self._dispatcher.wake(accepted.conversation_id, accepted.user_id)
        writer.write(b"ok\n")
        await writer.drain()
        writer.close()

    def _parse(self, event: Event) -> Message:
        native: object = event
        if isinstance(self._channel, WebChannel):
            thread_id = uuid5(NAMESPACE_URL, event.chat)
            native = Written(UUID(event.user_id), thread_id, UUID(event.event_id), event.text)
        message = self._channel.parse(native)
        assert isinstance(message, Message)
        return message
