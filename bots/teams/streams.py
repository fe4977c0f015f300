"""Answers that grow before somebody's eyes in a personal chat, in the way Teams has for that.

https://learn.microsoft.com/microsoftteams/platform/bots/streaming-ux: requests follow each other by a second at least,
each holds all that was shown before, and after two minutes the stream is over. It ends as an ordinary message; whatever
stands in the way of that (a crash, the time, a text that turned out differently), the message is updated instead.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import structlog

from bots.teams.api import Api
from bots.teams.errors import StreamRefused
from bots.teams.faults import PAUSE
from bots.teams.places import conversation_of, way_to
from bots.teams.posting import to_begun, to_final, to_growing, to_message
from conversation.channel import Part
from conversation.errors import ChannelError, Delayed, RetryLater, Stopped, Unknown
from conversation.message import Address

MARK = "~stream"
"""How the receipt of a message ends that began as a stream."""
GAP = 1.1
"""Seconds between two requests of one stream."""
LIFETIME = 100.0
"""Seconds after which a stream is ended, so that its end comes in time."""
EXPIRY = 121.0
"""Seconds after which Teams has ended it for certain."""
SHORT = 3.0
"""Seconds of a pause that a stream waits for instead of ending."""

_REMEMBERED = 1000
_UNSURE = re.compile(r"[*_~\[\]<>`|\\&#]|!$|\S*://|\S+$")
_MARK = re.compile(r"\\\[[\d, ]{1,20}\\\]")
_HELD = re.compile(rf"({_MARK.pattern})\u2060")
"""The mark of a citation; behind it the core joins what follows, so that no link comes of it, which none can here."""
_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Stream:
    """A message on its way: `shown` of the newest `part` is what people see.

    Its answer's end and the beginning of the next answer may both want to end it: `ending` lets one do so.
    """

    id: str
    to: Address
    began: float
    part: Part
    shown: str
    due: float
    sequence: int = 1
    finished: bool = False
    ending: asyncio.Lock = field(default_factory=asyncio.Lock)


class Streams:
    """The streams of this process; of one that another began, only its id is known."""

    def __init__(self, api: Api, clock: Callable[[], float] = time.monotonic) -> None:
        self._api = api
        self._clock = clock
        self._known: dict[str, Stream] = {}

    async def draft(self, to: Address, part: Part, receipt: str) -> str:
        """Show a part that grows: begun without its text, brought up to date afterwards."""
        if not receipt:
            return await self._begin(to, part)
        stream = self._known.get(_key(to, receipt))
        if stream is None:
            return receipt  # somebody else began it; the finished message follows
        part = replace(part, text=_HELD.sub(r"\1", part.text))
        if stream.finished or self._clock() - stream.began > LIFETIME:
            await self._settle(stream, part)
        else:
            await self._grow(stream, part)
        return receipt

    async def _begin(self, to: Address, part: Part) -> str:
        for each in [stream for stream in self._known.values() if stream.to == to and not stream.finished]:
            async with each.ending:
                if not each.finished:
                    await self._end(each, each.part)  # Teams shows one stream at a time
        stream_id = await self._send(to, to_begun(to))
        if not stream_id:
            raise Unknown("the stream got no id")
        now = self._clock()
        self._forget(now)
        self._known[_key(to, stream_id)] = Stream(stream_id, to, now, part, "", now + GAP)
        return stream_id + MARK

    async def _grow(self, stream: Stream, part: Part) -> None:
        stream.part = part
        text = steady(stream.shown, part.text)
        if text == stream.shown:
            return
        await asyncio.sleep(max(min(stream.due - self._clock(), GAP), 0.0))
        stream.sequence += 1
        stream.due = self._clock() + GAP
        before, stream.shown = stream.shown, text  # it counts as shown even if nobody tells whether it arrived
        try:
            await self._send(stream.to, to_growing(stream.to, stream.id, text, stream.sequence))
        except Unknown:
            raise
        except ChannelError as error:
            stream.shown = before
            self._refused(stream, error)

    def _refused(self, stream: Stream, error: ChannelError) -> None:
        """Take what stood in the way of showing more; raises what the caller has to know."""
        if isinstance(error, StreamRefused):
            stream.finished = error.reason in ("stopped", "over")
            if error.reason == "stopped":
                raise Stopped("the person stopped it") from error
        elif isinstance(error, RetryLater) and error.retry_after <= SHORT:
            stream.due = self._clock() + error.retry_after
        else:
            raise error

    async def finish(self, to: Address, receipt: str, part: Part) -> None:
        """Make an ordinary message of a stream, or change it if it is one already."""
        stream_id = receipt.removesuffix(MARK)
        stream = self._known.get(_key(to, receipt))
        if stream is None:
            await self._end_unknown(to, stream_id, part)
        else:
            await self._settle(stream, part)

    def drop(self, to: Address, receipt: str) -> None:
        """Let go of a stream whose message is taken back: nothing of it is said any more."""
        self._known.pop(_key(to, receipt), None)

    async def _settle(self, stream: Stream, part: Part) -> None:
        """End a stream of ours, or change the message that it has become."""
        async with stream.ending:
            if stream.finished:
                await self._update(stream.to, stream.id, part)
            else:
                await self._end(stream, part)

    async def _end(self, stream: Stream, part: Part) -> None:
        """End a stream of ours; a text that does not go on from what was shown takes its place afterwards."""
        await asyncio.sleep(max(stream.due - self._clock(), 0.0))
        goes_on = stream.shown in part.text
        stream.due = self._clock() + GAP
        try:
            text = part.text if goes_on else stream.shown
            await self._send(stream.to, to_final(stream.to, stream.id, part, text, whole=goes_on))
        except StreamRefused as error:
            wait = EXPIRY - (self._clock() - stream.began)
            if error.reason not in ("stopped", "over") and wait > 0:
                raise _delayed(wait) from error
            stream.finished = True
            if error.reason == "stopped":
                return
            goes_on = False
        stream.finished = True
        if not goes_on:
            await self._update(stream.to, stream.id, part)

    async def _end_unknown(self, to: Address, stream_id: str, part: Part) -> None:
        """End a stream that another process began and left; what was shown of it, nobody knows."""
        try:
            await self._send(to, to_final(to, stream_id, part, part.text))
        except StreamRefused as error:
            if error.reason == "stopped":
                return
            wait = EXPIRY - age(stream_id)
            if error.reason == "over" or wait <= 0:
                return await self._update(to, stream_id, part)
            raise _delayed(wait) from error

    async def _update(self, to: Address, stream_id: str, part: Part) -> None:
        try:
            await self._api.update(way_to(to).service, conversation_of(to), stream_id, to_message(to, part))
        except StreamRefused as error:
            if error.reason != "stopped":
                raise  # what a person stopped stays as it is
        except Unknown as error:
            raise RetryLater(PAUSE) from error

    async def _send(self, to: Address, activity: dict[str, object]) -> str:
        return await self._api.send(way_to(to).service, conversation_of(to), activity)

    def _forget(self, now: float) -> None:
        """Let go of streams that are long over."""
        if len(self._known) >= _REMEMBERED:
            self._known = {key: each for key, each in self._known.items() if now - each.began < EXPIRY}


def steady(shown: str, text: str) -> str:
    """Give as much of a growing Markdown text as will stay as it is; at least what was shown.

    What its last line says may still become markup, but for the marks of citations; a table or code is one only once
    it is whole.
    """
    head, gap, block = text.rpartition("\n\n")
    if "|" in block or "```" in block or "~~~" in block:
        kept = head
    else:
        lines, end, last = block.rpartition("\n")
        unsure = _UNSURE.search(_MARK.sub(lambda mark: "x" * len(mark[0]), last))
        kept = head + gap + lines + end + (last[: unsure.start()] if unsure else last)
    kept = kept.rstrip()
    return kept if len(kept) > len(shown) and kept.startswith(shown) else shown


def _delayed(wait: float) -> Delayed:
    """Let one message wait until Teams has ended its stream; until then nothing takes its place."""
    _log.info("teams.stream_left", seconds=round(wait))
    return Delayed(min(wait, EXPIRY))


def _key(to: Address, receipt: str) -> str:
    return f"{to.account} {to.external_id} {receipt.removesuffix(MARK)}"


def age(message_id: str) -> float:
    """Tell how many seconds old a message is: its id is when it began, in milliseconds."""
    stream_id = message_id.removesuffix(MARK)
    return time.time() - int(stream_id) / 1000 if stream_id.isdecimal() and len(stream_id) == 13 else EXPIRY
