"""Live answers on messengers: the first words are the stub that the finished answer is edited into.

The ledger's message is the stub: its row is opened and its receipts are committed as its parts appear, so that whoever
finishes the answer, this process or another after a crash, edits what stands there. Drafts only animate: they take what
the platform's limits leave, wait where it is not their turn (`Delayed`), and stop at any other refusal. A platform that
has drafts of its own (`Drafting`) shows them in its way, by edits otherwise.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import structlog

from conversation import lanes, outbox, rates
from conversation.channel import Capabilities, Channel, Drafting, Editing, Finding, Part
from conversation.errors import ChannelError, Delayed, LeaseLost, RetryLater, Stopped
from conversation.fitting import introduced
from conversation.lanes import Lane
from conversation.message import Button, Message, Reply
from conversation.speech import Speech
from knowledge.db import Database
from knowledge.db.errors import DatabaseUnavailable

PATIENCE = outbox.LEASE / 3
"""Seconds a platform call may take."""
MORE = " …"

_log = structlog.get_logger(__name__)


class Live:
    """The stream of the answer to one message, shown by drafts, or by sending and editing; see `Stream`.

    `again`: this turn was begun before, and its first words may stand there. `stopped` is set when the person ends the
    answer where the platform itself lets them.
    """

    def __init__(
        self,
        database: Database,
        channel: Channel,
        lane: Lane,
        asked: Message,
        key: str,
        language: str,
        stopped: asyncio.Event,
        *,
        again: bool = False,
    ) -> None:
        self._database = database
        self._channel = channel
        self._lane = lane
        self._asked = asked
        self._to = asked.address
        self._stopped = stopped
        self._again = again
        self._drafts = channel if isinstance(channel, Drafting) and channel.capabilities(self._to).drafts else None
        self._key = key
        self._stop = Button(Speech(language).say("Stop"), "/stop")
        self._speaker = Reply("")
        self._text = ""
        self._grown = asyncio.Event()
        self._closing = asyncio.Event()
        self._receipts: list[str] = []
        self._shown: list[Part] = []
        self._task: asyncio.Task[None] | None = None

    @property
    def begun(self) -> bool:
        """Whether there is something of it to see."""
        return bool(self._receipts or self._shown)

    def speak_as(self, name: str, avatar: str) -> None:
        """Show the answer as this coach's."""
        self._speaker = Reply("", coach_name=name, avatar=avatar)

    async def push(self, delta: str) -> None:
        """Show more text, soon."""
        self._text += delta
        self._grown.set()
        if self._task is None:
            self._task = asyncio.create_task(self._animate())

    async def close(self) -> None:
        """Stop animating once the call under way is over, so that its receipt is committed."""
        self._closing.set()
        self._grown.set()
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _animate(self) -> None:
        capabilities = self._channel.capabilities(self._to)
        try:
            if not await self._open():
                return
            while not self._closing.is_set():
                await self._grown.wait()
                self._grown.clear()
                if not self._closing.is_set():
                    await self._rest(await self._look(capabilities))
        except RetryLater as error:
            await rates.block(self._database, self._to, capabilities.rates, error.retry_after)
            _log.info("live.paused", seconds=error.retry_after)
        except Stopped:
            self._stopped.set()
        except (ChannelError, TimeoutError) as error:
            _log.info("live.ended", reason=type(error).__name__)
        except (LeaseLost, DatabaseUnavailable):
            _log.warning("live.lost", conversation_id=str(self._lane.conversation_id))

    async def _open(self) -> bool:
        """Open the row of the answer, as the holder of the lane."""
        async with self._database.person(self._lane.user_id) as connection:
            await lanes.hold(connection, self._lane)
            receipts = await outbox.open_row(connection, self._lane.conversation_id, self._key)
        self._receipts = list(receipts or ())
        return receipts is not None

    async def _look(self, capabilities: Capabilities) -> float:
        """Bring what is shown up to date, if it is this answer's turn; gives the seconds until the next look."""
        interval = capabilities.stream_interval or 1.0
        try:
            await self._show(capabilities)
        except Delayed as error:
            self._grown.set()  # what is missing is shown at the next look
            return max(interval, error.retry_after)
        return interval

    async def _show(self, capabilities: Capabilities) -> None:
        """Bring what the platform shows up to the text so far."""
        text = self._text.rstrip()
        if not text:
            return
        shown = text if self._drafts else text + MORE
        speaking = replace(self._speaker, text=shown, buttons=(self._stop,))
        if self._to.kind != "direct" and not capabilities.identity:
            speaking = replace(speaking, text=introduced(speaking))
        parts = self._channel.render(speaking, capabilities)
        for number, part in enumerate(parts):
            if number < len(self._shown) and self._shown[number] == part:
                continue
            if not await self._bring(number, part, capabilities):
                return
            self._shown[number:] = [part]

    async def _bring(self, number: int, part: Part, capabilities: Capabilities) -> bool:
        """Bring a part up to date, in two steps where it has to be begun; False if that has to wait."""
        while not self._closing.is_set():
            if not await self._may(capabilities):
                self._grown.set()  # what is missing is shown at the next look
                return False
            if await self._put(number, part):
                return True
        return False

    async def _put(self, number: int, part: Part) -> bool:
        """Bring a part up to date; False if it was only begun."""
        if self._drafts is not None:
            return await self._draft(self._drafts, number, part)
        async with asyncio.timeout(PATIENCE):
            if number < len(self._receipts):
                assert isinstance(self._channel, Editing)  # noqa: S101  (only such a channel is animated)
                await self._channel.edit(self._to, self._receipts[number], part)
                return True
            key = f"{self._key}:{number}"
            receipt = await self._found(key) or await self._channel.send(self._to, part, key)
        await self._stands(receipt)
        return True

    async def _found(self, key: str) -> str:
        """Look for what an earlier try of this turn may have shown, where the platform can tell."""
        return await self._channel.find(self._to, key) if self._again and isinstance(self._channel, Finding) else ""

    async def _draft(self, channel: Drafting, number: int, part: Part) -> bool:
        """Show a part as the platform shows drafts; one that stays is committed before it says a word."""
        known = self._receipts[number] if number < len(self._receipts) else ""
        key = f"{self._key}:{number}"
        async with asyncio.timeout(PATIENCE):
            if not known and (known := await self._found(key)):
                await self._stands(known)
            receipt = await channel.draft(self._to, self._asked, part, key, known)
        if receipt and not known:
            await self._stands(receipt)
        return bool(known) or not receipt

    async def _stands(self, receipt: str) -> None:
        self._receipts.append(receipt)
        async with self._database.person(self._lane.user_id) as connection:
            await outbox.shown(connection, self._key, receipt)

    async def _may(self, capabilities: Capabilities) -> bool:
        """Whether the platform's limits leave something for a draft."""
        first = not self.begun
        wait = await rates.take(self._database, self._to, capabilities.rates, "reply" if first else "animation")
        return wait <= 0

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._closing.wait()
        except TimeoutError:
            return
