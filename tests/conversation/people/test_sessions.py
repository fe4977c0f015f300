"""Sessions on the web."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from conversation.people import sessions
from conversation.people.errors import GuestsRefused
from knowledge.db import Database
from tests.conftest import newcomer


async def age(database: Database, days: float) -> None:
    """Let time pass for every session."""
    async with database.system() as connection:
        await connection.execute(
            "update web_sessions set seen_at = seen_at - %(by)s, expires_at = expires_at - %(by)s",
            {"by": timedelta(days=days)},
        )


async def test_a_session_tells_its_person(database: Database, person: UUID) -> None:
    token = await sessions.open_session(database, person, "Firefox on Linux")

    found = await sessions.person_of(database, token)

    assert found
    assert (found.user_id, found.display_name, found.guest) == (person, "Ada", False)


@pytest.mark.parametrize("token", ["", "made-up", "\u00e4" * 500])
async def test_a_made_up_token_tells_nobody(database: Database, person: UUID, token: str) -> None:
    await sessions.open_session(database, person)

    assert await sessions.person_of(database, token) is None


async def test_the_token_itself_is_kept_nowhere(database: Database, person: UUID) -> None:
    token = await sessions.open_session(database, person)

    async with database.system() as connection:
        rows = await (await connection.execute("select web_sessions::text as row from web_sessions")).fetchall()
    assert token not in rows[0]["row"]


async def test_a_session_ends_thirty_days_after_the_last_visit(database: Database, person: UUID) -> None:
    token = await sessions.open_session(database, person)
    await age(database, 29)
    assert await sessions.person_of(database, token)

    await age(database, 29)
    assert await sessions.person_of(database, token)

    await age(database, 31)
    assert await sessions.person_of(database, token) is None


async def test_reading_a_session_just_seen_writes_nothing(database: Database, person: UUID) -> None:
    token = await sessions.open_session(database, person)
    versions = "select xmin::text from web_sessions"
    async with database.system() as connection:
        before = await (await connection.execute(versions)).fetchall()

    await sessions.person_of(database, token)

    async with database.system() as connection:
        assert await (await connection.execute(versions)).fetchall() == before


async def test_signing_out_ends_one_session_and_everywhere_ends_all(database: Database, person: UUID) -> None:
    first, second, third = [await sessions.open_session(database, person) for _ in range(3)]

    await sessions.sign_out(database, first)
    assert [bool(await sessions.person_of(database, token)) for token in (first, second)] == [False, True]

    await sessions.sign_out_everywhere(database, person)
    assert [await sessions.person_of(database, token) for token in (second, third)] == [None, None]


async def test_signing_out_everywhere_leaves_others_alone(database: Database, person: UUID) -> None:
    other = await newcomer(database)
    token = await sessions.open_session(database, other)

    await sessions.sign_out_everywhere(database, person)

    assert await sessions.person_of(database, token)


async def test_the_list_marks_the_session_that_asks(database: Database, person: UUID) -> None:
    await sessions.open_session(database, person, "Safari on iPhone")
    here = await sessions.open_session(database, person, "Firefox on Linux")

    listed = await sessions.sessions_of(database, person, here)

    assert {(session.device, session.current) for session in listed} == {
        ("Safari on iPhone", False),
        ("Firefox on Linux", True),
    }


async def test_a_session_of_another_person_is_the_same_as_none(database: Database, person: UUID) -> None:
    other = await newcomer(database)
    token = await sessions.open_session(database, other)
    (theirs,) = await sessions.sessions_of(database, other)

    assert not await sessions.end(database, person, theirs.session_id)
    assert not await sessions.end(database, person, "no id at all")
    assert await sessions.person_of(database, token)
    assert await sessions.end(database, other, theirs.session_id)


async def test_guests_come_to_an_open_hub_only(database: Database) -> None:
    assert (await sessions.open_guest(database)).guest
    for policy in ("invite", "closed"):
        with pytest.raises(GuestsRefused):
            await sessions.open_guest(database, policy=policy)
