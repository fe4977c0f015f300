"""A person's own page."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conversation.people import sessions
from knowledge.db import Database
from tests.ui.account.browser import PASSWORD, Browser

NEW = "eight orange kettles"


@pytest.fixture
async def ada(another: Callable[[], Browser]) -> Browser:
    """Ada's browser, on her own page."""
    page = another()
    await page.sign_up("ada@example.com")
    await page.open("/account")
    return page


async def test_a_stranger_is_led_to_the_door(page: Browser) -> None:
    response = await page.open("/account")

    assert (response.status_code, response.headers["location"]) == (303, "/account/sign-in?next=/account")


@pytest.mark.parametrize("path", ["", "/password", "/sessions", "/delete"])
async def test_a_strangers_form_changes_nothing(page: Browser, path: str) -> None:
    await page.open("/account/sign-in")

    response = await page.send(f"/account{path}", password=PASSWORD)

    assert response.headers["location"].startswith("/account/sign-in")


async def test_name_and_time_zone_can_be_changed(ada: Browser) -> None:
    response = await ada.send("/account", name="Countess", time_zone="europe/london")

    shown = (await ada.open(response.headers["location"])).text
    assert 'value="Countess"' in shown
    assert 'value="Europe/London"' in shown
    assert "Saved." in shown


@pytest.mark.parametrize(("field", "value"), [("name", ""), ("time_zone", "Europe/Atlantis")])
async def test_what_is_wrong_is_said_beside_its_field(ada: Browser, field: str, value: str) -> None:
    response = await ada.send("/account", **{"name": "Ada", "time_zone": "UTC"} | {field: value})

    assert response.status_code == 400
    assert f'id="{field}-error"' in response.text


async def test_the_password_can_be_changed_and_other_sessions_end(
    database: Database, ada: Browser, page: Browser
) -> None:
    await page.sign_in("ada@example.com")

    response = await ada.send("/account/password", current=PASSWORD, password=NEW)

    assert "new password is set" in (await ada.open(response.headers["location"])).text
    assert await sessions.person_of(database, page.session or "") is None


@pytest.mark.parametrize(
    ("current", "new", "field", "status"),
    [("wrong password", NEW, "current", 401), (PASSWORD, "short", "password", 400)],
)
async def test_a_refused_password_is_told_beside_its_field(
    ada: Browser, current: str, new: str, field: str, status: int
) -> None:
    response = await ada.send("/account/password", current=current, password=new)

    assert response.status_code == status
    assert f'id="{field}-error"' in response.text


async def test_another_session_can_be_ended_alone(database: Database, ada: Browser, page: Browser) -> None:
    await page.sign_in("ada@example.com")
    person = await sessions.person_of(database, ada.session or "")
    assert person
    listed = await sessions.sessions_of(database, person.user_id, ada.session or "")
    other = next(session for session in listed if not session.current)
    await ada.open("/account")

    await ada.send("/account/sessions", session=other.session_id)

    assert await sessions.person_of(database, page.session or "") is None
    assert await sessions.person_of(database, ada.session or "")


@pytest.mark.parametrize("theirs", [True, False])
async def test_somebody_elses_session_is_not_found(
    database: Database, ada: Browser, page: Browser, theirs: bool
) -> None:
    await page.be_guest()
    guest = await sessions.person_of(database, page.session or "")
    assert guest
    (session,) = await sessions.sessions_of(database, guest.user_id)

    response = await ada.send("/account/sessions", session=session.session_id if theirs else "none")

    assert response.status_code == 404
    assert await sessions.person_of(database, page.session or "") == guest


async def test_signing_out_everywhere_ends_every_session(database: Database, ada: Browser, page: Browser) -> None:
    await page.sign_in("ada@example.com")
    tokens = [ada.session or "", page.session or ""]

    await ada.send("/account/sign-out-everywhere")

    assert ada.session is None
    assert [await sessions.person_of(database, token) for token in tokens] == [None, None]


async def test_deleting_the_account_wants_the_password_and_removes_the_rows(database: Database, ada: Browser) -> None:
    refused = await ada.send("/account/delete", password="wrong password")
    assert (refused.status_code, 'id="delete-password-error"' in refused.text) == (401, True)

    response = await ada.send("/account/delete", password=PASSWORD)

    assert response.headers["location"].startswith("/account/sign-in")
    async with database.system() as connection:
        for table in ("users", "web_accounts", "web_sessions"):
            rows = await (await connection.execute(f"select from {table}")).fetchall()  # pyright: ignore[reportArgumentType, reportCallIssue]
            assert rows == []


async def test_a_guest_removes_everything_with_a_tick(database: Database, page: Browser) -> None:
    await page.be_guest()
    await page.open("/account")
    assert (await page.send("/account/delete")).status_code == 401

    await page.send("/account/delete", sure="yes")

    assert page.session is None
    async with database.system() as connection:
        assert await (await connection.execute("select from users")).fetchall() == []


async def test_every_field_has_a_label(ada: Browser) -> None:
    import re

    fields = re.findall(r'<input id="([^"]+)"', ada.shown)

    assert fields
    assert all(f'<label for="{field}">' in ada.shown for field in fields)
    assert len(fields) == len(set(fields))
