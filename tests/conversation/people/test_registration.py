"""Signing up."""

from __future__ import annotations

import asyncio

import pytest

from conversation.people import accounts, codes, registration, sessions
from conversation.people.errors import (
    CodeExpired,
    InvalidEmail,
    InvalidName,
    InvitationNeeded,
    SignupClosed,
    TooManyAttempts,
    WeakPassword,
    WrongCredentials,
    WrongPassword,
)
from conversation.people.person import Person, Policy
from knowledge.db import Database

PASSWORD = "seven violet teapots"


async def join(
    db: Database, email: str, password: str = PASSWORD, policy: Policy = "open", invitation: str | None = None
) -> Person:
    return await registration.sign_up(db, email, password, "Ada", policy=policy, invitation=invitation)


async def test_the_first_account_runs_the_hub_and_the_second_does_not(database: Database) -> None:
    first = await join(database, "ada@example.com")
    second = await join(database, "bo@example.com")

    assert first.roles == {"consumer", "creator", "admin"}
    assert second.roles == {"consumer"}


async def test_of_five_who_sign_up_first_one_runs_the_hub(database: Database) -> None:
    people = await asyncio.gather(*(join(database, f"p{number}@example.com") for number in range(5)))

    assert sorted("admin" in person.roles for person in people) == [False] * 4 + [True]


async def test_five_who_want_one_address_get_one_account(database: Database) -> None:
    await join(database, "first@example.com")
    people = await asyncio.gather(*(join(database, "ada@example.com", f"{PASSWORD} {n}") for n in range(5)))

    assert sorted(person.guest for person in people) == [False] + [True] * 4


async def test_a_guest_stays_the_same_person(database: Database) -> None:
    guest = await sessions.open_guest(database)

    person = await registration.sign_up(
        database, "ada@example.com", PASSWORD, "Ada", policy="open", guest_user_id=guest.user_id
    )

    assert person.user_id == guest.user_id
    assert not person.guest
    assert person.display_name == "Ada"


async def test_nobody_takes_over_an_account_by_naming_it_as_their_guest(database: Database) -> None:
    ada = await join(database, "ada@example.com")

    other = await registration.sign_up(
        database, "eve@example.com", PASSWORD, "Eve", policy="open", guest_user_id=ada.user_id
    )

    assert other.user_id != ada.user_id


async def test_a_taken_address_with_another_password_gives_nothing_of_the_account(database: Database) -> None:
    ada = await join(database, "ada@example.com")

    stranger = await join(database, "ADA@example.com", "another long password")

    assert stranger.guest
    assert stranger.user_id != ada.user_id
    assert (await accounts.sign_in(database, "ada@example.com", PASSWORD)).user_id == ada.user_id


async def test_a_taken_address_with_its_own_password_is_signing_in(database: Database) -> None:
    ada = await join(database, "ada@example.com")

    assert (await join(database, "ada@example.com")).user_id == ada.user_id


async def test_signing_up_is_no_way_around_the_limit_of_wrong_passwords(database: Database) -> None:
    await join(database, "ada@example.com")
    for number in range(10):
        await join(database, "ada@example.com", f"guess number {number}")

    with pytest.raises(TooManyAttempts):
        await accounts.sign_in(database, "ada@example.com", PASSWORD)


async def test_a_closed_hub_takes_nobody(database: Database) -> None:
    with pytest.raises(SignupClosed):
        await join(database, "ada@example.com", policy="closed")


async def test_an_invitation_is_good_for_one_account(database: Database) -> None:
    invitation = await registration.invite(database, days=1)

    await join(database, "ada@example.com", policy="invite", invitation=invitation)

    with pytest.raises(InvitationNeeded):
        await join(database, "bo@example.com", policy="invite", invitation=invitation)


async def test_of_three_with_one_invitation_one_gets_in(database: Database) -> None:
    invitation = await registration.invite(database)
    people = await asyncio.gather(
        *(join(database, f"p{n}@example.com", policy="invite", invitation=invitation) for n in range(3)),
        return_exceptions=True,
    )

    assert sum(isinstance(person, Person) for person in people) == 1


async def test_a_code_for_something_else_is_no_invitation(database: Database) -> None:
    await join(database, "ada@example.com")
    reset = await accounts.request_reset(database, "ada@example.com")

    for wrong in (None, "", "made-up", reset):
        with pytest.raises(InvitationNeeded):
            await join(database, "bo@example.com", policy="invite", invitation=wrong)


@pytest.mark.parametrize("email", ["", "ada", "ada@", "@example.com", "ada@localhost", "a b@example.com", "a\0@b.de"])
async def test_what_is_no_address_is_refused(database: Database, email: str) -> None:
    with pytest.raises(InvalidEmail):
        await join(database, email)


@pytest.mark.parametrize(
    "password", ["", "short", "ada@example.com", "password123", "Password123", "aaaaaaaaaaaa", "x" * 201]
)
async def test_what_is_soon_guessed_is_refused(database: Database, password: str) -> None:
    with pytest.raises(WeakPassword):
        await join(database, "ada@example.com", password)


@pytest.mark.parametrize("name", ["", "  ", "\u202e\u200b", "x" * 81])
async def test_a_name_must_show_something(database: Database, name: str) -> None:
    with pytest.raises(InvalidName):
        await registration.sign_up(database, "ada@example.com", PASSWORD, name, policy="open")


async def test_a_confirmed_address_gets_its_account(database: Database) -> None:
    pending = await registration.request_sign_up(database, "ada@example.com", PASSWORD, "Ada", policy="open")
    assert pending.code

    person = await registration.confirm(database, pending.code, PASSWORD)

    assert (await accounts.sign_in(database, "ada@example.com", PASSWORD)) == person
    with pytest.raises(CodeExpired):
        await registration.confirm(database, pending.code, PASSWORD)


async def test_an_address_without_confirmation_has_no_account(database: Database) -> None:
    await registration.request_sign_up(database, "ada@example.com", PASSWORD, "Ada", policy="open")

    with pytest.raises(WrongCredentials):
        await accounts.sign_in(database, "ada@example.com", PASSWORD)


async def test_nobody_confirms_an_account_with_a_strangers_password(database: Database) -> None:
    pending = await registration.request_sign_up(database, "ada@example.com", PASSWORD, "Eve", policy="open")

    with pytest.raises(WrongPassword):
        await registration.confirm(database, pending.code or "", "what Ada would type")


async def test_a_taken_address_is_told_by_mail_only(database: Database) -> None:
    await join(database, "ada@example.com")

    pending = await registration.request_sign_up(database, "ada@example.com", PASSWORD, "Ada", policy="open")

    assert pending.code is None


async def test_only_hashes_of_codes_are_kept(database: Database) -> None:
    invitation = await registration.invite(database)

    async with database.system() as connection:
        rows = await (await connection.execute("select code_hash from one_time_codes")).fetchall()
    assert [row["code_hash"] for row in rows] == [codes.digest(invitation)]
    assert invitation.encode() not in codes.digest(invitation)
