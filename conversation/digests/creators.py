"""The weekly digest of a creator: what people asked the coaches, and what these could not answer; never who asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from uuid import uuid4

from psycopg.rows import class_row

from conversation.digests import store, zones
from conversation.digests.schedule import Schedule, next_after
from conversation.digests.store import Digest
from conversation.markdown import label, plain
from conversation.message import Button, Reply
from conversation.sanitising import sanitise
from conversation.speech import Speech
from knowledge.db import Connection, load_queries

WEEKLY = Schedule(frozenset({1}), time(9))
"""When it comes, unless the creator chose otherwise: Mondays at nine, in their own time."""
_QUERIES = load_queries("conversation.digests", "creators.sql")
_COACHES, _QUESTIONS, _LINE = 5, 5, 140


@dataclass(frozen=True, slots=True)
class _Asked:
    """What people asked one coach."""

    coach_id: object
    name: str
    questions: int
    people: int
    uncovered: int


@dataclass(frozen=True, slots=True)
class _Unanswered:
    """A question that a coach's sources did not cover."""

    text: str
    coach_name: str


async def enrol(connection: Connection, now: datetime, limit: int = 100) -> int:
    """Give their digest to creators whose published coaches people ask, as the system; gives how many are new."""
    rows = await (await connection.execute(_QUERIES["unserved"], {"limit": limit})).fetchall()
    for row in rows:
        next_at = next_after(WEEKLY, zones.clock(row["time_zone"]), now)
        digest = Digest(
            digest_id=uuid4(),
            user_id=row["user_id"],
            conversation_id=row["conversation_id"],
            kind="creator",
            schedule=WEEKLY,
            next_at=next_at,
            zone=row["time_zone"],
            wants_zone=False,
            snoozed_until=None,
            told_until=now - store.FIRST,
        )
        await store.put(connection, digest)
    return len(rows)


async def write(connection: Connection, speech: Speech, since: datetime, now: datetime) -> Reply | None:
    """Write the digest of the creator whose transaction this is; None if nobody asked anything."""
    given = {"since": since, "now": now}
    async with connection.cursor(row_factory=class_row(_Asked)) as cursor:
        await cursor.execute(_QUERIES["asked"], given | {"limit": _COACHES})
        asked = await cursor.fetchall()
    async with connection.cursor(row_factory=class_row(_Unanswered)) as cursor:
        await cursor.execute(_QUERIES["unanswered"], given | {"limit": _QUESTIONS})
        unanswered = await cursor.fetchall()
    return _reply(speech, asked, unanswered) if asked else None


def _reply(speech: Speech, asked: list[_Asked], unanswered: list[_Unanswered]) -> Reply:
    parts = [speech.say("**Your coaches this week**"), "\n".join(f"- {_line(speech, each)}" for each in asked)]
    if unanswered:
        lines = [f"- “{plain(label(each.text, _LINE))}” ({plain(each.coach_name)})" for each in unanswered]
        parts.append("\n".join([speech.say("What they had no source for:"), "", *lines]))
    why = speech.say("This comes once a week because people ask a coach you published. `/digest creator off` stops it.")
    buttons = (
        Button(speech.say("Show all"), "/stats"),
        Button(speech.say("Stop these"), "/digest creator off"),
    )
    return Reply(sanitise("\n\n".join([*parts, f"*{why}*"])), buttons=buttons)


def _line(speech: Speech, asked: _Asked) -> str:
    name = plain(asked.name)
    questions = speech.count("{n} question", "{n} questions", asked.questions)
    people = speech.count("{n} person", "{n} people", asked.people)
    unanswered = speech.count("{n} without an answer", "{n} without an answer", asked.uncovered)
    return f"**{name}** · {questions} · {people} · {unanswered}"
