"""The queue of updates: numbered, kept until they are confirmed, and never dropped unless the bot asks for it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
KINDS = frozenset(
    {
        "message", "edited_message", "channel_post", "edited_channel_post", "business_connection", "business_message",
        "edited_business_message", "deleted_business_messages", "guest_message", "message_reaction",
        "message_reaction_count", "inline_query", "chosen_inline_result", "callback_query", "shipping_query",
        "pre_checkout_query", "purchased_paid_media", "poll", "poll_answer", "my_chat_member", "chat_member",
        "chat_join_request", "chat_boost", "removed_chat_boost", "managed_bot", "subscription",
        "stopped_message_generation",
    }
)  # fmt: skip
FIRST_ID = 700_000_001


@dataclass(frozen=True, slots=True)
class Update:
    """One thing that happened, and the chat within which its order is kept."""

    id: int
    kind: str
    lane: int
    payload: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        """The update as the API writes it."""
        return {"update_id": self.id, self.kind: self.payload}


@dataclass(slots=True)
class Queue:
    """What has happened and what the bot has not yet confirmed."""

    allowed: frozenset[str] | None = None
    """Kinds the bot asked for; none means the default set."""
    everything: dict[int, Update] = field(default_factory=dict[int, Update])
    pending: dict[int, Update] = field(default_factory=dict[int, Update])
    again: list[Update] = field(default_factory=list[Update])
    """Updates to be handed out once more although they were confirmed."""
    _next: int = FIRST_ID
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, kind: str, payload: dict[str, Any], lane: int) -> int | None:
        """Number an update and keep it; none when the bot did not ask for its kind."""
        if not (kind in self.allowed if self.allowed is not None else kind not in NOT_BY_DEFAULT):
            return None
        return self.force(kind, payload, lane)

    def force(self, kind: str, payload: dict[str, Any], lane: int) -> int:
        """Number an update and keep it, whether the bot asked for its kind or not."""
        update = Update(self._next, kind, lane, payload)
        self._next += 1
        self.everything[update.id] = self.pending[update.id] = update
        self.ring()
        return update.id

    def repeat(self, update_id: int) -> None:
        """Hand an update out once more, as the platform does when it missed a confirmation."""
        self.again.append(self.everything[update_id])
        self.ring()

    def take(self, offset: int, limit: int) -> list[Update]:
        """What `getUpdates` answers: an offset confirms everything before it, a negative one keeps so many."""
        if offset < 0:
            for update_id in list(self.pending)[:offset]:
                del self.pending[update_id]
        elif offset <= self._next:
            for update_id in [each for each in self.pending if each < offset]:
                del self.pending[update_id]
        repeated, self.again = self.again[:limit], self.again[limit:]
        return repeated + list(self.pending.values())[: limit - len(repeated)]

    def confirm(self, update_id: int) -> None:
        """The bot has it."""
        self.pending.pop(update_id, None)

    def clear(self) -> None:
        """Drop what is pending, because the bot asked for it."""
        self.pending.clear()

    def ring(self) -> None:
        """Wake whoever waits for news."""
        self._news.set()
        self._news = asyncio.Event()

    async def news(self) -> None:
        """Wait until something happens."""
        await self._news.wait()
