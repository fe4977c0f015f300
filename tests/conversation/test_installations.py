"""Where else the hub is installed: kept sealed, read by the hub, and a person sees their own without the secrets."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from uuid import UUID, uuid4

import psycopg
import pytest

from conversation import installations
from conversation.installations import Installation, Installations, new_state, use_state
from knowledge.db import Database
from knowledge.vault import KEY_SIZE, Vault, VaultError
from tests.conftest import coach_of, newcomer

OLD, NEW = Vault({"k1": b"o" * KEY_SIZE}), Vault({"k2": b"n" * KEY_SIZE, "k1": b"o" * KEY_SIZE})
ACME = Installation("slack", "T1", "Acme", {"bot_token": "xoxb-1"}, {"team": "Acme"})


@pytest.fixture
def kept(database: Database) -> Installations:
    return Installations(database, OLD)


async def sealed_in(database: Database, account: str = "T1") -> str:
    async with database.system() as connection:
        cursor = await connection.execute("select secrets from installations where account = %s", (account,))
        row = await cursor.fetchone()
    assert row is not None
    return str(row["secrets"])


async def own_bot(database: Database, person: UUID, account: str = "b1", coach: UUID | None = None) -> bool:
    bot = Installation("telegram", account, "Tea bot", {"token": "1:a"}, user_id=person)
    bot = replace(bot, coach_id=coach or await coach_of(database, person, f"Tea {uuid4()}"))
    async with database.person(person) as connection:
        return await installations.add_own(connection, bot, Installations(database, OLD).sealed(bot))


async def test_an_installation_comes_back_and_the_ledger_alone_tells_no_secret(database: Database, kept: Installations):
    await kept.put(ACME)
    assert await kept.find("slack", "T1") == ACME
    assert await kept.find("slack", "T2") is None
    assert "xoxb" not in await sealed_in(database)
    assert "xoxb" not in repr(ACME)


async def test_installing_again_takes_the_place_of_what_was_there(kept: Installations):
    await kept.put(ACME)
    again = replace(ACME, secrets={"bot_token": "xoxb-2"}, name="Acme Ltd")
    await kept.put(again)
    assert await kept.all("slack") == [again]


async def test_a_removed_installation_is_gone(kept: Installations):
    await kept.put(ACME)
    await kept.remove("slack", "T1")
    await kept.remove("slack", "T1")
    assert await kept.all("slack") == []


async def test_reading_after_a_change_of_keys_seals_anew(database: Database, kept: Installations):
    await kept.put(ACME)
    assert await Installations(database, NEW).find("slack", "T1") == ACME
    assert NEW.is_current(await sealed_in(database))
    with pytest.raises(VaultError):
        await kept.find("slack", "T1")


async def test_sealing_anew_never_undoes_a_newer_installation(database: Database, kept: Installations):
    await kept.put(ACME)
    newer = replace(ACME, secrets={"bot_token": "xoxb-2"})
    reader, writer = Installations(database, NEW), Installations(database, NEW)
    await asyncio.gather(reader.find("slack", "T1"), writer.put(newer))
    assert await writer.find("slack", "T1") == newer


async def test_a_secret_copied_into_another_row_does_not_open(database: Database, kept: Installations):
    await kept.put(ACME)
    await kept.put(replace(ACME, account="T2"))
    async with database.system() as connection:
        await connection.execute(
            "update installations set secrets = (select secrets from installations where account = 'T1')"
        )
    with pytest.raises(VaultError):
        await kept.find("slack", "T2")


async def test_a_person_sees_their_own_and_nobody_elses(database: Database, kept: Installations):
    ada, bob = await newcomer(database, "creator"), await newcomer(database, "creator")
    await kept.put(ACME)
    assert await own_bot(database, ada)
    async with database.person(ada) as connection:
        (mine,) = await installations.own(connection, "telegram")
        assert (mine.account, mine.name, mine.secrets) == ("b1", "Tea bot", {})
        assert await installations.own(connection, "slack") == []
    async with database.person(bob) as connection:
        assert await installations.own(connection, "telegram") == []
        assert not await installations.remove_own(connection, "telegram", "b1")


async def test_not_even_their_own_secrets_are_shown_to_a_person(database: Database, person: UUID):
    await own_bot(database, person)
    for column in ("secrets", "details"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            async with database.person(person) as connection:
                await connection.execute(f"select {column} from installations")  # type: ignore[arg-type]


async def test_nobody_brings_a_bot_for_somebody_else_or_for_their_coach(database: Database):
    ada, bob = await newcomer(database, "creator"), await newcomer(database, "creator")
    hers = await coach_of(database, ada)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await own_bot(database, bob, coach=hers)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with database.person(bob) as connection:
            await installations.add_own(connection, Installation("telegram", "b2", user_id=ada, coach_id=hers), "x")


async def test_a_bot_is_brought_once_and_can_be_taken_back(database: Database):
    ada, bob = await newcomer(database, "creator"), await newcomer(database, "creator")
    assert await own_bot(database, ada)
    assert not await own_bot(database, bob)
    async with database.person(ada) as connection:
        assert await installations.remove_own(connection, "telegram", "b1")
    assert await own_bot(database, bob)


async def test_every_replica_hears_of_a_change(database: Database, kept: Installations):
    async with database.listen("installations") as connection:
        await kept.put(ACME)
        async with asyncio.timeout(10):
            heard = await anext(connection.notifies())
        assert heard.payload == "slack"


async def test_a_state_is_good_once_and_for_its_own_channel(database: Database):
    state = await new_state(database, "slack")
    assert not await use_state(database, "teams", state)
    assert await use_state(database, "slack", state)
    assert not await use_state(database, "slack", state)


@pytest.mark.parametrize("unknown", ["", "é\ud800", "x" * 5000])
async def test_an_unknown_state_is_refused(database: Database, unknown: str):
    await new_state(database, "slack")
    assert not await use_state(database, "slack", unknown)


async def test_a_state_that_waited_too_long_is_refused_and_swept(database: Database):
    late = hashlib.sha256(b"late").hexdigest()
    async with database.system() as connection:
        await connection.execute("insert into oauth_states values (%s, 'slack', now() - interval '1 second')", (late,))
    assert not await use_state(database, "slack", "late")
    await new_state(database, "slack")
    async with database.system() as connection:
        assert (await connection.execute("select from oauth_states")).rowcount == 1


async def test_two_who_bring_the_same_state_at_once_are_one(database: Database):
    state = await new_state(database, "slack")
    assert sorted(await asyncio.gather(*(use_state(database, "slack", state) for _ in range(4)))) == [False] * 3 + [
        True
    ]
