"""The outbox loop: takes what is first in each conversation, renders it, sends it, and commits the receipts."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import replace
from uuid import UUID

import structlog

from conversation import outbox, rates
from conversation.channel import Capabilities, Channel
from conversation.delivery import Delivery, Lost, Paced, repeatable
from conversation.errors import (
    ChannelError,
    Delayed,
    Forbidden,
    LeaseLost,
    Moved,
    Rejected,
    RetryLater,
    Unknown,
)
from conversation.last_words import LastWords
from conversation.load import Load
from conversation.message import Reply
from conversation.outbox import Outgoing
from knowledge.db import Database
from knowledge.db.errors import DatabaseUnavailable

SWEEP = 1.0
"""Seconds between two looks for rows that nobody announced."""
TRIES = 3
"""How often a message is tried whose sending fails for a reason of our own."""
LOOKS = 300
"""How often a message is tried whose fate stays unknown: for more than two hours, ever more slowly."""
MOST = 32
"""Messages that are on their way at once."""

_log = structlog.get_logger(__name__)


class Sender:
    """Sends what stands in the outbox for the channels of this process.

    If a try's fate is unknown and it cannot be repeated without saying things twice, the row is parked as uncertain.
    What is refused for good is said once more as nothing but text, or else apologised for, so that nobody waits for it.
    """

    def __init__(
        self, database: Database, channels: Mapping[str, Channel], owner: str, load: Load | None = None
    ) -> None:
        self._database = database
        self._channels = channels
        self._owner = owner
        self._load = load or Load()
        self._awake = asyncio.Event()
        self._busy = 0
        self._delivery = Delivery(database, owner)
        self._refusals: dict[UUID, tuple[int, tuple[Exception, ...]]] = {}

    def wake(self) -> None:
        """Look now: something was written to the outbox."""
        self._awake.set()

    async def run(self) -> None:
        """Send until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._hear())
            while True:
                self._awake.clear()
                await self._load.calm()
                await self._round(group)
                try:
                    async with asyncio.timeout(SWEEP):
                        await self._awake.wait()
                except TimeoutError:
                    continue

    async def _hear(self) -> None:
        """Wake at every `NOTIFY outbox`; listen again when the connection breaks."""
        while True:
            try:
                async with self._database.listen("outbox") as connection:
                    async for _ in connection.notifies():
                        self.wake()
            except DatabaseUnavailable:
                _log.warning("outbox.deaf")
            await asyncio.sleep(SWEEP)

    async def _round(self, group: asyncio.TaskGroup) -> None:
        """Begin to send what is due, each row by itself: a slow one holds up its own conversation alone."""
        try:
            while free := MOST - self._busy:
                rows = await outbox.claim(self._database, self._owner, list(self._channels), free)
                if not rows:
                    return
                self._busy += len(rows)
                for row in rows:
                    group.create_task(self._one(row))
        except DatabaseUnavailable:
            _log.warning("outbox.no_database")

    async def _one(self, row: Outgoing) -> None:
        try:
            await self.deliver(row)
        except DatabaseUnavailable:
            _log.warning("outbox.no_database")
        finally:
            self._busy -= 1
            self.wake()

    async def deliver(self, row: Outgoing) -> None:
        """Send one leased row and commit what became of it; what is refused is said plainly, or else apologised for."""
        channel = self._channels[row.address.channel]
        capabilities = channel.capabilities(row.address)
        ways = (self._send, self._send_plainly, self._apologise)
        errors = self._refused_before(row)
        for way in ways[len(errors) :]:
            refused = await self._tried(row, capabilities, way(row, channel, capabilities))
            if refused is None:
                return
            errors = (*errors, refused)
            self._refusals[row.outbox_id] = row.revision, errors
            row = replace(row, interrupted=False)  # what was refused did not arrive
        await self._settle(row, "dead", errors[0])

    def _refused_before(self, row: Outgoing) -> tuple[Exception, ...]:
        """Give the refusals that this revision met already, before it had to wait for the platform's limits."""
        revision, errors = self._refusals.get(row.outbox_id, (0, ()))
        return errors if revision == row.revision else ()

    async def _tried(
        self, row: Outgoing, capabilities: Capabilities, sending: Coroutine[None, None, None]
    ) -> Exception | None:
        """Wait for a sending and commit what came in its way, unless it will never pass, which is given back."""
        try:
            await sending
        except Paced as error:
            await outbox.settle(self._database, self._owner, row, "pending", str(error), error.seconds)
        except (ChannelError, TimeoutError) as error:
            return await self._refused(row, capabilities, error)
        except LeaseLost:
            _log.warning("outbox.lost", outbox_id=str(row.outbox_id))
        except DatabaseUnavailable:
            raise
        except Exception as error:  # a fault of ours with one message must not silence all others
            return await self._failed(row, capabilities, error)
        return None

    async def _failed(self, row: Outgoing, capabilities: Capabilities, error: Exception) -> Exception | None:
        """Try again a few times what failed for a reason of our own; in the end, give it back."""
        _log.error("outbox.failed", outbox_id=str(row.outbox_id), attempt=row.attempts, exc_info=error)
        again = repeatable(row, capabilities)
        if again and row.attempts >= TRIES:
            return error
        await self._settle(row, "pending" if again else "uncertain", error, 0.5 * row.attempts)
        return None

    async def _refused(
        self, row: Outgoing, capabilities: Capabilities, error: ChannelError | TimeoutError
    ) -> Exception | None:
        """Put a row where the platform's answer, or its silence, says; a refusal for good is given back."""
        match error:
            case Delayed():
                await self._settle(row, "pending", error, error.retry_after)
            case RetryLater():
                await rates.block(self._database, row.address, capabilities.rates, error.retry_after)
                await self._settle(row, "pending", error, error.retry_after)
            case Moved():
                await self._follow(row, error)
            case Forbidden():
                await self._settle(row, "blocked", error)
            case Lost():
                await self._settle(row, "uncertain", error)
            case Unknown() | TimeoutError():
                again = repeatable(row, capabilities) and row.attempts < LOOKS
                await self._settle(row, "pending" if again else "uncertain", error, min(row.attempts, 30.0))
            case Rejected():
                return error
            case _:
                return await self._failed(row, capabilities, error)
        return None

    async def _follow(self, row: Outgoing, error: Moved) -> None:
        """Go on where the conversation is now; if another one lives there already, say it there at once."""
        if error.moved_to == row.address.group_id:
            return await self._settle(row, "dead", error)
        group = replace(row.address, external_id=row.address.group_id)
        if await outbox.move(self._database, group, error.moved_to):
            return await self._settle(row, "pending", error)
        there = error.moved_to + row.address.external_id.removeprefix(row.address.group_id)
        await self.deliver(replace(row, address=replace(row.address, external_id=there), receipts=()))

    async def _settle(self, row: Outgoing, state: str, error: Exception, seconds: float = 0.0) -> None:
        if state != "pending":
            self._forget(row)
        _log.warning("outbox.not_sent", outbox_id=str(row.outbox_id), state=state, reason=type(error).__name__)
        await outbox.settle(self._database, self._owner, row, state, str(error), seconds)

    async def _send(self, row: Outgoing, channel: Channel, capabilities: Capabilities) -> None:
        """Send a row as it is meant to be seen."""
        parts = await self._delivery.parts(row, channel, capabilities)
        await self._delivery.show(row, channel, capabilities, parts)
        await self._sent(row)

    async def _send_plainly(self, row: Outgoing, channel: Channel, capabilities: Capabilities) -> None:
        """Send a row that was refused as nothing but text; where a file is missing then, it says so and is dead."""
        row, last = await self._last_words(row)
        parts = await self._delivery.parts(row, channel, capabilities)
        plain = last.plainly(parts, lambda text: channel.render(Reply(text), capabilities))
        if not plain:
            raise Rejected("there are no words in it")
        await self._delivery.show(row, channel, capabilities, plain)
        _log.warning("outbox.plain", outbox_id=str(row.outbox_id))
        if any(part.file is not None and part.chart is None and part not in plain for part in parts):
            return await self._settle(row, "dead", Rejected("its file was refused"))
        await self._sent(row)

    async def _apologise(self, row: Outgoing, channel: Channel, capabilities: Capabilities) -> None:
        """End what stands there of a row that even as text was refused: with an apology, if somebody waits for it."""
        row, last = await self._last_words(row)
        if row.receipts or row.purpose != "proactive":
            await self._delivery.say_instead(row, channel, capabilities, last.apology())
        await self._settle(row, "dead", self._refused_before(row)[0])

    async def _last_words(self, row: Outgoing) -> tuple[Outgoing, LastWords]:
        """Give a row with what stands there of it by now, and what can be said in its place."""
        receipts, language = await outbox.standing(self._database, self._owner, row.outbox_id)
        return replace(row, receipts=receipts), LastWords(receipts, language)

    async def _sent(self, row: Outgoing) -> None:
        await outbox.sent(self._database, self._owner, row)
        self._forget(row)

    def _forget(self, row: Outgoing) -> None:
        self._delivery.forget(row.outbox_id)
        self._refusals.pop(row.outbox_id, None)
