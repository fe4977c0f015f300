"""The outbox loop: takes what is first in each conversation, renders it, sends it, and commits the receipts."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import structlog

from conversation import charts, outbox, rates
from conversation.channel import Capabilities, Channel, Deleting, Editing, Finding, Part, SendingFiles
from conversation.errors import (
    ChannelError,
    Delayed,
    Forbidden,
    Gone,
    LeaseLost,
    Moved,
    Rejected,
    RetryLater,
    Unknown,
)
from conversation.fitting import fit, with_table
from conversation.load import Load
from conversation.message import Reply
from conversation.outbox import Outgoing
from knowledge import files
from knowledge.db import Database
from knowledge.db.errors import DatabaseUnavailable

SWEEP = 1.0
"""Seconds between two looks for rows that nobody announced."""
PATIENCE = outbox.LEASE / 3
"""Seconds a platform call may take."""
FILE_PATIENCE = 60.0
"""Seconds that sending a file may take."""
TRIES = 3
"""How often a message is tried whose sending fails for a reason of our own."""
LOOKS = 300
"""How often a message is tried whose fate stays unknown: for more than two hours, ever more slowly."""
MOMENT = 1.0
"""Seconds that a row waits for a platform's limit while it is leased."""
MOST = 32
"""Messages that are on their way at once."""
STUB = Part("…")
FILE = "~file"
"""How the receipt of a message ends that is a file: it is not edited, but taken back and sent anew."""

_log = structlog.get_logger(__name__)


class Sender:
    """Sends what stands in the outbox for the channels of this process.

    A platform that can edit gets a stub first and the text as an edit of it, so that a retry edits instead of saying
    things twice; one that finds what it was sent by its key (`Finding`) is asked before a retry instead. One that can
    neither edit nor recognise a key gets each part once, as does everyone what nobody asked for, which starts with its
    text: if a try's fate is unknown, the row is parked as uncertain.
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
        self._standing: dict[UUID, tuple[int, int]] = {}

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
        """Send one leased row and commit what became of it."""
        channel = self._channels[row.address.channel]
        capabilities = channel.capabilities(row.address)
        try:
            await self._send(row, channel, capabilities)
            await outbox.sent(self._database, self._owner, row)
            self._standing.pop(row.outbox_id, None)
        except _Paced as error:
            await outbox.settle(self._database, self._owner, row, "pending", str(error), error.seconds)
        except (ChannelError, TimeoutError) as error:
            await self._refused(row, capabilities, error)
        except LeaseLost:
            _log.warning("outbox.lost", outbox_id=str(row.outbox_id))
        except DatabaseUnavailable:
            raise
        except Exception as error:  # a fault of ours with one message must not silence all others
            await self._failed(row, capabilities, error)

    async def _failed(self, row: Outgoing, capabilities: Capabilities, error: Exception) -> None:
        """Try again a few times what failed for a reason of our own."""
        _log.error("outbox.failed", outbox_id=str(row.outbox_id), attempt=row.attempts, exc_info=error)
        state = "uncertain" if not _repeatable(row, capabilities) else "pending" if row.attempts < TRIES else "dead"
        await self._settle(row, state, error, 0.5 * row.attempts)

    async def _refused(self, row: Outgoing, capabilities: Capabilities, error: ChannelError | TimeoutError) -> None:
        """Put a row where the platform's answer, or its silence, says."""
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
            case _Lost():
                await self._settle(row, "uncertain", error)
            case Unknown() | TimeoutError():
                again = _repeatable(row, capabilities) and row.attempts < LOOKS
                await self._settle(row, "pending" if again else "uncertain", error, min(row.attempts, 30.0))
            case Rejected():
                await self._settle(row, "dead", error)
            case _:
                await self._failed(row, capabilities, error)

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
            self._standing.pop(row.outbox_id, None)
        _log.warning("outbox.not_sent", outbox_id=str(row.outbox_id), state=state, reason=type(error).__name__)
        await outbox.settle(self._database, self._owner, row, state, str(error), seconds)

    async def _send(self, row: Outgoing, channel: Channel, capabilities: Capabilities) -> None:
        parts = await self._parts(row, channel, capabilities)
        editor = channel if capabilities.edit and isinstance(channel, Editing) else None
        if row.sent_revision and editor is None and row.reply.progress is not None and not capabilities.idempotent:
            return  # it cannot be changed there; the last revision follows as a message of its own
        if isinstance(channel, Deleting) and (kept := _fitting(row, parts)) < len(row.receipts):
            await self._take_back(row, channel, kept)
            row = replace(row, receipts=row.receipts[:kept])
        said = len(row.receipts) if capabilities.idempotent or editor or not row.sent_revision else 0
        _may_go_on(row, capabilities, parts[said:])
        stands = self._stands(row)
        for number, part in enumerate(parts):
            if number < stands:
                continue
            if number < said and part.file is None and editor is not None:
                await self._change(row, channel, editor, row.receipts[number], part)
            elif number >= said or (capabilities.idempotent and part.file is None):
                await self._first(row, channel, editor, part, f"{row.key}:{number}", number >= said)
            self._standing[row.outbox_id] = row.revision, number + 1

    async def _parts(self, row: Outgoing, channel: Channel, capabilities: Capabilities) -> tuple[Part, ...]:
        """Render a row for its channel, and keep what its buttons stand for."""
        drawn = await self._drawn(row.reply, channel, capabilities)
        fitted = fit(drawn, capabilities, row.outbox_id, row.address)
        if fitted.tokens:
            await outbox.keep_tokens(self._database, row.outbox_id, fitted.tokens)
        parts = channel.render(fitted.reply, capabilities) if _says_something(row.reply) else ()
        if fitted.reply.chart and isinstance(channel, SendingFiles) and not capabilities.charts:
            return (*parts, Part("", file=charts.PICTURE, chart=fitted.reply.chart))
        return parts

    async def _drawn(self, reply: Reply, channel: Channel, capabilities: Capabilities) -> Reply:
        """Give a reply whose chart can be drawn; in a script that our font lacks, its numbers become a table."""
        if reply.chart is None or capabilities.charts or not isinstance(channel, SendingFiles):
            return reply
        return reply if await asyncio.to_thread(charts.can_draw, reply.chart) else with_table(reply, reply.chart)

    def _stands(self, row: Outgoing) -> int:
        """How many parts show this revision already: an earlier try got so far before the platform's limits."""
        revision, parts = self._standing.get(row.outbox_id, (0, 0))
        return min(parts, len(row.receipts)) if revision == row.revision else 0

    async def _change(self, row: Outgoing, channel: Channel, editor: Editing, receipt: str, part: Part) -> None:
        """Change a part that stands there; where it was deleted meanwhile, nothing is left to change."""
        await self._pace(row, channel)
        async with asyncio.timeout(PATIENCE):
            try:
                await editor.edit(row.address, receipt, part)
            except Gone:
                _log.info("outbox.gone", outbox_id=str(row.outbox_id))

    async def _first(
        self, row: Outgoing, channel: Channel, editor: Editing | None, part: Part, key: str, fresh: bool
    ) -> None:
        await self._pace(row, channel)
        if part.file is not None and isinstance(channel, SendingFiles):
            receipt = await self._send_file(row, channel, part, key) + FILE
            return await outbox.receipt(self._database, self._owner, row.outbox_id, receipt)
        async with asyncio.timeout(PATIENCE):
            stub = editor is not None and row.purpose != "proactive" and not isinstance(channel, Finding)
            found = await self._found(row, channel, key)
            receipt = found or await channel.send(row.address, STUB if stub else part, key)
        if fresh:
            await outbox.receipt(self._database, self._owner, row.outbox_id, receipt)
        if editor is not None and (stub or found):
            await self._change(row, channel, editor, receipt, part)

    async def _found(self, row: Outgoing, channel: Channel, key: str) -> str:
        """Look for what an earlier try may have sent, where the platform can tell."""
        if isinstance(channel, Finding) and (row.interrupted or row.attempts > 1):
            return await channel.find(row.address, key)
        return ""

    async def _send_file(self, row: Outgoing, channel: SendingFiles, part: Part, key: str) -> str:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "file"
            await self._bring(part, path)
            await outbox.hold(self._database, self._owner, row.outbox_id, 3 * FILE_PATIENCE)
            try:
                async with asyncio.timeout(FILE_PATIENCE):
                    return await channel.send_file(row.address, path, part, key)
            except (Unknown, TimeoutError) as error:
                raise _Lost("nobody knows whether the file arrived") from error

    async def _bring(self, part: Part, path: Path) -> None:
        """Write the file of a part: a chart is drawn, all else stands in the ledger."""
        if part.chart is not None:
            return await asyncio.to_thread(charts.draw, part.chart, path)
        if part.file is None or part.file.file_id is None:
            raise Rejected("there is no file to send")
        async with self._database.system() as connection:
            await files.restore(connection, part.file.file_id, path)

    async def _take_back(self, row: Outgoing, channel: Deleting, kept: int) -> None:
        """Remove the messages after the first `kept`, which the revised reply no longer needs."""
        for receipt in reversed(row.receipts[kept:]):
            async with asyncio.timeout(PATIENCE):
                await channel.delete(row.address, receipt.removesuffix(FILE))
        await outbox.cut(self._database, self._owner, row.outbox_id, kept)

    async def _pace(self, row: Outgoing, channel: Channel) -> None:
        """Wait for the platform's limits: a moment here, longer in the ledger."""
        limits = channel.capabilities(row.address).rates
        while (wait := await rates.take(self._database, row.address, limits, row.purpose)) > 0:
            if wait > MOMENT:
                raise _Paced(wait)
            await asyncio.sleep(wait)


class _Lost(Unknown):
    """A file may have arrived, and no platform lets us find out."""


class _Paced(Exception):
    """The platform's limits let this row through after so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__("waits for the platform's limits")
        self.seconds = seconds


def _may_go_on(row: Outgoing, capabilities: Capabilities, left: tuple[Part, ...]) -> None:
    """Raise `Unknown` where somebody died while sending what is left, and it may stand there already."""
    if not row.interrupted or not left:
        return
    if left[0].file is not None:
        raise _Lost("interrupted while its file was being sent")
    if not _repeatable(row, capabilities):
        raise Unknown("interrupted while it was being sent")


def _fitting(row: Outgoing, parts: tuple[Part, ...]) -> int:
    """Tell how many of the messages that stand can stay: a file stays if nothing was revised, a text is edited."""
    for number, receipt in enumerate(row.receipts[: len(parts)]):
        is_file = receipt.endswith(FILE)
        if is_file != (parts[number].file is not None) or (is_file and row.sent_revision):
            return number
    return min(len(row.receipts), len(parts))


def _says_something(reply: Reply) -> bool:
    return bool(reply.text or reply.files or reply.progress or reply.chart)


def _repeatable(row: Outgoing, capabilities: Capabilities) -> bool:
    """Tell whether a text of unknown fate may be sent again: where that repeats a stub at most, or shows as one."""
    return capabilities.idempotent or (capabilities.edit and row.purpose != "proactive")
