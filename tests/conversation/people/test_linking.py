"""Codes that link two chats: made on one, typed on the other, answered on the first."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest

from conversation.people import doors, identities, linking, parting
from conversation.people.errors import TooManyAttempts
from conversation.people.linking import Entry, Join
from knowledge.db import Database
from tests.conftest import newcomer
from tests.conversation.people.crowd import TELEGRAM, WEB, ask, link, rows_of, settled, type_in


@pytest.fixture
async def two(database: Database) -> tuple[UUID, UUID]:
    """Two people of one name."""
    return await newcomer(database), await newcomer(database)


async def people(database: Database) -> int:
    async with database.system() as connection:
        return (await connection.execute("select from users")).rowcount


async def age(database: Database, interval: str) -> None:
    """Let codes and questions grow older."""
    async with database.system() as connection:
        await connection.execute("update one_time_codes set expires_at = expires_at - %s::interval", (interval,))
        await connection.execute(
            "update joins set created_at = created_at - %(age)s::interval, decided_at = decided_at - %(age)s::interval",
            {"age": interval},
        )


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("ABCD-2345", "ABCD2345"),
        ("abcd 2345", "ABCD2345"),
        (" ABCD2345 ", "ABCD2345"),
        ("ABCD–2345", "ABCD2345"),
        ("ABC-12345", ""),
        ("AB0D-2345", ""),
        ("what is ABCD-2345", ""),
    ],
)
def test_a_code_is_read_however_it_is_grouped(typed: str, code: str) -> None:
    assert linking.code_in(typed) == code


async def test_the_ledger_keeps_no_code(database: Database, two: tuple[UUID, UUID]) -> None:
    code = await linking.issue(database, two[0], None, WEB)

    async with database.system() as connection:
        row = await (await connection.execute("select one_time_codes::text as kept from one_time_codes")).fetchone()
    assert row and code not in row["kept"] and linking.code_in(linking.shown(code)) == code


async def test_a_code_joins_nobody_before_the_yes_on_the_first_channel(
    database: Database, two: tuple[UUID, UUID]
) -> None:
    join = await ask(database, *two)

    assert await people(database) == 2
    assert await linking.answer(database, join.join_id, two[0], yes=True) == "joined"
    assert await people(database) == 1


async def test_two_people_of_one_name_stay_two_and_only_who_is_asked_can_answer(
    database: Database, two: tuple[UUID, UUID]
) -> None:
    stranger = await newcomer(database)
    join = await ask(database, *two)

    for user_id in (two[1], stranger):
        assert await linking.answer(database, join.join_id, user_id, yes=True) == "nobody"
    assert await people(database) == 3


async def test_a_no_joins_nobody_for_good(database: Database, two: tuple[UUID, UUID]) -> None:
    join = await ask(database, *two)

    assert await linking.answer(database, join.join_id, two[0], yes=False) == "refused"
    assert await linking.answer(database, join.join_id, two[0], yes=True) == "settled"
    assert await people(database) == 2


async def test_ones_own_code_is_not_used_up(database: Database, two: tuple[UUID, UUID]) -> None:
    code = await linking.issue(database, two[0], None, WEB)

    assert await type_in(database, code, two[0]) == "own"
    assert isinstance(await type_in(database, code, two[1]), Join)


async def test_a_used_an_expired_a_replaced_and_a_wrong_code_open_nothing(
    database: Database, two: tuple[UUID, UUID]
) -> None:
    replaced = await linking.issue(database, two[0], None, WEB)
    used = await linking.issue(database, two[0], None, WEB)
    await type_in(database, used, two[1])
    old = await linking.issue(database, two[0], None, WEB)
    await age(database, "11 minutes")

    found = [await type_in(database, code, two[1]) for code in (replaced, used, old, "22222222")]
    assert found == ["used", "used", "expired", "unknown"]


async def test_of_two_who_type_a_code_at_once_one_gets_it(database: Database, two: tuple[UUID, UUID]) -> None:
    code = await linking.issue(database, two[0], None, WEB)
    others = [two[1], *[await newcomer(database) for _ in range(3)]]

    found = await asyncio.gather(*(type_in(database, code, user_id) for user_id in others))

    assert sorted(str(one) for one in found if not isinstance(one, Join)) == ["used"] * 3


async def test_a_code_that_is_handed_in_again_by_the_same_turn_asks_once(
    database: Database, two: tuple[UUID, UUID]
) -> None:
    code = await linking.issue(database, two[0], None, WEB)
    entry = Entry(uuid4(), code, two[1], None, TELEGRAM)

    assert await linking.enter(database, entry) == await linking.enter(database, entry)
    assert len(await linking.open_questions(database, two[0])) == 1


async def test_after_ten_wrong_codes_even_the_right_one_waits(database: Database, two: tuple[UUID, UUID]) -> None:
    code = await linking.issue(database, two[0], None, WEB)
    for _ in range(10):
        assert await type_in(database, "22222222", two[1]) == "unknown"

    with pytest.raises(TooManyAttempts):
        await type_in(database, code, two[1])


async def test_two_accounts_and_a_group_are_refused(database: Database, owner_url: str) -> None:
    first = await settled(database, owner_url, "web", account=True)
    second = await settled(database, owner_url, "slack", account=True)
    group = await newcomer(database)
    async with database.system() as connection:
        await connection.execute("update users set kind = 'group' where user_id = %s", (group,))

    code = await linking.issue(database, first, None, WEB)
    assert [await type_in(database, code, user_id) for user_id in (second, group)] == ["accounts", "group"]


async def test_an_account_that_is_made_after_the_question_keeps_them_two(
    database: Database, two: tuple[UUID, UUID]
) -> None:
    join = await ask(database, *two)
    async with database.system() as connection:
        for number, user_id in enumerate(two):
            await connection.execute(
                "insert into web_accounts (user_id, email, password_hash) values (%s, %s, 'x')",
                (user_id, f"{number}@example.com"),
            )

    assert await linking.answer(database, join.join_id, two[0], yes=True) == "accounts"
    assert await people(database) == 2


async def test_a_question_closes_after_an_hour(database: Database, two: tuple[UUID, UUID]) -> None:
    join = await ask(database, *two)
    await age(database, "61 minutes")

    assert await linking.answer(database, join.join_id, two[0], yes=True) == "late"
    assert await linking.open_questions(database, two[0]) == []


async def test_who_stays_is_the_account_then_who_is_no_guest_then_who_made_the_code(
    database: Database, owner_url: str, two: tuple[UUID, UUID]
) -> None:
    account = await settled(database, owner_url, "web", account=True)
    guest = await newcomer(database)
    async with database.system() as connection:
        await connection.execute("update users set guest = true where user_id = %s", (guest,))

    first, _ = await link(database, guest, two[0])
    second, _ = await link(database, two[0], two[1])
    third, _ = await link(database, two[0], account)
    assert [first.user_id, second.user_id, third.user_id] == [two[0], two[0], account]


async def test_roles_unite(database: Database) -> None:
    first, second = await newcomer(database, "creator"), await newcomer(database, "consumer", "admin")
    await link(database, first, second)

    async with database.person(first) as connection:
        row = await (await connection.execute("select roles from users")).fetchone()
    assert row == {"roles": ["admin", "consumer", "creator"]}


async def test_memory_on_both_sides_asks_what_to_keep(database: Database, owner_url: str) -> None:
    first, second = [await settled(database, owner_url, name) for name in ("web", "telegram")]
    join = await ask(database, first, second)

    assert await linking.answer(database, join.join_id, first, yes=True) == "choose"
    assert await linking.answer(database, join.join_id, first, yes=True, keep="there") == "joined"
    assert await linking.answer(database, join.join_id, first, yes=True) == "joined"


async def test_after_a_day_it_cannot_be_undone_and_what_was_kept_for_it_is_swept(
    database: Database, two: tuple[UUID, UUID]
) -> None:
    join, _ = await link(database, *two)
    await age(database, "25 hours")

    assert await linking.undo(database, join.join_id, two[0]) == "late"
    async with database.system() as connection:
        assert await linking.sweep(connection) == 1


async def test_undoing_twice_says_the_same_to_both_and_nothing_to_strangers(
    database: Database, two: tuple[UUID, UUID]
) -> None:
    join, _ = await link(database, *two)
    stranger = await newcomer(database)

    found = [await linking.undo(database, join.join_id, user_id) for user_id in (stranger, two[0], two[0], two[1])]
    assert found == ["nobody", "undone", "undone", "undone"]


async def test_places_are_listed_and_one_is_taken_away_with_its_threads(database: Database, owner_url: str) -> None:
    ada = await settled(database, owner_url, "web", account=True)
    bot = await settled(database, owner_url, "telegram")
    await link(database, ada, bot)
    await age(database, "25 hours")
    async with database.person(ada) as connection:
        links = await parting.links(connection, ada)
    new = uuid4()
    key = next(link.key for link in links if link.channel == "telegram")
    for _ in range(2):
        async with database.system() as connection:
            assert await parting.part(connection, ada, key, new) == "parted"

    moved = {place for place, rows in (await rows_of(database, owner_url, new)).items() if rows}
    assert moved == {
        *("users.user_id", "identities.user_id", "conversations.user_id", "messages.user_id", "inbox.user_id"),
        *("outbox.user_id", "button_tokens.user_id", "questions.user_id", "feedback.user_id"),
    }


async def test_within_a_day_taking_the_new_place_away_undoes_the_link(database: Database, owner_url: str) -> None:
    ada = await settled(database, owner_url, "web", account=True)
    bot = await settled(database, owner_url, "telegram")
    before = await rows_of(database, owner_url, bot)
    await link(database, ada, bot)
    async with database.system() as connection:
        key = next(each.key for each in await parting.links(connection, ada) if each.channel == "telegram")
        assert await parting.part(connection, ada, key, uuid4()) == "undone"

    assert await rows_of(database, owner_url, bot) == before


async def test_neither_the_last_place_nor_an_account_nor_a_strange_key_is_taken_away(
    database: Database, owner_url: str
) -> None:
    ada = await settled(database, owner_url, "slack", account=True)
    async with database.system() as connection:
        found = [await parting.part(connection, ada, key, uuid4()) for key in ("web", "0123456789ab")]
        await connection.execute("delete from web_accounts")
        await connection.execute("delete from web_sessions")
        (last,) = await parting.links(connection, ada)
        found.append(await parting.part(connection, ada, last.key, uuid4()))
    assert found == ["account", "unknown", "last"]


async def test_a_channel_tells_where_it_is_found(database: Database, two: tuple[UUID, UUID]) -> None:
    await doors.announce(database, "telegram", "1", "https://t.me/evermynd_bot?start=link_{code}")

    async with database.person(two[0]) as connection:
        assert (
            await doors.with_code(connection, "telegram", "ABCD2345") == "https://t.me/evermynd_bot?start=link_ABCD2345"
        )
        assert await doors.address(connection, "telegram", "1") == "https://t.me/evermynd_bot"
        assert await doors.address(connection, "slack") == ""


async def meet(database: Database, bot: str) -> UUID:
    """Somebody on Telegram writes to a bot."""
    async with database.system() as connection:
        return await identities.resolve(connection, "telegram", bot, "77", "Ada")


async def test_all_bots_of_telegram_are_one_place_that_is_taken_away_as_one(
    database: Database, two: tuple[UUID, UUID]
) -> None:
    ada = await meet(database, "1")
    assert await meet(database, "2") == ada
    async with database.system() as connection:
        (known,) = await parting.links(connection, ada)
        assert await parting.part(connection, ada, known.key, uuid4()) == "last"
        await identities.resolve(connection, "slack", "T1", "U1", "Ada")
        await connection.execute("update identities set user_id = %s where channel = 'slack'", (ada,))
        new = uuid4()
        assert await parting.part(connection, ada, known.key, new) == "parted"
    assert [await meet(database, bot) for bot in "123"] == [new] * 3


async def test_who_goes_back_takes_the_bots_along_that_they_met_meanwhile(database: Database, owner_url: str) -> None:
    ada = await settled(database, owner_url, "web", account=True)
    bot = await meet(database, "1")
    await link(database, ada, bot)
    assert await meet(database, "2") == ada
    async with database.system() as connection:
        key = next(each.key for each in await parting.links(connection, ada) if each.channel == "telegram")
        assert await parting.part(connection, ada, key, uuid4()) == "undone"
    assert [await meet(database, each) for each in "123"] == [bot] * 3
