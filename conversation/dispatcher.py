"""The dispatcher: wakes a lane for each accepted message, keeps its lease, and sweeps for what was missed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from conversation import inbox, lanes, outbox
from conversation.channel import Channel, Editing, Silence, Stream, Streaming, Typing
from conversation.errors import ChannelError, LeaseLost
from conversation.lanes import Lane, Taken
from conversation.live import Live
from conversation.load import Load
from conversation.message import Address
from conversation.preparing import prepare
from conversation.turns import Assistant, reply_key
from knowledge.db import Connection
from knowledge.db.errors import DatabaseUnavailable

SWEEP = 1.0
"""Seconds between two looks for lanes that nobody woke."""
SETTLED = 2.0
"""Seconds for which a message belongs to the replica that accepted it, which can show the answer as it is written."""
TRIES = 3
"""How often a turn may fail before its message is given up with an apology."""
AGAIN = 0.5
"""Seconds until a turn that failed is tried again, times the number of its failures."""
TAKES = 12
"""How often a turn may begin: one that ends its process every time would never be counted as failed."""
PATIENCE = 25.0
"""Seconds that running turns get to finish when the process is asked to end."""

TYPING = 4.0
"""Seconds between two signs that an answer is on its way; the platforms show one for about five."""

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Running:
    stopped: asyncio.Event = field(default_factory=asyncio.Event)


class Dispatcher:
    """Runs the turns of this process, many conversations at once and one message of each at a time."""

    def __init__(
        self,
        assistant: Assistant,
        channels: Mapping[str, Channel],
        owner: str,
        most: int = 64,
        load: Load | None = None,
        *,
        sweep: float = SWEEP,
        again: float = AGAIN,
    ) -> None:
        self._assistant = assistant
        self._database = assistant.services.database
        self._channels = channels
        self._owner = owner
        self._slots = asyncio.Semaphore(most)
        self._sweep = sweep
        self._pause = again
        self._load = load or Load()
        self._lanes: dict[UUID, asyncio.Task[None]] = {}
        self._again: set[UUID] = set()
        self._running: dict[UUID, _Running] = {}
        self._ending = False
        self.sent = asyncio.Event()

    def wake(self, conversation_id: UUID, user_id: UUID) -> None:
        """Start the lane of a conversation, or let the running one look again."""
        if conversation_id in self._lanes:
            self._again.add(conversation_id)
            return
        task = asyncio.create_task(self._work(conversation_id, user_id))
        self._lanes[conversation_id] = task
        task.add_done_callback(lambda _: self._ended(conversation_id, user_id))

    def _ended(self, conversation_id: UUID, user_id: UUID) -> None:
        self._lanes.pop(conversation_id, None)
        if conversation_id in self._again:
            self._again.discard(conversation_id)
            self.wake(conversation_id, user_id)

    def stop(self, conversation_id: UUID) -> None:
        """Stop the answer that is being written here; another replica hears of it when it renews its lease."""
        if running := self._running.get(conversation_id):
            running.stopped.set()

    async def run(self) -> None:
        """Sweep until cancelled, then let running turns finish and begin none."""
        self._ending = False
        watching = asyncio.create_task(self._load.watch())
        try:
            while True:
                try:
                    for conversation_id, user_id in await lanes.due(self._database, SETTLED):
                        self.wake(conversation_id, user_id)
                except DatabaseUnavailable:
                    _log.warning("lanes.no_database")
                await asyncio.sleep(self._sweep)
        finally:
            await self._drain()
            watching.cancel()

    async def _drain(self) -> None:
        self._ending = True
        self._again.clear()
        tasks = list(self._lanes.values())
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=PATIENCE)
        for task in late:
            task.cancel()

    async def _work(self, conversation_id: UUID, user_id: UUID) -> None:
        async with self._slots:
            await self._load.calm()  # what comes in is acknowledged before it is answered
            if self._ending:
                return
            try:
                await self._lane(conversation_id, user_id)
            except DatabaseUnavailable:
                _log.warning("lanes.no_database")
            except LeaseLost:
                _log.warning("lanes.lost", conversation_id=str(conversation_id))
            except Exception:
                _log.exception("lanes.failed", conversation_id=str(conversation_id))

    async def _lane(self, conversation_id: UUID, user_id: UUID) -> None:
        """Do the waiting turns of one conversation in order."""
        async with self._database.person(user_id) as connection:
            lane = await lanes.lease(connection, self._owner, conversation_id, user_id)
            taken = await self._take(connection, lane) if lane else None
        if lane is None:
            return
        try:
            while taken is not None and await self._turn(lane, taken):
                async with self._database.person(user_id) as connection:
                    await lanes.hold(connection, lane)
                    taken = await self._take(connection, lane)
        finally:
            if taken is not None:
                async with self._database.system() as connection:
                    await lanes.release(connection, lane)

    async def _take(self, connection: Connection, lane: Lane) -> Taken | None:
        """Take what waits in a lane; with nothing there, or an end ahead, the same transaction gives the lane back."""
        taken = None if self._ending else await lanes.take(connection, lane.conversation_id)
        if taken is None:
            await lanes.release(connection, lane)
        return taken

    async def _turn(self, lane: Lane, taken: Taken) -> bool:
        """Do one turn; False if its lane must wait before the next try."""
        if taken.failures >= TRIES or taken.attempts > TAKES:
            await self._assistant.give_up(lane, taken)
            return True
        running = self._running[lane.conversation_id] = _Running()
        if taken.cancelled:
            running.stopped.set()
        renewal = asyncio.create_task(self._renew(lane, taken, running, asyncio.current_task()))
        stream = self._stream(lane, taken, running.stopped)
        typing = self._typing(taken.message.address, stream)
        try:
            channel = self._channels.get(taken.message.address.channel)
            services = self._assistant.services
            taken = await prepare(self._database, channel, lane, taken, services.transcriber, services.daily_tokens)
            await self._assistant.turn(lane, taken, stream, running.stopped)
        except (LeaseLost, DatabaseUnavailable):
            raise
        except Exception:
            _log.exception("turn.failed", inbox_id=str(taken.inbox_id), attempt=taken.attempts)
            await lanes.postpone(self._database, taken.inbox_id, self._pause * (taken.failures + 1))
            return False
        finally:
            renewal.cancel()
            typing.cancel()
            del self._running[lane.conversation_id]
            await stream.close()
        return True

    def _stream(self, lane: Lane, taken: Taken, stopped: asyncio.Event) -> Stream:
        address, key = taken.message.address, reply_key(taken.answers)
        channel = self._channels.get(address.channel)
        if isinstance(channel, Streaming):
            return channel.stream(address, str(outbox.id_of(key)), inbox.message_id_of(taken.message))
        if isinstance(channel, Editing):
            capabilities = channel.capabilities(address)
            if capabilities.edit and capabilities.stream_interval is not None:
                again = taken.attempts > 1
                return Live(self._database, channel, lane, taken.message, key, taken.language, stopped, again=again)
        return Silence()

    def _typing(self, address: Address, stream: Stream) -> asyncio.Task[None]:
        """Show that an answer is on its way until there is something of it to see."""
        return asyncio.create_task(_type(self._channels.get(address.channel), address, stream))

    async def _renew(self, lane: Lane, taken: Taken, running: _Running, worker: asyncio.Task[None] | None) -> None:
        """Keep the lease while the turn runs; if it is lost, end the turn, whose commit would be refused anyway."""
        while True:
            await asyncio.sleep(lanes.RENEWAL)
            try:
                if await lanes.renew(self._database, lane, taken.inbox_id):
                    running.stopped.set()
            except DatabaseUnavailable:
                _log.warning("lanes.not_renewed", conversation_id=str(lane.conversation_id))
            except LeaseLost:
                if worker is not None:
                    worker.cancel()
                return


async def _type(channel: Channel | None, address: Address, stream: Stream) -> None:
    while isinstance(channel, Typing) and not (isinstance(stream, Live) and stream.begun):
        try:
            async with asyncio.timeout(TYPING):
                await channel.typing(address)
        except (ChannelError, TimeoutError) as error:
            _log.debug("typing.failed", reason=type(error).__name__)
            return
        await asyncio.sleep(TYPING)
