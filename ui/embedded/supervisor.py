"""Watches over the parts of a running hub: starts anew what dies, gives up on what keeps dying, stops all in order."""

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable

from ui.embedded.parts import ChildPart, Part
from ui.embedded.tail import notable
from ui.errors import StartError

LOOK = 0.2  # seconds between two looks
MANY = 5  # deaths …
WITHIN = 60.0  # … in so many seconds are too many
BACK_OFF = 0.5  # seconds, times the deaths of late less one


class Supervisor:
    """Holds the parts of the hub in the order in which they started."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say
        self._parts: list[Part] = []
        self._deaths: defaultdict[str, deque[float]] = defaultdict(deque)

    def add(self, part: Part) -> None:
        """Watch over a part that has just started."""
        self._parts.append(part)

    @property
    def watches_any(self) -> bool:
        """Whether there is anything to stop."""
        return bool(self._parts)

    async def watch(self) -> None:
        """Watch until cancelled; raises StartError when a needed part keeps dying."""
        while True:
            await self._look()
            await asyncio.sleep(LOOK)

    async def until(self, condition: Callable[[], Awaitable[bool]], seconds: float) -> bool:
        """Watch until the condition holds; False when it did not in so many seconds."""
        deadline = time.monotonic() + seconds
        while not await condition():
            if time.monotonic() > deadline:
                return False
            await self._look()
            await asyncio.sleep(LOOK / 2)
        return True

    async def stop(self) -> None:
        """Stop our own processes at once, then the servers they use, the last started first."""
        await asyncio.gather(*(part.stop() for part in self._parts if isinstance(part, ChildPart)))
        self._tell()
        for part in reversed(self._parts):
            await part.stop()
        self._parts.clear()

    async def _look(self) -> None:
        self._tell()
        for part in list(self._parts):
            if part.process.poll() is not None:
                await self._revive(part)

    def _tell(self) -> None:
        for part in self._parts:
            for line in part.fresh():
                if told := notable(line):
                    self.say(f"{part.title.lower()} | {told}")

    async def _revive(self, part: Part) -> None:
        deaths = self._deaths[part.title]
        deaths.append(time.monotonic())
        while deaths[-1] - deaths[0] > WITHIN:
            deaths.popleft()
        self.say(f"{part.title} ended unexpectedly ({_cause(part)})")
        if len(deaths) >= MANY:
            return await self._give_up(part)
        await asyncio.sleep(BACK_OFF * (len(deaths) - 1))
        try:
            await part.revive()
        except StartError:
            if part.needed:
                raise
            await self._give_up(part)
        else:
            self.say(f"{part.title} started again")

    async def _give_up(self, part: Part) -> None:
        complaint = f"{part.title} ended {len(self._deaths[part.title])} times within a minute: see {part.log}"
        if part.needed:
            raise StartError(complaint)
        await part.stop()
        self._parts.remove(part)
        self.say(f"{complaint}; going on without it")


def _cause(part: Part) -> str:
    status = part.process.returncode
    return f"signal {-status}" if status < 0 else f"status {status}"
