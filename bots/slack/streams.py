"""Answers that Slack shows while they are written: chat.startStream, appendStream, stopStream.

A stream only grows, ends by itself after about five minutes (https://github.com/slackapi/python-slack-sdk/issues/1859),
and takes 12,000 characters a call. What does not fit into that goes on by edits of the same message; where Slack begins
no stream at all, for an app, a place or somebody who asks, the whole answer grows by edits.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, OrderedDict
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

import structlog

from bots.slack.api import Api
from bots.slack.errors import NotStreaming, Unmended
from bots.slack.pacing import APPEND, START, STOP
from bots.slack.people import People
from bots.slack.posting import channel_of, speaker, thread_of, to_history, wordless_in
from bots.slack.unwritten import settled
from conversation.channel import Part
from conversation.errors import ChannelError, Rejected, Stopped, Unknown
from conversation.message import Address, Message
from knowledge.db.errors import DatabaseUnavailable

LIFE = 240.0
"""Seconds after which a stream is ended before Slack ends it."""
EXPIRY = 300.0
"""Seconds after which Slack ends it."""
APPENDED = 12_000
"""Characters of one call. https://docs.slack.dev/reference/methods/chat.appendStream"""
ODD = 3
"""How often a text may differ from what was streamed: half of a list reads as something else, which passes."""
BLANK = "…"
TELLING = 1.0
"""Seconds for what an answer can do without."""
LATE = 8.0
"""Seconds before a call was given up in which it may have acted."""
PAUSE = 1.0
"""Seconds after that in which it may act still."""
WITHOUT = 600.0
"""Seconds for which a conversation in which Slack began no stream is not asked for another."""

_log = structlog.get_logger(__name__)
_MOST = 2000


@dataclass(slots=True)
class _Stream:
    """A message that is being streamed: when that began, what it says so far, and how often its text did not fit on.

    `shown` is when more of it was last shown; `told` tells that it is being written.
    """

    began: float
    said: str = ""
    odd: int = 0
    shown: float | None = None
    told: asyncio.Task[None] | None = None


class Streams:
    """The streams that this process began."""

    def __init__(self, api: Api, people: People, life: float = LIFE) -> None:
        self._api = api
        self._people = people
        self._life = life
        self._open: OrderedDict[tuple[str, str], _Stream] = OrderedDict()
        self._beginning: Counter[str] = Counter()
        self._resting: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._without: OrderedDict[str, float] = OrderedDict()
        self._aside: set[asyncio.Task[None]] = set()

    async def begin(self, to: Address, asked: Message, part: Part) -> str:
        """Begin a stream for who asked, without a word yet; gives the id of its message.

        Raises `Delayed`, and `Rejected` or `Unmended` where Slack begins none.
        """
        if self._without.get(_place(to), 0.0) > self._api.pace.now():
            raise Rejected("no stream was begun here before")
        self._api.pace.begin(to.account, self._running(to.account) + self._beginning[to.account])
        self._beginning[to.account] += 1
        try:
            told = self._beside(self._tell(to, "processing", asked.author.external_id))
            ts = await self._begin(to, asked.author.external_id, part, told)
            self._open[_key(to, ts)] = _Stream(self._api.pace.now(), told=told)
        finally:
            self._beginning[to.account] -= 1
        if len(self._open) > _MOST:
            self._open.popitem(last=False)
        return ts

    async def _begin(self, to: Address, asker: str, part: Part, told: asyncio.Task[None]) -> str:
        given = {
            "channel": channel_of(to),
            "thread_ts": thread_of(to),
            "recipient_user_id": asker,
            "recipient_team_id": self._people.team_of(to.account, asker),
            **speaker(part),
        }
        try:
            return str((await self._api.call(to.account, START, given)).get("ts", ""))
        except (ChannelError, asyncio.CancelledError) as error:
            self._beside(self._give_up(to, told))
            if isinstance(error, Rejected | Unmended):
                self._do_without(to)
            if not isinstance(error, ChannelError) or isinstance(error, Unknown):
                self._sweep_soon(to)
            raise

    def _do_without(self, to: Address) -> None:
        """Note that Slack begins no stream in this conversation."""
        self._without[_place(to)] = self._api.pace.now() + WITHOUT
        if len(self._without) > _MOST:
            self._without.popitem(last=False)

    async def _give_up(self, to: Address, told: asyncio.Task[None]) -> None:
        """Tell that nothing is being written, after it was told that something is."""
        await asyncio.wait([told])
        await self._tell(to, "active")

    def _beside(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do something that no answer waits for."""
        task = asyncio.create_task(work)
        self._aside.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._aside.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("slack.aside_failed", exc_info=error)

    def _running(self, account: str) -> int:
        """Count the streams of a workspace that somebody has to end."""
        since, place = self._api.pace.now() - EXPIRY, f"{account}:"
        return sum(each.began > since for key, each in self._open.items() if key[0].startswith(place))

    def _sweep_soon(self, to: Address) -> None:
        """Look, beside the answer, for the stream that may have begun although nobody told us."""
        now = time.time()
        self._beside(self._sweep(to, now - LATE, now + PAUSE))

    async def _sweep(self, to: Address, since: float, until: float) -> None:
        """Take back what was begun there between two times without a word; Slack guards what is not ours."""
        await asyncio.sleep(PAUSE)
        try:
            method, given = to_history(to, since)
            page = await self._api.call(to.account, method, given)
            for ts in wordless_in(page, since, until):
                if not self.is_open(to, ts):
                    await self.end(to, ts)
                    await self._api.call(to.account, "chat.delete", {"channel": channel_of(to), "ts": ts})
        except (ChannelError, DatabaseUnavailable) as error:
            _log.info("slack.not_swept", reason=type(error).__name__)

    async def grow(self, to: Address, ts: str, part: Part) -> bool:
        """Bring a stream up to date; False if that is not possible, or not any more; raises `Stopped` and `Delayed`."""
        stream = self._open.get(_key(to, ts))
        if stream is None:
            return False
        text = settled(str(part.native.get("markdown", "")))
        if stream.said.startswith(text) or (not text.strip() and not stream.said):
            return True
        stream.odd = 0 if text.startswith(stream.said) else stream.odd + 1
        if 0 < stream.odd < ODD:
            return True
        if stream.odd or self._api.pace.now() - stream.began > self._life:
            await self.end(to, ts)
            return False
        try:
            await self._append(to, ts, stream, text)
        except (NotStreaming, Stopped) as error:
            self._open.pop(_key(to, ts), None)
            await self.rest(to, ts)
            if isinstance(error, Stopped):
                raise
            return False
        return True

    async def _append(self, to: Address, ts: str, stream: _Stream, text: str) -> None:
        pace = self._api.pace
        pace.show(to.account, APPEND, self._running(to.account), stream.shown)
        while more := text[len(stream.said) :][:APPENDED]:
            stream.shown = pace.now()
            given = {"channel": channel_of(to), "ts": ts, "markdown_text": more}
            await self._api.call(to.account, APPEND, given)
            stream.said += more

    def is_open(self, to: Address, ts: str) -> bool:
        """Tell whether this process streams a message."""
        return _key(to, ts) in self._open

    async def end(self, to: Address, ts: str) -> None:
        """End a stream, whoever began it; one that has ended is left, and so is one that Slack does not let us end.

        With it Slack takes the answer for written (https://docs.slack.dev/reference/methods/chat.stopStream), unless
        it learns only afterwards that it is being written.
        """
        given = {"channel": channel_of(to), "ts": ts}
        stream = self._open.get(_key(to, ts))
        if stream is not None and stream.told is not None:
            await asyncio.wait([stream.told])
        words = {"markdown_text": BLANK}
        try:
            try:
                await self._api.call(to.account, STOP, given if stream is None or stream.said else {**given, **words})
            except Rejected as error:
                if not str(error).startswith("no_text"):
                    raise
                await self._api.call(to.account, STOP, {**given, **words})
        except (NotStreaming, Stopped):
            await self.rest(to, ts)
        except Rejected as error:  # what is said in the end may stand there all the same
            _log.warning("slack.not_ended", reason=str(error))
            await self.rest(to, ts)
        self._open.pop(_key(to, ts), None)
        self._is_resting(to, ts)

    async def rest(self, to: Address, ts: str) -> None:
        """Tell once that an answer is not being written any more; a process that died could not."""
        if not self._is_resting(to, ts):
            await self._tell(to, "active")

    def _is_resting(self, to: Address, ts: str) -> bool:
        """Note that Slack knows of the end of an answer, and tell whether it was known before."""
        known = _key(to, ts) in self._resting
        self._resting[_key(to, ts)] = None
        if len(self._resting) > _MOST:
            self._resting.popitem(last=False)
        return known

    async def _tell(self, to: Address, status: str, asker: str = "") -> None:
        """Tell whether an answer is being written: meanwhile Slack shows a Stop, for a stream takes no buttons of ours.

        https://docs.slack.dev/ai/agent-sessions; where an app has none, the answer comes all the same.
        """
        given = {"channel_id": channel_of(to), "thread_ts": thread_of(to), "status": status}
        given |= {"initiator_user_id": asker} if asker else {}
        try:
            async with asyncio.timeout(TELLING):
                await self._api.call(to.account, "agents.sessions.setStatus", given)
        except (ChannelError, TimeoutError, DatabaseUnavailable) as error:
            _log.info("slack.no_session", reason=str(error) or type(error).__name__)


def _place(to: Address) -> str:
    return f"{to.account}:{channel_of(to)}"


def _key(to: Address, ts: str) -> tuple[str, str]:
    return _place(to), ts
