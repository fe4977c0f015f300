"""People who get digests: what they follow, what they asked, and what reaches them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID, uuid4

import psycopg

from conversation import coaches, payloads
from conversation.digests import store, zones
from conversation.digests.schedule import EVERY_DAY, Schedule, next_after
from conversation.digests.store import Digest
from conversation.message import Reply
from knowledge.db import Database
from tests.conftest import Addresses, coach_of, newcomer
from tests.knowledge.lessons import BREAD, teach

Row = dict[str, Any]
EIGHT = Schedule(EVERY_DAY, time(8))
QUESTION = "What does rye flour need?"


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who talks with a coach in one chat."""

    database: Database
    user_id: UUID
    conversation_id: UUID
    coach_id: UUID

    async def wants(self, schedule: Schedule, zone: str, now: datetime) -> None:
        """Set a digest, and live in a time zone."""
        next_at = next_after(schedule, zones.clock(zone), now)
        digest = Digest(
            digest_id=uuid4(),
            user_id=self.user_id,
            conversation_id=self.conversation_id,
            kind="personal",
            schedule=schedule,
            next_at=next_at,
            zone=zone,
            wants_zone=False,
            snoozed_until=None,
            told_until=now - store.FIRST,
        )
        async with self.database.person(self.user_id) as connection:
            await store.set_zone(connection, self.user_id, zone)
            await store.put(connection, digest)

    async def digest(self, kind: store.Kind = "personal") -> Digest:
        """The digest as it stands."""
        async with self.database.person(self.user_id) as connection:
            return (await store.mine(connection, self.user_id))[kind]

    async def asked(self, text: str, when: datetime, *, coach_id: UUID | None = None, covered: bool = False) -> None:
        """Ask a question."""
        async with self.database.system() as connection:
            await connection.execute(
                "insert into questions (question_id, coach_id, user_id, conversation_id, text, covered, asked_at) "
                "values (gen_random_uuid(), %s, %s, %s, %s, %s, %s)",
                (coach_id or self.coach_id, self.user_id, self.conversation_id, text, covered, when),
            )

    async def plans(self, predicate: str, quote: str, when: datetime) -> None:
        """Tell a plan."""
        fact_id = uuid4()
        async with self.database.person(self.user_id) as connection:
            await connection.execute(
                "insert into facts (fact_id, user_id, subject, predicate, object, valid_from, recorded_at) "
                "values (%s, %s, 'me', %s, 'it', %s, %s)",
                (fact_id, self.user_id, predicate, when, when),
            )
            await connection.execute(
                "insert into fact_supports (fact_id, message_id, user_id, quote, start_char, end_char) "
                "values (%s, gen_random_uuid(), %s, %s, 0, 0)",
                (fact_id, self.user_id, quote),
            )

    async def reached(self) -> list[Reply]:
        """What was said to this person unasked, in order."""
        rows = await self.rows(
            "select payload from outbox where user_id = %s and purpose = 'proactive' order by conversation_id, seq",
            self.user_id,
        )
        return [payloads.to_reply(row["payload"]) for row in rows]

    async def rows(self, statement: str, *values: object) -> list[Row]:
        """Look into the ledger as the system."""
        async with self.database.system() as connection:
            cursor = await connection.execute(statement, values)  # type: ignore[arg-type]
            return await cursor.fetchall() if cursor.description else []


async def reader_of(database: Database, coach_id: UUID, user_id: UUID | None = None, kind: str = "direct") -> Reader:
    """Seat somebody in a chat with a coach."""
    user_id, conversation_id = user_id or await newcomer(database), uuid4()
    async with database.person(user_id) as connection:
        await connection.execute(
            "insert into conversations (conversation_id, channel, account, external_id, kind, user_id, coach_id) "
            "values (%s, 'memory', '', %s, %s, %s, %s)",
            (conversation_id, str(conversation_id), kind, user_id, coach_id),
        )
    return Reader(database, user_id, conversation_id, coach_id)


async def coach_who_knows(
    database: Database,
    creator: UUID,
    name: str = "Baker",
    *,
    published: bool = True,
    title: str = "On bread",
    questions: Sequence[str] = (QUESTION,),
) -> UUID:
    """A coach that was taught about bread, and suggests these questions."""
    coach_id = await coach_of(database, creator, name)
    await teach(database, creator, coach_id, BREAD, title=title)
    async with database.person(creator) as connection:
        await coaches.change(connection, coach_id, published=published)
        await connection.execute("update documents set questions = %s where coach_id = %s", (list(questions), coach_id))
    return coach_id


async def learned_at(addresses: Addresses, when: datetime) -> None:
    """Let every document have been learned at a moment."""
    async with await psycopg.AsyncConnection.connect(addresses.superuser_url, autocommit=True) as owner:
        await owner.execute("update documents set updated_at = %s", (when,))


async def leases_run_out(database: Database) -> None:
    """Let whoever died hold no slot any more."""
    async with database.system() as connection:
        await connection.execute(
            "update slots set claimed_at = claimed_at - interval '1 minute' where state = 'claimed'"
        )
