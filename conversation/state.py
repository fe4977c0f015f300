"""What the nodes of a turn share: the state they pass on, and the setting they work in."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Protocol, TypedDict
from uuid import UUID

from conversation.bots import Bots
from conversation.channel import Stream
from conversation.turn import Turn
from knowledge.db import Database
from knowledge.graph import Graph
from knowledge.models.port import ChatModel, StructuredModel, Transcriber, Usage
from knowledge.retrieval import Recall


class Searcher(Protocol):
    """Finds what a coach was taught about a question."""

    async def search(
        self, database: Database, user_id: UUID | None, coach_ids: list[UUID], query: str, limit: int = 8
    ) -> Recall:
        """Give the best hits that this person may see."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """What turns work with. `extractive` answers when `chat` cannot; offline they are the same, and there is no
    `structured`. Replies link only to the hub itself and to `link_hosts`. `graph` tells what of a person stands there.
    Voice messages are heard where there is a `transcriber`; creators may bring `bots` of their own where secrets can
    be sealed.
    """

    database: Database
    chat: ChatModel
    extractive: ChatModel
    structured: StructuredModel | None
    searcher: Searcher
    daily_tokens: int = 0
    link_hosts: tuple[str, ...] = ()
    graph: Graph | None = None
    transcriber: Transcriber | None = None
    bots: Bots | None = None


@dataclass(slots=True)
class Meter:
    """Adds up the tokens of a turn."""

    input_tokens: int = 0
    output_tokens: int = 0

    def count(self, usage: Usage) -> None:
        """Add what one request spent."""
        self.input_tokens += usage.input_tokens
        self.output_tokens += usage.output_tokens


@dataclass(frozen=True, slots=True)
class Setting:
    """The runtime context of one turn; `stopped` is set when the person no longer wants the answer."""

    turn: Turn
    services: Services
    stream: Stream
    meter: Meter
    stopped: asyncio.Event

    @property
    def spent(self) -> bool:
        """Whether the person has used up today's share of the language model."""
        daily = self.services.daily_tokens
        return bool(daily) and not self.services.chat.offline and self.turn.tokens_today >= daily


class State(TypedDict, total=False):
    """What a turn has found out so far.

    `question` is the message made to stand alone; `replies`, `keys` and `work` are those of an `Outcome`, as plain JSON
    so that they can wait in a checkpoint.
    """

    skill: str
    question: str
    recalled: Recall
    replies: list[dict[str, Any]]
    keys: list[str]
    work: list[dict[str, Any]]
