"""The same person on several channels."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from conversation.people import identities
from conversation.people.errors import NobodyFound
from knowledge.db import Database


async def resolve(database: Database, channel: str, account: str, external_id: str, name: str = "") -> UUID:
    async with database.system() as connection:
        return await identities.resolve(connection, channel, account, external_id, name)


async def test_a_stranger_becomes_a_person_and_stays_the_same_one(database: Database) -> None:
    first = await resolve(database, "telegram", "bot", "42", "Ada")

    assert await resolve(database, "telegram", "bot", "42", "Ada L.") == first


async def test_a_name_identifies_nobody(database: Database) -> None:
    people = {
        await resolve(database, channel, account, external_id, "Ada")
        for channel, account, external_id in (("telegram", "bot", "1"), ("telegram", "bot", "2"), ("slack", "bot", "1"))
    }

    assert len(people) == 3


async def test_a_stranger_who_writes_twice_at_once_is_one_person(database: Database) -> None:
    people = await asyncio.gather(*(resolve(database, "slack", "T1", "U1", "Ada") for _ in range(5)))

    assert len(set(people)) == 1
    async with database.system() as connection:
        rows = await (await connection.execute("select user_id from users")).fetchall()
    assert [row["user_id"] for row in rows] == [people[0]]


async def test_on_the_web_the_id_is_the_persons_own(database: Database, person: UUID) -> None:
    assert await resolve(database, "web", "", str(person)) == person


@pytest.mark.parametrize("external_id", ["b7a1f3d2-0000-4000-8000-000000000000", "nobody"])
async def test_the_web_makes_no_person_of_an_unknown_id(database: Database, external_id: str) -> None:
    with pytest.raises(NobodyFound):
        await resolve(database, "web", "", external_id)


async def test_any_name_a_platform_gives_can_be_kept(database: Database) -> None:
    names = ("\0", "x" * 5000, "\u202eevil", "  ", "Ada\nLovelace")
    people = {await resolve(database, "telegram", "bot", str(number), name) for number, name in enumerate(names)}
    assert len(people) == len(names)


async def test_asking_who_somebody_is_makes_nobody(database: Database) -> None:
    async with database.system() as connection:
        assert await identities.find(connection, "telegram", "bot", "42") is None


async def test_a_stranger_who_writes_to_many_bots_at_once_is_one_person(database: Database) -> None:
    people = await asyncio.gather(*(resolve(database, "telegram", str(bot), "77", "Ada") for bot in range(5)))

    assert len(set(people)) == 1
