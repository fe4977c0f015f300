"""Who may do what."""

from __future__ import annotations

import asyncio
from uuid import UUID

import psycopg
import pytest

from conversation.people import identities, parting, registration, roles, sessions
from conversation.people.errors import NobodyFound
from knowledge.db import Database
from tests.conftest import newcomer
from tests.conversation.chat import open_chat
from tests.conversation.messenger import told

PASSWORD = "seven violet teapots"


async def roles_of(database: Database, user_id: UUID) -> set[str]:
    async with database.system() as connection:
        row = await (await connection.execute("select roles from users where user_id = %s", (user_id,))).fetchone()
    return set(row["roles"]) if row else set()


async def test_a_person_becomes_a_creator_by_asking_and_once(database: Database, person: UUID) -> None:
    async with database.person(person) as connection:
        assert await roles.become_creator(connection, person)
        assert not await roles.become_creator(connection, person)

    assert await roles_of(database, person) == {"consumer", "creator"}


async def test_a_person_makes_nobody_else_a_creator(database: Database, person: UUID) -> None:
    other = await newcomer(database)
    async with database.person(person) as connection:
        await roles.become_creator(connection, other)

    assert await roles_of(database, other) == {"consumer"}


async def test_a_person_cannot_become_administrator_by_themselves(database: Database, person: UUID) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with database.person(person) as connection:
            await connection.execute("update users set roles = '{admin}'")


async def test_the_operator_gives_and_takes_roles(database: Database) -> None:
    await registration.sign_up(database, "ada@example.com", PASSWORD, "Ada", policy="open")
    bo = await registration.sign_up(database, "bo@example.com", PASSWORD, "Bo", policy="open")

    await roles.grant(database, "Bo@example.com", "admin")
    await roles.grant(database, "bo@example.com", "admin")
    assert await roles_of(database, bo.user_id) == {"consumer", "admin"}

    await roles.revoke(database, "bo@example.com", "admin")
    assert await roles_of(database, bo.user_id) == {"consumer"}


@pytest.mark.parametrize("email", ["nobody@example.com", "no address"])
async def test_a_role_for_nobody_is_refused(database: Database, email: str) -> None:
    with pytest.raises(NobodyFound):
        await roles.grant(database, email, "admin")


async def test_who_is_shut_out_is_known_by_address_or_id(database: Database, person: UUID) -> None:
    await registration.sign_up(database, "bo@example.com", "seven violet teapots", "Bo", policy="open")
    for who in ("Bo@example.com", str(person)):
        await roles.block(database, who)
        await roles.block(database, who)
    assert all(listed.blocked_at for listed in await roles.list_people(database))
    for who in ("bo@example.com", f" {person} "):
        await roles.unblock(database, who)
    assert not any(listed.blocked_at for listed in await roles.list_people(database))


@pytest.mark.parametrize("nobody", ["", "x", "bo@example.com", "00000000-0000-0000-0000-000000000001"])
async def test_nobody_cannot_be_shut_out(database: Database, nobody: str) -> None:
    with pytest.raises(NobodyFound):
        await roles.block(database, nobody)


async def test_who_is_shut_out_is_signed_out_and_stays_out(database: Database, person: UUID) -> None:
    token = await sessions.open_session(database, person)
    await roles.block(database, str(person))
    assert await sessions.sessions_of(database, person) == []
    assert await sessions.person_of(database, token) is None
    assert await sessions.person_of(database, await sessions.open_session(database, person)) is None


async def test_what_somebody_shut_out_still_waits_for_is_not_answered(database: Database, person: UUID) -> None:
    async with open_chat(database, person) as chat:
        chat.rig.model.pause = asyncio.Event()
        await chat.take(told("one two three", 1))
        await asyncio.wait_for(chat.rig.model.started.wait(), 10)
        await chat.take(told("second question", 2))
        (talk,) = await chat.rig.rows("select user_id from conversations")
        await roles.block(database, str(talk["user_id"]))
        rows = await chat.rig.rows("select state, cancelled from inbox order by position")
        assert [row["cancelled"] for row in rows] == [True, True] and rows[1]["state"] == "done"


async def test_nobody_lets_themselves_in_again(database: Database, person: UUID) -> None:
    await roles.block(database, str(person))
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with database.person(person) as connection:
            await connection.execute("update users set blocked_at = null")


async def test_the_list_shows_everybody_and_where_they_come_from(database: Database, person: UUID) -> None:
    from conversation.people import identities

    await registration.sign_up(database, "bo@example.com", PASSWORD, "Bo", policy="open")
    async with database.system() as connection:
        await identities.resolve(connection, "telegram", "bot", "42", "Cy")

    listed = await roles.list_people(database)

    assert [(one.display_name, one.email, one.channels) for one in listed] == [
        ("Ada", "", ()),
        ("Bo", "bo@example.com", ()),
        ("Cy", "", ("telegram",)),
    ]


async def test_parting_lets_nobody_in_who_is_shut_out(database: Database, person: UUID) -> None:
    new = UUID(int=7)
    async with database.system() as connection:
        for channel in ("telegram", "slack"):
            await connection.execute(
                "insert into identities (channel, account, external_id, user_id) values (%s, '1', 'ada', %s)",
                (channel, person),
            )
    await roles.block(database, str(person))
    async with database.system() as connection:
        key = next(link.key for link in await parting.links(connection, person) if link.channel == "telegram")
        assert await parting.part(connection, person, key, new) == "parted"
        assert await identities.shut_out(connection, "telegram", "1", "ada")
