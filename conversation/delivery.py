"""Delivery: brings what a platform shows of an outbox row up to what the row says, and commits the receipts."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import structlog

from conversation import charts, outbox, rates
from conversation.channel import Capabilities, Channel, Deleting, Editing, Finding, Part, SendingFiles
from conversation.errors import Gone, Rejected, Unknown
from conversation.fitting import fit, with_table
from conversation.message import Reply
from conversation.outbox import FILE, Outgoing
from knowledge import files
from knowledge.db import Database

PATIENCE = outbox.LEASE / 3
"""Seconds a platform call may take."""
FILE_PATIENCE = 60.0
"""Seconds that sending a file may take."""
MOMENT = 1.0
"""Seconds that a row waits for a platform's limit while it is leased."""
STUB = Part("…")

_log = structlog.get_logger(__name__)


class Delivery:
    """Shows rows that `owner` has leased; remembers how far each got, so that the next try goes on there.

    A platform that can edit gets a stub first and the text as an edit of it, so that a retry edits instead of saying
    things twice; one that finds what it was sent by its key (`Finding`) is asked before a retry instead. One that can
    neither edit nor recognise a key gets each part once, as does everyone what nobody asked for, which starts with its
    text.
    """

    def __init__(self, database: Database, owner: str) -> None:
        self._database = database
        self._owner = owner
        self._standing: dict[UUID, tuple[int, int]] = {}

    def forget(self, outbox_id: UUID) -> None:
        """Let go of a row that is settled."""
        self._standing.pop(outbox_id, None)

    async def show(self, row: Outgoing, channel: Channel, capabilities: Capabilities, parts: tuple[Part, ...]) -> None:
        """Bring what the platform shows of a row up to these parts."""
        editor = channel if capabilities.edit and isinstance(channel, Editing) else None
        if row.sent_revision and editor is None and row.reply.progress is not None and not capabilities.idempotent:
            return  # it cannot be changed there; the last revision follows as a message of its own
        if isinstance(channel, Deleting) and (kept := _fitting(row, parts)) < len(row.receipts):
            await self._take_back(row, channel, kept)
            row = replace(row, receipts=row.receipts[:kept])
        said = len(row.receipts) if capabilities.idempotent or editor or not row.sent_revision else 0
        _may_go_on(row, capabilities, parts[said:])
        stands = self.stands(row)
        for number, part in enumerate(parts):
            if number < stands:
                continue
            if number < said and part.file is None and editor is not None:
                await self._change(row, channel, editor, row.receipts[number], part)
            elif number >= said or (capabilities.idempotent and part.file is None):
                await self._first(row, channel, editor, part, f"{row.key}:{number}", number >= said)
            self._standing[row.outbox_id] = row.revision, number + 1

    async def parts(self, row: Outgoing, channel: Channel, capabilities: Capabilities) -> tuple[Part, ...]:
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

    def stands(self, row: Outgoing) -> int:
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
                raise Lost("nobody knows whether the file arrived") from error

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
                raise Paced(wait)
            await asyncio.sleep(wait)

    async def say_instead(self, row: Outgoing, channel: Channel, capabilities: Capabilities, said: Part) -> None:
        """Say something in place of what this revision could not show; where no message can be changed into it, in one
        of its own, once."""
        number = self.stands(row)
        editor = channel if capabilities.edit and isinstance(channel, Editing) else None
        if editor is not None and number < len(row.receipts) and not row.receipts[number].endswith(FILE):
            try:
                await self._change(row, channel, editor, row.receipts[number], said)
                return await self._clear(row, channel, number + 1)
            except Rejected as error:
                _log.info("outbox.unchangeable", outbox_id=str(row.outbox_id), reason=str(error))
        await self._clear(row, channel, number)
        await self._pace(row, channel)
        try:
            async with asyncio.timeout(PATIENCE):
                receipt = await channel.send(row.address, said, f"{row.key}:sorry")
        except (Unknown, TimeoutError) as error:  # it may have arrived, and is not worth being said twice
            return _log.info("outbox.sorry_unknown", outbox_id=str(row.outbox_id), reason=type(error).__name__)
        await outbox.receipt(self._database, self._owner, row.outbox_id, receipt)

    async def _clear(self, row: Outgoing, channel: Channel, kept: int) -> None:
        """Remove what stands there after the first `kept` messages, if the platform lets us."""
        if not isinstance(channel, Deleting) or kept >= len(row.receipts):
            return
        try:
            await self._take_back(row, channel, kept)
        except Rejected as error:
            _log.info("outbox.not_cleared", outbox_id=str(row.outbox_id), reason=str(error))


class Lost(Unknown):
    """A file may have arrived, and no platform lets us find out."""


class Paced(Exception):
    """The platform's limits let this row through after so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__("waits for the platform's limits")
        self.seconds = seconds


def _may_go_on(row: Outgoing, capabilities: Capabilities, left: tuple[Part, ...]) -> None:
    """Raise `Unknown` where somebody died while sending what is left, and it may stand there already."""
    if not row.interrupted or not left:
        return
    if left[0].file is not None:
        raise Lost("interrupted while its file was being sent")
    if not repeatable(row, capabilities):
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


def repeatable(row: Outgoing, capabilities: Capabilities) -> bool:
    """Tell whether a text of unknown fate may be sent again: where that repeats a stub at most, or shows as one."""
    return capabilities.idempotent or (capabilities.edit and row.purpose != "proactive")
