"""Signing in, and changing what one signs in with."""

from __future__ import annotations

import asyncio

import pytest

from conversation.people import accounts, profile, registration, roles, sessions
from conversation.people.errors import (
    CodeExpired,
    InvalidTimeZone,
    NobodyFound,
    ShutOut,
    TooManyAttempts,
    WeakPassword,
    WrongCredentials,
    WrongPassword,
)
from conversation.people.person import Person
from knowledge.db import Database

PASSWORD = "seven violet teapots"
NEW = "eight orange kettles"


@pytest.fixture
async def ada(database: Database) -> Person:
    return await registration.sign_up(database, "ada@example.com", PASSWORD, "Ada", policy="open")


async def guess(database: Database, times: int, client: str = "203.0.113.1", email: str = "ada@example.com") -> None:
    for number in range(times):
        with pytest.raises(WrongCredentials):
            await accounts.sign_in(database, email, f"wrong {number}", client=client)


async def test_address_and_password_let_in(database: Database, ada: Person) -> None:
    assert await accounts.sign_in(database, " ADA@Example.com ", PASSWORD) == ada


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com", "", "no address", "a\0b@example.com"])
async def test_a_wrong_password_and_an_unknown_address_are_the_same(
    database: Database, ada: Person, email: str
) -> None:
    with pytest.raises(WrongCredentials):
        await accounts.sign_in(database, email, "something else")


async def test_who_is_shut_out_cannot_sign_in_and_a_stranger_does_not_learn_of_it(
    database: Database, ada: Person
) -> None:
    await roles.block(database, "ada@example.com")
    with pytest.raises(ShutOut, match="operator"):
        await accounts.sign_in(database, "ada@example.com", PASSWORD)
    with pytest.raises(WrongCredentials):
        await accounts.sign_in(database, "ada@example.com", "a wrong one")


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com"])
async def test_the_eleventh_guess_must_wait_known_or_not(database: Database, ada: Person, email: str) -> None:
    await guess(database, 10, email=email)

    with pytest.raises(TooManyAttempts) as refused:
        await accounts.sign_in(database, email, PASSWORD, client="203.0.113.1")

    assert 800 < refused.value.retry_after <= 900


async def test_ten_at_once_count_as_ten(database: Database, ada: Person) -> None:
    tries = (accounts.sign_in(database, "ada@example.com", f"wrong {n}", client="a") for n in range(12))

    results = await asyncio.gather(*tries, return_exceptions=True)

    assert sum(isinstance(result, TooManyAttempts) for result in results) == 2


async def test_guesses_from_elsewhere_do_not_keep_the_person_out(database: Database, ada: Person) -> None:
    await guess(database, 10, client="203.0.113.1")

    assert await accounts.sign_in(database, "ada@example.com", PASSWORD, client="198.51.100.7") == ada


async def test_right_passwords_do_not_count(database: Database, ada: Person) -> None:
    for _ in range(12):
        assert await accounts.sign_in(database, "ada@example.com", PASSWORD, client="203.0.113.1") == ada


async def test_a_digest_of_old_parameters_is_renewed_on_signing_in(database: Database, ada: Person) -> None:
    from argon2 import PasswordHasher

    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    async with database.system() as connection:
        await connection.execute("update web_accounts set password_hash = %s", (weak,))

    await accounts.sign_in(database, "ada@example.com", PASSWORD)

    async with database.system() as connection:
        row = await (await connection.execute("select password_hash from web_accounts")).fetchone()
    assert row
    assert not PasswordHasher().check_needs_rehash(row["password_hash"])


async def test_a_changed_password_ends_the_other_sessions(database: Database, ada: Person) -> None:
    here = await sessions.open_session(database, ada.user_id)
    there = await sessions.open_session(database, ada.user_id)

    await accounts.change_password(database, ada.user_id, PASSWORD, NEW, keep=here)

    assert await sessions.person_of(database, here) == ada
    assert await sessions.person_of(database, there) is None
    assert await accounts.sign_in(database, "ada@example.com", NEW) == ada


async def test_changing_the_password_takes_the_old_one_and_a_good_new_one(database: Database, ada: Person) -> None:
    with pytest.raises(WrongPassword):
        await accounts.change_password(database, ada.user_id, "not it at all", NEW)
    with pytest.raises(WeakPassword):
        await accounts.change_password(database, ada.user_id, PASSWORD, "ada@example.com")


async def test_a_reset_is_good_once_and_signs_out_everywhere(database: Database, ada: Person) -> None:
    session = await sessions.open_session(database, ada.user_id)
    code = await accounts.request_reset(database, "ada@example.com")

    await accounts.reset_password(database, code, NEW)

    assert await sessions.person_of(database, session) is None
    assert await accounts.sign_in(database, "ada@example.com", NEW) == ada
    with pytest.raises(CodeExpired):
        await accounts.reset_password(database, code, PASSWORD)


async def test_a_refused_new_password_does_not_use_the_code_up(database: Database, ada: Person) -> None:
    code = await accounts.request_reset(database, "ada@example.com")
    with pytest.raises(WeakPassword):
        await accounts.reset_password(database, code, "short")

    await accounts.reset_password(database, code, NEW)


async def test_one_reset_makes_the_other_codes_worthless(database: Database, ada: Person) -> None:
    first = await accounts.request_reset(database, "ada@example.com")
    second = await accounts.request_reset(database, "ada@example.com")

    await accounts.reset_password(database, second, NEW)

    with pytest.raises(CodeExpired):
        await accounts.check_reset(database, first)


async def test_a_code_older_than_an_hour_is_no_good(database: Database, ada: Person) -> None:
    code = await accounts.request_reset(database, "ada@example.com")
    async with database.system() as connection:
        await connection.execute("update one_time_codes set expires_at = expires_at - interval '1 hour'")

    with pytest.raises(CodeExpired):
        await accounts.reset_password(database, code, NEW)


@pytest.mark.parametrize("email", ["nobody@example.com", "no address"])
async def test_nobody_gets_no_code(database: Database, email: str) -> None:
    with pytest.raises(NobodyFound):
        await accounts.request_reset(database, email)


async def test_the_profile_takes_a_time_zone_there_is(database: Database, ada: Person) -> None:
    await accounts.change_profile(database, ada.user_id, " Ada  Lovelace ", "europe/paris")
    async with database.person(ada.user_id) as connection:
        found = await profile.read(connection, ada.user_id)
    assert found and found.zone_known
    with pytest.raises(InvalidTimeZone):
        await accounts.change_profile(database, ada.user_id, "Ada", "Europe/Atlantis")

    person = await accounts.sign_in(database, "ada@example.com", PASSWORD)
    assert (person.display_name, person.time_zone) == ("Ada Lovelace", "Europe/Paris")
