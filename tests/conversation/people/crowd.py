"""People with a row in every table that says whose its rows are."""

from __future__ import annotations

from uuid import UUID, uuid4

import psycopg
from psycopg import sql

from conversation.people import linking
from conversation.people.linking import Answer, Entry, Join, Refusal, Side
from conversation.people.merging import Keep
from knowledge.db import Database
from tests.conftest import newcomer

TELEGRAM = Side("telegram", "Ada")
WEB = Side("web", "Ada")
MOVES_ITSELF = {"lanes", "projections", "joins", "alembic_version", "doors", "slots", "throttles"}
"""What is no person's, or changes by the joining itself."""

_ROWS = """
with place as (
  insert into conversations (conversation_id, channel, account, external_id, user_id)
  values (gen_random_uuid(), %(channel)s, 'bot', %(name)s, %(me)s) returning conversation_id
), lane as (insert into lanes (conversation_id) select conversation_id from place
), said as (
  insert into messages (message_id, conversation_id, user_id, seq, author, text)
  select gen_random_uuid(), conversation_id, %(me)s, 1, 'coach', 'hello' from place returning message_id
), heard as (
  insert into inbox (inbox_id, channel, account, dedupe_key, conversation_id, user_id, payload)
  select gen_random_uuid(), %(channel)s, 'bot', %(name)s, conversation_id, %(me)s,
    jsonb_build_object('author', jsonb_build_object('external_id', %(name)s::text)) from place
), told as (
  insert into outbox (outbox_id, conversation_id, user_id, seq, idempotency_key, purpose, payload, state)
  select gen_random_uuid(), conversation_id, %(me)s, 2, %(name)s, 'reply', '{"text": "Hi."}', 'sent' from place
), button as (
  insert into button_tokens (token, conversation_id, user_id, value)
  select %(name)s, conversation_id, %(me)s, 'x' from place
), digest as (
  insert into digests (digest_id, user_id, conversation_id, days, minute, told_until)
  select gen_random_uuid(), %(me)s, conversation_id, '{1}', '08:00', now() from place
), coach as (
  insert into coaches (coach_id, creator_user_id, name)
  values (gen_random_uuid(), %(me)s, 'Archivist') returning coach_id
), question as (
  insert into questions (question_id, coach_id, user_id, conversation_id, text, covered)
  select gen_random_uuid(), coach_id, %(me)s, conversation_id, 'why?', false from place, coach
), opinion as (
  insert into feedback (message_id, author, user_id, coach_id, good)
  select message_id, %(name)s, %(me)s, coach_id, true from said, coach
), bot as (
  insert into installations (channel, account, secrets, user_id, coach_id)
  select %(channel)s, %(name)s, '', %(me)s, coach_id from coach
), document as (
  insert into documents (document_id, coach_id, user_id, origin, name, title, media_type, sha256)
  select gen_random_uuid(), coach_id, %(me)s, 'o', 'n', 't', 'text/plain', '' from coach
), wish as (
  insert into ingestions (ingestion_id, user_id, coach_id, name)
  select gen_random_uuid(), %(me)s, coach_id, 'n' from coach
), file as (
  insert into files (file_id, user_id, name, size, sha256) values (gen_random_uuid(), %(me)s, 'n', 0, '')
), fact as (
  insert into facts (fact_id, user_id, subject, predicate, object, valid_from)
  values (gen_random_uuid(), %(me)s, 'me', 'likes', %(likes)s, now()) returning fact_id
), support as (
  insert into fact_supports (fact_id, message_id, user_id, quote, start_char, end_char)
  select fact_id, gen_random_uuid(), %(me)s, 'I like it', 0, 9 from fact
), usage as (
  insert into model_usage (user_id, day, requests, input_tokens)
  values (%(me)s, current_date, 2, 30), (%(me)s, %(day)s, 1, 1)
), identity as (
  insert into identities (channel, account, external_id, user_id, display_name)
  values (%(channel)s, 'bot', %(name)s, %(me)s, 'Ada')
), session as (
  insert into web_sessions (token_hash, user_id, expires_at)
  values (sha256(%(name)s::bytea), %(me)s, now() + interval '1 day')
), code as (
  insert into one_time_codes (code_hash, purpose, user_id, expires_at)
  values (sha256(%(name)s::bytea), 'reset', %(me)s, now() + interval '1 day')
), erased as (
  insert into erasures (erasure_id, user_id, receipt, language, ledger)
  values (gen_random_uuid(), %(me)s, %(name)s, 'en', '{}')
)
insert into joins (join_id, user_id, other_user_id, here, there, state)
values (gen_random_uuid(), %(me)s, %(me)s, '{"channel": "x", "name": ""}', '{"channel": "x", "name": ""}', 'refused')
"""


async def settled(
    database: Database, owner_url: str, channel: str, *roles: str, likes: str = "", account: bool = False
) -> UUID:
    """Add a person with a row everywhere."""
    user_id = await newcomer(database, *(roles or ("consumer", "creator")))
    name = f"{channel}-{uuid4().hex[:8]}"
    day = "2026-01-01" if channel == "web" else "2026-01-02"
    values = {"me": user_id, "channel": channel, "name": name, "likes": likes or channel, "day": day}
    async with await psycopg.AsyncConnection.connect(owner_url) as connection:
        await connection.execute(_ROWS, values)  # pyright: ignore[reportArgumentType, reportCallIssue]
        if account:
            await connection.execute(
                "insert into web_accounts (user_id, email, password_hash) values (%s, %s, 'x')",
                (user_id, f"{name}@example.com"),
            )
    return user_id


async def people_tables(database: Database) -> list[tuple[str, str]]:
    """List every column that says whose a row is."""
    async with database.system() as connection:
        rows = await (await connection.execute("select name, owner from owned order by name, owner")).fetchall()
    return [(row["name"], row["owner"]) for row in rows]


async def rows_of(database: Database, owner_url: str, *people: UUID) -> dict[str, list[str]]:
    """Write down every row of some people, table by table; codes for linking aside, which a test makes on its way."""
    found: dict[str, list[str]] = {}
    async with await psycopg.AsyncConnection.connect(owner_url) as connection:
        for table, column in [("users", "user_id"), *await people_tables(database)]:
            if table in MOVES_ITSELF:
                continue
            query = sql.SQL("select to_jsonb(t)::text from {} t where {} = any(%s) order by 1")
            rows = await connection.execute(
                query.format(sql.Identifier(table), sql.Identifier(column)), (list(people),)
            )
            found[f"{table}.{column}"] = [row[0] for row in await rows.fetchall() if '"purpose": "link"' not in row[0]]
    return found


async def ask(database: Database, first: UUID, second: UUID, here: Side = WEB, there: Side = TELEGRAM) -> Join:
    """Make a code as one and type it as the other."""
    entered = await type_in(database, await linking.issue(database, first, None, here), second, there)
    assert isinstance(entered, Join)
    return entered


async def type_in(database: Database, code: str, user_id: UUID, side: Side = TELEGRAM) -> Join | Refusal:
    """Type a code somewhere."""
    return await linking.enter(database, Entry(uuid4(), code, user_id, None, side))


async def link(database: Database, first: UUID, second: UUID, keep: Keep | None = "both") -> tuple[Join, Answer]:
    """Join two people as they would."""
    join = await ask(database, first, second)
    answer = await linking.answer(database, join.join_id, first, yes=True, keep=keep)
    async with database.system() as connection:
        return await linking.find(connection, join.join_id) or join, answer
