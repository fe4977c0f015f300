"""Two people become one, with everything, and two again."""

from __future__ import annotations

import asyncio
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from conversation.people import linking, merging, removal, roles
from knowledge.db import Database
from tests.conftest import coach_of, newcomer
from tests.conversation.people.crowd import ask, link, people_tables, rows_of, settled


@pytest.fixture
async def ada(database: Database, owner_url: str) -> UUID:
    """Somebody with an account on the web."""
    return await settled(database, owner_url, "web", account=True)


@pytest.fixture
async def bot(database: Database, owner_url: str) -> UUID:
    """The same human on Telegram."""
    return await settled(database, owner_url, "telegram", "consumer")


async def test_the_crowd_has_a_row_in_every_table_that_names_a_person(
    database: Database, owner_url: str, ada: UUID
) -> None:
    empty = {place for place, rows in (await rows_of(database, owner_url, ada)).items() if not rows}

    assert empty == set()


async def test_everything_of_both_belongs_to_the_one_with_the_account(
    database: Database, owner_url: str, ada: UUID, bot: UUID
) -> None:
    _, answer = await link(database, bot, ada)

    assert answer == "joined"
    assert not any((await rows_of(database, owner_url, bot)).values())
    kept = await rows_of(database, owner_url, ada)
    once = {"users.user_id", "web_accounts.user_id", "digests.user_id"}
    assert {place for place, rows in kept.items() if len(rows) < 2} == once


async def test_the_joined_person_sees_all_of_it_and_nobody_else_does(database: Database, ada: UUID, bot: UUID) -> None:
    stranger = await newcomer(database)
    await link(database, ada, bot)

    for user_id, expected in ((ada, 2), (bot, 0), (stranger, 0)):
        for table in ("conversations", "messages", "inbox", "outbox", "facts", "files", "identities", "web_sessions"):
            async with database.person(user_id) as connection:
                query = sql.SQL("select from {}").format(sql.Identifier(table))
                assert (await connection.execute(query)).rowcount == expected, table


async def test_undoing_puts_every_row_back_as_it_was(database: Database, owner_url: str, ada: UUID, bot: UUID) -> None:
    before = [await rows_of(database, owner_url, one) for one in (ada, bot)]
    join, _ = await link(database, ada, bot)

    async with database.system() as connection:
        assert await merging.undo(connection, join.join_id, ada)

    assert [await rows_of(database, owner_url, one) for one in (ada, bot)] == before


@pytest.mark.parametrize("keep", ["here", "there"])
async def test_the_memory_of_one_side_can_be_dropped_and_comes_back_with_undo(
    database: Database, owner_url: str, ada: UUID, bot: UUID, keep: merging.Keep
) -> None:
    before = [await rows_of(database, owner_url, one) for one in (ada, bot)]
    join, _ = await link(database, ada, bot, keep)
    async with database.system() as connection:
        left = await (await connection.execute("select object, user_id from facts")).fetchall()
        assert left == [{"object": "web" if keep == "here" else "telegram", "user_id": ada}]
        assert await merging.undo(connection, join.join_id, ada)

    assert [await rows_of(database, owner_url, one) for one in (ada, bot)] == before


async def test_what_both_know_is_known_once_and_the_newer_word_counts(database: Database, owner_url: str) -> None:
    ada = await settled(database, owner_url, "web", likes="tea")
    bot = await settled(database, owner_url, "telegram", likes="Tea")
    for user_id, town in ((ada, "Rome"), (bot, "Oslo")):
        async with database.person(user_id) as connection:
            await connection.execute(
                "insert into facts (fact_id, user_id, subject, predicate, object, valid_from) "
                "values (gen_random_uuid(), %s, 'me', 'lives in', %s, now())",
                (user_id, town),
            )
    await link(database, ada, bot)

    async with database.person(ada) as connection:
        rows = await (await connection.execute("select object from facts where valid_to is null order by 1")).fetchall()
    assert [row["object"] for row in rows] == ["Oslo", "tea"]


async def test_what_was_forgotten_since_does_not_come_back(
    database: Database, owner_url: str, ada: UUID, bot: UUID
) -> None:
    join, _ = await link(database, ada, bot, "here")
    async with database.person(ada) as connection:
        await merging.scrub(connection, ada, [("likes", "Telegram")])

    async with database.system() as connection:
        assert await merging.undo(connection, join.join_id, ada)

    assert (await rows_of(database, owner_url, bot))["facts.user_id"] == []


async def test_what_came_up_since_goes_with_its_conversation(database: Database, ada: UUID, bot: UUID) -> None:
    join, _ = await link(database, ada, bot)
    async with database.system() as connection:
        await connection.execute(
            "insert into messages (message_id, conversation_id, user_id, seq, author, text) "
            "select gen_random_uuid(), conversation_id, user_id, 9, 'coach', 'later' from conversations"
        )
        await merging.undo(connection, join.join_id, ada)

    for user_id in (ada, bot):
        async with database.person(user_id) as connection:
            assert (await connection.execute("select from messages")).rowcount == 2


async def test_a_days_tokens_are_added_up(database: Database, ada: UUID, bot: UUID) -> None:
    await link(database, ada, bot)

    async with database.person(ada) as connection:
        rows = await (await connection.execute("select requests from model_usage order by day")).fetchall()
    assert [row["requests"] for row in rows] == [1, 1, 4]


async def test_coaches_of_one_name_are_both_kept(database: Database, ada: UUID, bot: UUID) -> None:
    await coach_of(database, bot, "archivist 2")
    await link(database, ada, bot)

    async with database.person(ada) as connection:
        rows = await (await connection.execute("select name from coaches order by 1")).fetchall()
    assert sorted(row["name"] for row in rows) == ["Archivist", "Archivist 3", "archivist 2"]


async def test_a_running_turn_of_the_other_cannot_commit_and_its_message_waits_for_the_joined(
    database: Database, ada: UUID, bot: UUID
) -> None:
    async with database.system() as connection:
        await connection.execute("update lanes set fence = 7, owner = 'w', leased_until = now() + interval '9 s'")
    await link(database, ada, bot)

    async with database.system() as connection:
        rows = await connection.execute(
            "select channel, fence, leased_until > now() as leased, inbox.user_id "
            "from lanes join inbox using (conversation_id) order by channel"
        )
        found = [tuple(row.values()) for row in await rows.fetchall()]
    assert found == [("telegram", 9, False, ada), ("web", 7, True, ada)]


async def test_a_joining_that_dies_has_done_nothing(database: Database, owner_url: str, ada: UUID, bot: UUID) -> None:
    before = await rows_of(database, owner_url, ada, bot)
    join = await ask(database, ada, bot)

    async def dies() -> None:
        async with database.system() as connection:
            assert await merging.join(connection, join.join_id, ada, bot, "here")
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await dies()

    assert await rows_of(database, owner_url, ada, bot) == before


async def test_a_message_that_arrives_while_joining_waits_and_is_not_lost(
    database: Database, ada: UUID, bot: UUID
) -> None:
    join = await ask(database, ada, bot)

    async def arrives() -> None:
        async with database.person(bot) as connection:
            await connection.execute(
                "update conversations set next_seq = next_seq + 1 where user_id = %(me)s", {"me": bot}
            )
            await asyncio.sleep(0.05)
            await connection.execute(
                "insert into messages (message_id, conversation_id, user_id, seq, author, text) "
                "select gen_random_uuid(), conversation_id, %(me)s, 9, 'person', 'wait!' from conversations",
                {"me": bot},
            )

    arriving = asyncio.create_task(arrives())
    await asyncio.sleep(0.02)
    assert await linking.answer(database, join.join_id, ada, yes=True, keep="both") == "joined"
    await arriving

    async with database.person(ada) as connection:
        assert (await connection.execute("select from messages where text = 'wait!'")).rowcount == 1


async def test_who_deletes_the_account_after_joining_leaves_nothing(
    database: Database, owner_url: str, ada: UUID, bot: UUID
) -> None:
    await link(database, ada, bot, "here")

    await removal.remove(database, ada)

    left = await rows_of(database, owner_url, ada, bot)
    assert not any(left.values())
    async with await psycopg.AsyncConnection.connect(owner_url) as connection:
        for table, _ in await people_tables(database):
            rows = await connection.execute(sql.SQL("select from {}").format(sql.Identifier(table)))
            assert rows.rowcount == 0, table


@pytest.mark.parametrize("statement", ["hand_over(%s, %s)", "follow(%s, %s)"])
async def test_nobody_takes_anothers_rows_by_themselves(
    database: Database, ada: UUID, bot: UUID, statement: str
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with database.person(bot) as connection:
            await connection.execute(f"select {statement}", (ada, bot))  # pyright: ignore[reportArgumentType, reportCallIssue]


async def test_the_graph_is_told_about_both(database: Database, ada: UUID, bot: UUID) -> None:
    await link(database, ada, bot)

    async with database.system() as connection:
        rows = await (await connection.execute("select graph_id from projections where done < wanted")).fetchall()
    assert {row["graph_id"] for row in rows} == {f"user:{ada}", f"user:{bot}"}


async def test_joined_people_can_be_joined_with_a_third_and_undone_one_by_one(
    database: Database, owner_url: str, ada: UUID, bot: UUID
) -> None:
    slack = await settled(database, owner_url, "slack")
    before = [await rows_of(database, owner_url, one) for one in (ada, bot, slack)]
    first, _ = await link(database, bot, slack)
    second, _ = await link(database, ada, bot)

    for join in (second, first):
        async with database.system() as connection:
            found = await linking.find(connection, join.join_id)
            assert found and await merging.undo(connection, join.join_id, found.user_id)

    assert [await rows_of(database, owner_url, one) for one in (ada, bot, slack)] == before


async def test_undoing_lets_nobody_in_who_was_shut_out_meanwhile(database: Database, ada: UUID, bot: UUID) -> None:
    join, _ = await link(database, ada, bot)
    await roles.block(database, str(ada))
    async with database.system() as connection:
        assert await merging.undo(connection, join.join_id, ada)
        rows = await (await connection.execute("select user_id from users where blocked_at is not null")).fetchall()
    assert {row["user_id"] for row in rows} == {ada, bot}
