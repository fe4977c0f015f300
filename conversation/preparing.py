"""Preparing a turn: what only the platform can tell is asked before the turn begins, and kept with its message."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import replace
from pathlib import Path

import structlog

from conversation import lanes, outbox
from conversation.channel import Channel, Fetching, Governing
from conversation.errors import ChannelError, Rejected
from conversation.fitting import chosen
from conversation.lanes import Lane, Taken
from conversation.message import Attachment, Message
from conversation.speech import Speech
from knowledge import files
from knowledge.db import Database
from knowledge.files import FileGone
from knowledge.models import budget
from knowledge.models.errors import ModelError, NoWords
from knowledge.models.port import Transcriber, Usage

PATIENCE = 120.0
"""Seconds one file may take to come."""
LEARNED = frozenset({"document"})
"""The kinds of attachments that are fetched: those a coach can learn from."""
_LONGEST_NUMBER = 3
SPOKEN = frozenset({"voice", "audio"})
"""The kinds of attachments that are listened to."""
_ENDINGS = {"audio/ogg": ".ogg", "audio/mpeg": ".mp3", "audio/mp4": ".m4a", "audio/wav": ".wav", "audio/webm": ".webm"}

_KNOWN = frozenset(_ENDINGS.values())
BYTES_A_TOKEN = 200
"""Bytes of a recording that count as a token: ten a second for a voice message, as the endpoints count them."""

_log = structlog.get_logger(__name__)


async def prepare(
    database: Database,
    channel: Channel | None,
    lane: Lane,
    taken: Taken,
    transcriber: Transcriber | None = None,
    daily_tokens: int = 0,
) -> Taken:
    """Fetch a message's files into the ledger, listen to what is spoken, and find out whether a group's admin wrote a
    command."""
    message = taken.message
    if channel is not None and message.text.strip().isdecimal() and message.action is None:
        message = await _chosen(database, channel, lane, message)
    if message.address.kind != "direct" and isinstance(channel, Governing) and _commands(message):
        message = replace(message, by_admin=await _governs(channel, message))
    taken = replace(taken, message=message)
    if isinstance(channel, Fetching) and message.address.kind == "direct":
        taken = await _fetched(database, channel, lane, taken)
    if transcriber is not None and any(_is_heard(file) for file in message.attachments):
        taken = await _Listening(database, channel, lane, transcriber, daily_tokens).to(taken)
    return taken


async def _chosen(database: Database, channel: Channel, lane: Lane, message: Message) -> Message:
    """Take a number as the choice it stands for, on a channel without buttons."""
    capabilities = channel.capabilities(message.address)
    if capabilities.buttons or len(message.text.strip()) > _LONGEST_NUMBER:
        return message
    async with database.person(lane.user_id) as connection:
        said = await outbox.last(connection, lane.conversation_id)
    number = int(message.text.strip())
    return replace(message, action=chosen(said[1], capabilities, said[0], number)) if said else message


def _commands(message: Message) -> bool:
    return (message.action or message.text).lstrip().startswith("/")


async def _governs(channel: Governing, message: Message) -> bool:
    try:
        return await channel.governs(message.address, message.author)
    except ChannelError:
        _log.warning("governing.unknown", channel=message.address.channel)
        return False


async def _fetched(database: Database, channel: Fetching, lane: Lane, taken: Taken) -> Taken:
    message = taken.message
    for number, file in enumerate(message.attachments):
        if file.remote and file.file_id is None and not file.problem and file.kind in LEARNED:
            fetched = await _fetch(database, channel, lane, Speech(taken.language), file)
            files_now = (*message.attachments[:number], fetched, *message.attachments[number + 1 :])
            message = replace(message, attachments=files_now)
            async with database.person(lane.user_id) as connection:
                await lanes.keep(connection, taken.inbox_id, message)
    return replace(taken, message=message)


async def _fetch(database: Database, channel: Fetching, lane: Lane, speech: Speech, file: Attachment) -> Attachment:
    """Bring one file into the ledger; what stands in the way of it is told to the person by the skill."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        try:
            async with asyncio.timeout(PATIENCE):
                await channel.fetch(file, path)
        except (ChannelError, TimeoutError) as error:
            _log.warning("file.not_fetched", reason=type(error).__name__)
            return replace(file, problem=_problem(speech, error))
        async with database.person(lane.user_id) as connection:
            kept = await files.keep(connection, lane.user_id, path, file.name, file.media_type)
    return replace(file, file_id=kept.file_id, size=kept.size)


def _problem(speech: Speech, error: Exception) -> str:
    for_good = isinstance(error, Rejected) and error.message
    return speech.explain(error) if for_good else speech.say("The file did not come through. Please send it again.")


class _Listening:
    """Writes down the recordings of one message: their words become its text, and they are let go."""

    def __init__(
        self, database: Database, channel: Channel | None, lane: Lane, transcriber: Transcriber, daily_tokens: int
    ) -> None:
        self._database = database
        self._channel = channel
        self._lane = lane
        self._transcriber = transcriber
        self._daily_tokens = daily_tokens

    async def to(self, taken: Taken) -> Taken:
        """Give the message as it was meant, kept in the ledger: who does the turn again does not listen again."""
        message, speech = taken.message, Speech(taken.language)
        heard, left = list[str](), list[Attachment]()
        for file in message.attachments:
            if not _is_heard(file):
                left.append(file)
                continue
            try:
                heard.append(await self._words(file))
            except (ChannelError, TimeoutError) as error:
                left.append(replace(file, problem=_problem(speech, error)))
            except (ModelError, FileGone) as error:
                _log.warning("voice.not_heard", reason=type(error).__name__)
                left.append(replace(file, problem=speech.explain(error)))
        spoken = "\n".join(heard)
        text = "\n\n".join(filter(None, [message.text, spoken]))
        message = replace(message, text=text, spoken=spoken, attachments=tuple(left))
        if heard:  # what stood in the way may be gone when the message is answered again
            async with self._database.person(self._lane.user_id) as connection:
                await lanes.keep(connection, taken.inbox_id, message, reworded=True)
        return replace(taken, message=message)

    async def _words(self, file: Attachment) -> str:
        """Listen to one recording, on the person's budget; raises what stands in the way."""
        async with self._database.person(self._lane.user_id) as connection:
            await budget.check(connection, self._daily_tokens)
        ending = _ENDINGS.get(file.media_type, Path(file.name).suffix)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"recording{ending if ending in _KNOWN else '.ogg'}"
            async with asyncio.timeout(PATIENCE):
                await self._bring(file, path)
            size = (await asyncio.to_thread(path.stat)).st_size
            words = await self._transcriber.transcribe(path)
        async with self._database.person(self._lane.user_id) as connection:
            await budget.spend(connection, Usage(-(-size // BYTES_A_TOKEN), 0))
        if not words:
            raise NoWords
        return words

    async def _bring(self, file: Attachment, path: Path) -> None:
        if file.file_id is not None:
            async with self._database.person(self._lane.user_id) as connection:
                await files.restore(connection, file.file_id, path)
        elif isinstance(self._channel, Fetching):
            await self._channel.fetch(file, path)


def _is_heard(file: Attachment) -> bool:
    return file.kind in SPOKEN and not file.problem
