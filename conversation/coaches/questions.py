"""The ledger of questions: what people asked a coach and whether its sources covered it, for its creator to teach on.

All but `note` speak to the creator of a coach, who reads the words of a question and never whose they are: the table
opens to its askers alone, `asked_questions` and two functions to creators.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from uuid import UUID

from psycopg.rows import class_row

from knowledge.db import Connection, load_queries
from knowledge.terms import terms

_QUERIES = load_queries("conversation.coaches", "questions.sql")

_LOOKED_AT = 200
"""Open questions of a coach among which alike ones are looked for."""
_ALIKE = 0.6
"""The share of common terms from which two questions count as the same."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was answered: `covered` says that the coach's sources held the answer.

    Its id is that of the message that first asked it, whatever later wordings it had.
    """

    inbox_id: UUID
    coach_id: UUID
    user_id: UUID
    conversation_id: UUID
    text: str
    covered: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """How much a coach is asked: people and questions in all, questions of the last seven days, those left open."""

    coach_id: UUID
    people: int
    asked: int
    this_week: int
    unanswered: int


@dataclass(frozen=True, slots=True)
class Day:
    """How many questions a coach got on a day (UTC), and how many of these its sources did not cover."""

    day: date
    asked: int
    uncovered: int


@dataclass(frozen=True, slots=True)
class Question:
    """A question that a coach could not answer; `alike` are the ids of all that ask the same, its own first."""

    question_id: UUID
    coach_id: UUID
    text: str
    asked_at: datetime
    alike: tuple[UUID, ...] = ()


async def note(connection: Connection, asked: Asked) -> None:
    """Keep a question, in place of the one it is a later wording of; noting it again changes nothing."""
    await connection.execute(_QUERIES["unask"], {"inbox_id": asked.inbox_id})
    await connection.execute(_QUERIES["note"], asdict(asked))


async def figures(connection: Connection) -> dict[UUID, Figures]:
    """Count for each coach of this person."""
    async with connection.cursor(row_factory=class_row(Figures)) as cursor:
        await cursor.execute(_QUERIES["figures"])
        return {each.coach_id: each for each in await cursor.fetchall()}


async def by_day(connection: Connection, coach_id: UUID, days: int = 14) -> list[Day]:
    """Count what a coach was asked on each of the last days (UTC), the oldest first; empty days count too."""
    async with connection.cursor(row_factory=class_row(Day)) as cursor:
        await cursor.execute(_QUERIES["by_day"], {"coach_id": coach_id, "days": days})
        return await cursor.fetchall()


async def unanswered(connection: Connection, coach_id: UUID, limit: int = 5) -> list[Question]:
    """List what a coach could not answer, the newest first, questions that ask the same as one."""
    return merged(await _open(connection, coach_id))[:limit]


async def find(connection: Connection, question_id: UUID) -> Question | None:
    """Read a question to a coach of this person, with all open ones that ask the same; None if there is none."""
    async with connection.cursor(row_factory=class_row(Question)) as cursor:
        await cursor.execute(_QUERIES["find"], {"question_id": question_id})
        found = await cursor.fetchone()
    if found is None:
        return None
    same = next((each for each in merged(await _open(connection, found.coach_id)) if question_id in each.alike), None)
    return replace(found, alike=same.alike if same else (question_id,))


async def taught(connection: Connection, question_ids: Sequence[UUID]) -> None:
    """Note that the creator taught the coach an answer."""
    await connection.execute(_QUERIES["settle"], {"question_ids": list(question_ids), "taught": True})


async def dismiss(connection: Connection, question_ids: Sequence[UUID]) -> None:
    """Note that the coach need not answer these."""
    await connection.execute(_QUERIES["settle"], {"question_ids": list(question_ids), "taught": False})


def merged(questions: Sequence[Question]) -> list[Question]:
    """Put questions that ask nearly the same under the first of them."""
    groups: list[tuple[frozenset[str], list[Question]]] = []
    for question in questions:
        said = frozenset(terms(question.text)) or frozenset({question.text.strip().lower()})
        group = next((members for known, members in groups if _overlap(known, said) >= _ALIKE), None)
        if group is None:
            groups.append((said, [question]))
        else:
            group.append(question)
    return [replace(group[0], alike=tuple(each.question_id for each in group)) for _, group in groups]


async def _open(connection: Connection, coach_id: UUID) -> list[Question]:
    async with connection.cursor(row_factory=class_row(Question)) as cursor:
        await cursor.execute(_QUERIES["unanswered"], {"coach_id": coach_id, "limit": _LOOKED_AT})
        return await cursor.fetchall()


def _overlap(first: frozenset[str], second: frozenset[str]) -> float:
    return len(first & second) / len(first | second)
