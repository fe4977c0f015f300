"""Preparing a turn: what only the platform can tell is asked before the turn begins, and kept with its message."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import replace
from pathlib import Path

import structlog

from conversation import lanes
from conversation.channel import Channel, Fetching, Governing
from conversation.errors import ChannelError, Rejected
from conversation.lanes import Lane, Taken
from conversation.message import Attachment, Message
from conversation.speech import Speech
from knowledge import files
from knowledge.db import Database

PATIENCE = 120.0
"""Seconds one file may take to come."""
LEARNED = frozenset({"document"})
"""The kinds of attachments that are fetched: those a coach can learn from."""

_log = structlog.get_logger(__name__)


async def prepare(database: Database, channel: Channel | None, lane: Lane, taken: Taken) -> Taken:
    """Fetch a message's files into the ledger, and find out whether a group's admin wrote a command."""
    message = taken.message
    if message.address.kind != "direct" and isinstance(channel, Governing) and _commands(message):
        message = replace(message, by_admin=await _governs(channel, message))
    if isinstance(channel, Fetching) and message.address.kind == "direct":
        for number, file in enumerate(message.attachments):
            if file.remote and file.file_id is None and not file.problem and file.kind in LEARNED:
                fetched = await _fetch(database, channel, lane, Speech(taken.language), file)
                files_now = (*message.attachments[:number], fetched, *message.attachments[number + 1 :])
                message = replace(message, attachments=files_now)
                async with database.person(lane.user_id) as connection:
                    await lanes.keep(connection, taken.inbox_id, message)
    return replace(taken, message=message)


def _commands(message: Message) -> bool:
    return (message.action or message.text).lstrip().startswith("/")


async def _governs(channel: Governing, message: Message) -> bool:
    try:
        return await channel.governs(message.address, message.author)
    except ChannelError:
        _log.warning("governing.unknown", channel=message.address.channel)
        return False


async def _fetch(database: Database, channel: Fetching, lane: Lane, speech: Speech, file: Attachment) -> Attachment:
    """Bring one file into the ledger; what stands in the way of it is told to the person by the skill."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        try:
            async with asyncio.timeout(PATIENCE):
                await channel.fetch(file, path)
        except (ChannelError, TimeoutError) as error:
            _log.warning("file.not_fetched", reason=type(error).__name__)
            for_good = isinstance(error, Rejected) and error.message
            slow = speech.say("The file did not come through. Please send it again.")
            return replace(file, problem=speech.explain(error) if for_good else slow)
        async with database.person(lane.user_id) as connection:
            kept = await files.keep(connection, lane.user_id, path, file.name, file.media_type)
    return replace(file, file_id=kept.file_id, size=kept.size)
