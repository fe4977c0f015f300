"""Tells a browser tab of the threads it does not show: which of them hold something new, and what was said unasked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from ui.web.backend import Elsewhere

Emit = Callable[[str, object], Awaitable[None]]


@dataclass(slots=True)
class Bell:
    """What one tab knows of its person's other threads; the page's script draws it."""

    emit: Emit
    unread: set[UUID] = field(default_factory=set[UUID])

    async def know(self, unread: list[UUID], shown: UUID) -> None:
        """Begin with what the ledger says; the thread that is shown counts as seen."""
        self.unread = set(unread) - {shown}
        await self._mark()

    async def ring(self, told: Elsewhere, shown: UUID) -> None:
        """Mark a thread in the side bar, and say so in passing if nobody asked for it."""
        self.unread.add(told.thread_id)
        await self.relist(shown)
        await self._mark()
        if told.unasked:
            thread = {"thread": str(told.thread_id), "title": told.title, "text": told.text}
            await self.emit("window_message", {"evermynd": "arrived", **thread})

    async def relist(self, shown: UUID) -> None:
        """Have the side bar read its threads anew, as the page does whenever it is told of a first message."""
        await self.emit("first_interaction", {"interaction": f"news {uuid4()}", "thread_id": str(shown)})

    async def hush(self, thread_id: UUID) -> None:
        """Unmark a thread that was seen elsewhere."""
        if thread_id in self.unread:
            self.unread.discard(thread_id)
            await self._mark()

    async def speak(self, language: str, shown: str) -> None:
        """Have the page drawn anew once the person has chosen another language than it is shown in."""
        if language != shown:
            await self.emit("window_message", {"evermynd": "language", "language": language})

    async def _mark(self) -> None:
        threads = sorted(str(thread_id) for thread_id in self.unread)
        await self.emit("window_message", {"evermynd": "unread", "threads": threads})
