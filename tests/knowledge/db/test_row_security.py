"""One person's rows never reach another, even when a query forgets its predicate."""

import psycopg
import pytest
from psycopg import sql

from knowledge.db import Database
from tests.conftest import coach_of, newcomer

# Tables without row-level security, each for a stated reason.
EXEMPT = {
    "alembic_version": "the migration history",
    "lanes": "leases: a conversation's id and a number, no one's data",
    "leases": "granted to the system role alone",
    "rate_buckets": "granted to the system role alone",
    "projections": "ids and counters of what the graph must show",
    "slots": "scheduled slots, granted to the system role alone",
    "throttles": "granted to the system role alone",
    "checkpoints": "LangGraph's, reached only through a conversation row",
    "checkpoint_blobs": "LangGraph's, reached only through a conversation row",
    "checkpoint_writes": "LangGraph's, reached only through a conversation row",
    "checkpoint_migrations": "LangGraph's own history",
}


async def test_every_table_forces_row_security_or_is_exempt_by_name(database: Database, owner_url: str):
    with psycopg.connect(owner_url) as connection:
        rows = connection.execute(
            "select relname, relrowsecurity and relforcerowsecurity from pg_class "
            "where relkind = 'r' and relnamespace = 'public'::regnamespace"
        ).fetchall()
    assert {name for name, forced in rows if not forced} <= set(EXEMPT)


async def test_the_login_role_alone_can_read_nothing(database: Database):
    async with await psycopg.AsyncConnection.connect(database.url) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await connection.execute("select from users")


@pytest.mark.parametrize("table", ["users", "coaches", "conversations", "inbox", "messages", "outbox", "facts"])
async def test_without_a_predicate_nothing_foreign_comes_back(database: Database, table: str):
    first, second = await newcomer(database), await newcomer(database)
    await coach_of(database, first)
    await _talk(database, first)
    async with database.person(second) as connection:
        found = await (await connection.execute(sql.SQL("select * from {}").format(sql.Identifier(table)))).fetchall()
    assert [row for row in found if str(first) in map(str, row.values())] == []


async def test_a_stranger_cannot_write_for_somebody_else(database: Database):
    first, second = await newcomer(database), await newcomer(database)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with database.person(second) as connection:
            await connection.execute(
                "insert into coaches (coach_id, creator_user_id, name) values (gen_random_uuid(), %s, 'x')",
                (first,),
            )


async def test_nothing_can_be_said_in_somebody_elses_conversation(database: Database):
    first, second = await newcomer(database), await newcomer(database)
    await _talk(database, first)
    async with database.system() as connection:
        row = await (await connection.execute("select conversation_id from conversations")).fetchone()
    assert row
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with database.person(second) as connection:
            await connection.execute(
                "insert into outbox (outbox_id, conversation_id, user_id, seq, idempotency_key, purpose, payload) "
                "values (gen_random_uuid(), %s, %s, 2, 'k2', 'reply', '{}')",
                (row["conversation_id"], second),
            )


async def test_a_document_cannot_be_moved_to_somebody_elses_published_coach(database: Database):
    first, second = await newcomer(database), await newcomer(database)
    theirs, mine = await coach_of(database, first), await coach_of(database, second)
    async with database.person(first) as connection:
        await connection.execute("update coaches set published = true")
    async with database.person(second) as connection:
        await connection.execute(
            "insert into documents (document_id, coach_id, user_id, origin, name, title, media_type, sha256) "
            "values (gen_random_uuid(), %s, %s, 'o', 'n', 't', 'text/plain', '')",
            (mine, second),
        )
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with database.person(second) as connection:
            await connection.execute("update documents set coach_id = %s", (theirs,))


async def _talk(database: Database, user_id: object) -> None:
    """Give a person one row in each table of a conversation and of their memory."""
    async with database.person(user_id) as connection:  # type: ignore[arg-type]
        await connection.execute(
            """
            with place as (
              insert into conversations (conversation_id, channel, account, external_id, user_id)
              values (gen_random_uuid(), 'web', '', gen_random_uuid()::text, %(me)s) returning conversation_id
            ), said as (
              insert into messages (message_id, conversation_id, user_id, seq, author, text)
              select gen_random_uuid(), conversation_id, %(me)s, 1, 'person', 'hello' from place
            ), heard as (
              insert into inbox (inbox_id, channel, account, dedupe_key, conversation_id, user_id, payload)
              select gen_random_uuid(), 'web', '', 'k', conversation_id, %(me)s, '{}' from place
            )
            insert into facts (fact_id, user_id, subject, predicate, object, valid_from)
            values (gen_random_uuid(), %(me)s, 'me', 'name', 'Ada', now())
            """,
            {"me": user_id},
        )
        await connection.execute(
            "insert into outbox (outbox_id, conversation_id, user_id, seq, idempotency_key, purpose, payload) "
            "select gen_random_uuid(), conversation_id, user_id, 1, 'k', 'reply', '{}' from conversations"
        )
