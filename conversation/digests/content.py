"""What a digest tells: gathered under the row-level security of the person it is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from psycopg.rows import class_row

from knowledge.db import Connection, load_queries

REACH = timedelta(days=14)
"""How much longer than news an open question is brought up again."""
_QUERIES = load_queries("conversation.digests", "content.sql")
T = TypeVar("T")
_NEWS, _OPEN, _PLANS, _TRIES = 3, 3, 2, 4


@dataclass(frozen=True, slots=True)
class Followed:
    """A coach that the person has talked with and may see; `here`: it is the one of the digest's conversation."""

    coach_id: UUID
    name: str
    guide: bool
    here: bool


@dataclass(frozen=True, slots=True)
class News:
    """A document that a followed coach has learned, or learned anew; `total` counts all of them."""

    title: str
    coach_name: str
    topics: list[str]
    total: int


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that the sources did not cover; `taught`: by now they do. `fresh`: asked since the last digest."""

    text: str
    coach_id: UUID
    coach_name: str
    taught: bool
    fresh: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What the person said they want to do, in their own words."""

    quote: str
    recorded_at: datetime
    fresh: bool


@dataclass(frozen=True, slots=True)
class Try:
    """A question that a followed coach can answer, and the person has not asked."""

    question: str
    coach_id: UUID
    coach_name: str


@dataclass(frozen=True, slots=True)
class Content:
    """What there is to tell; `waiting` is a question of the person's that nobody answered."""

    followed: tuple[Followed, ...] = ()
    news: tuple[News, ...] = ()
    questions: tuple[OpenQuestion, ...] = ()
    waiting: str = ""
    plans: tuple[Plan, ...] = ()
    tries: tuple[Try, ...] = ()

    @property
    def fresh(self) -> bool:
        """Whether anything of it has come up since the last digest; something to try is no news."""
        came_up = any(question.fresh or question.taught for question in self.questions)
        return bool(self.news or self.waiting) or came_up or any(plan.fresh for plan in self.plans)

    @property
    def tells(self) -> bool:
        """Whether there is anything to tell, be it new or not."""
        return bool(self.news or self.questions or self.waiting or self.plans)

    @property
    def here(self) -> Followed | None:
        """The coach of the conversation that the digest belongs to."""
        return next((coach for coach in self.followed if coach.here), None)


async def gather(connection: Connection, conversation_id: UUID, since: datetime, now: datetime) -> Content:
    """Gather what there is to tell the person whose transaction this is."""
    given: dict[str, object] = {"conversation_id": conversation_id, "since": since, "now": now, "reach": REACH}
    followed = await _all(connection, "followed", Followed, given)
    given["coach_ids"] = [coach.coach_id for coach in followed]
    given["here"] = next((coach.coach_id for coach in followed if coach.here), None)
    row = await (await connection.execute(_QUERIES["unanswered"], given)).fetchone()
    return Content(
        followed=followed,
        news=await _all(connection, "news", News, given | {"limit": _NEWS}),
        questions=await _all(connection, "left_open", OpenQuestion, given | {"limit": _OPEN}),
        waiting=row["text"] if row else "",
        plans=await _all(connection, "planned", Plan, given | {"limit": _PLANS}),
        tries=await _all(connection, "to_try", Try, given | {"limit": _TRIES}),
    )


async def _all(connection: Connection, name: str, row: type[T], given: Mapping[str, object]) -> tuple[T, ...]:
    async with connection.cursor(row_factory=class_row(row)) as cursor:
        await cursor.execute(_QUERIES[name], given)
        return tuple(await cursor.fetchall())
