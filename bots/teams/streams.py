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
from bots.teams.doubts import age, is_fresh
from bots.teams.errors import ServiceFault, StreamRefused
from bots.teams.faults import PAUSE
from bots.teams.places import conversation_of, way_to
from bots.teams.posting import to_begun, to_final, to_growing, to_message
from conversation.channel import Part
from conversation.errors import ChannelError, Delayed, Gone, RetryLater, Stopped, Unknown
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

    Its answer's end and the beginning of the next answer may both want to end it: `ending` lets one do so. What is
    `dropped` is to be deleted, and ended by its own answer at most.
    """

    id: str
    to: Address
    began: float
    part: Part
    shown: str
    due: float
    sequence: int = 1
    ended: float | None = None
    dropped: bool = False
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
        stream = self._known.get(key_of(to, receipt))
        if stream is None or stream.dropped:
            return receipt  # somebody else began it, and the finished message follows; or it is taken back
        part = replace(part, text=_HELD.sub(r"\1", part.text))
        if stream.ended is not None or self._clock() - stream.began > LIFETIME:
            await self._settle(stream, part)
        else:
            await self._grow(stream, part)
        return receipt

    async def _begin(self, to: Address, part: Part) -> str:
        for each in [stream for stream in self._known.values() if stream.to == to and stream.ended is None]:
            async with each.ending:
                if each.ended is None and not each.dropped:
                    await self._end(each, each.part)  # Teams shows one stream at a time
        stream_id = await self._send(to, to_begun(to))
        if not stream_id:
            raise Unknown("the stream got no id")
        now = self._clock()
        self._keep(Stream(stream_id, to, now, part, "", now + GAP))
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
            if error.reason in ("stopped", "over"):
                stream.ended = self._clock()
            if error.reason == "stopped":
                raise Stopped("the person stopped it") from error
        elif isinstance(error, RetryLater) and error.retry_after <= SHORT:
            stream.due = self._clock() + error.retry_after
        else:
            raise error

    async def finish(self, to: Address, receipt: str, part: Part) -> None:
        """Make an ordinary message of a stream, or change it if it is one already."""
        stream = self._known.get(key_of(to, receipt))
        if stream is None:
            await self._end_unknown(to, receipt.removesuffix(MARK), part)
        else:
            await self._settle(stream, part)

    def drop(self, to: Address, receipt: str) -> None:
        """Leave a stream whose message is taken back: nothing of it is said any more."""
        stream = self._known.get(key_of(to, receipt))
        if stream is not None:
            stream.dropped = True

    def is_fresh(self, to: Address, receipt: str) -> bool:
        """Tell whether Teams may not know a message yet: it was posted, or its stream ended, just now."""
        stream = self._known.get(key_of(to, receipt))
        if stream is None or stream.ended is None:
            return is_fresh(age(receipt.removesuffix(MARK)))
        return is_fresh(self._clock() - stream.ended)

    async def _settle(self, stream: Stream, part: Part) -> None:
        """End a stream of ours, or change the message that it has become."""
        async with stream.ending:
            if stream.ended is not None:
                await self._update(stream, part)
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
            if error.reason == "stopped":
                stream.ended = self._clock()
                return
            goes_on = False
        stream.ended = self._clock()
        if not goes_on:
            await self._update(stream, part)

    async def _end_unknown(self, to: Address, stream_id: str, part: Part) -> None:
        """End a stream that another process began and left; what was shown of it, nobody knows."""
        try:
            await self._send(to, to_final(to, stream_id, part, part.text))
        except StreamRefused as error:
            if error.reason == "stopped":
                return
            wait = EXPIRY - age(stream_id)
            if error.reason != "over" and wait > 0:
                raise _delayed(wait) from error
            await self._update(self._adopt(to, stream_id, part), part)
        else:
            self._adopt(to, stream_id, part)

    def _adopt(self, to: Address, stream_id: str, part: Part) -> Stream:
        """Take over a stream of another process, which is over; it may have ended just now."""
        now = self._clock()
        return self._keep(Stream(stream_id, to, now - age(stream_id), part, part.text, now, ended=now))

    async def _update(self, stream: Stream, part: Part) -> None:
        """Change the message that a stream has become."""
        to = stream.to
        try:
            await self._api.update(way_to(to).service, conversation_of(to), stream.id, to_message(to, part))
        except StreamRefused as error:
            if error.reason != "stopped":
                raise  # what a person stopped stays as it is
        except ServiceFault:
            raise  # who asked for the change counts these
        except (Gone, Unknown) as error:
            if isinstance(error, Gone) and not self.is_fresh(to, stream.id):
                raise
            raise Delayed(PAUSE) from error

    async def _send(self, to: Address, activity: dict[str, object]) -> str:
        return await self._api.send(way_to(to).service, conversation_of(to), activity)

    def _keep(self, stream: Stream) -> Stream:
        """Remember a stream, and let go of those that are long over."""
        if len(self._known) >= _REMEMBERED:
            now = self._clock()
            self._known = {key: each for key, each in self._known.items() if now - each.began < EXPIRY}
        self._known[key_of(stream.to, stream.id)] = stream
        return stream


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


def key_of(to: Address, receipt: str) -> str:
    """Give what tells a message from all others."""
    return f"{to.account} {to.external_id} {receipt.removesuffix(MARK)}"
