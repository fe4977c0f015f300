"""The page that makes accounts."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from email import message_from_string
from email.policy import default

import pytest

from conversation.people import registration, sessions
from conversation.people.person import Policy
from knowledge.db import Database
from tests.ui.account.browser import PASSWORD, Browser, browser, letters, link
from ui.account import AccountSettings, authenticate


async def who(database: Database, page: Browser) -> str:
    person = await sessions.person_of(database, page.session or "")
    return f"{person.display_name}{' (guest)' if person.guest else ''}" if person else ""


async def test_a_newcomer_is_in_the_chat_at_once(database: Database, page: Browser) -> None:
    response = await page.sign_up("ada@example.com")

    assert (response.status_code, response.headers["location"]) == (303, "/chat")
    assert await who(database, page) == "Ada"


async def test_the_first_is_told_to_be_the_administrator(page: Browser, another: Callable[[], Browser]) -> None:
    assert "administrator" in (await page.open("/account/sign-up")).text
    await page.sign_up("ada@example.com")

    assert "administrator" not in (await another().open("/account/sign-up")).text


async def test_a_taken_address_is_answered_like_a_free_one(page: Browser, another: Callable[[], Browser]) -> None:
    await page.sign_up("ada@example.com")

    taken = await another().sign_up("ada@example.com", "another long password", "Eve")
    free = await another().sign_up("new@example.com", "another long password", "Eve")

    assert taken.status_code == free.status_code
    assert taken.content == free.content
    assert list(taken.headers) == list(free.headers)


async def test_a_guest_keeps_the_thread_by_signing_up(database: Database, page: Browser) -> None:
    await page.be_guest()
    before, guest = page.session, await sessions.person_of(database, page.session or "")

    await page.sign_up("ada@example.com")

    after = await sessions.person_of(database, page.session or "")
    assert after
    assert guest
    assert (after.user_id, after.guest) == (guest.user_id, False)
    assert await sessions.person_of(database, before or "") is None


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("email", "ada", "does not look like an e-mail address"),
        ("password", "short", "at least 10 characters"),
        ("name", " ", "a name to call you by"),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field(page: Browser, field: str, value: str, says: str) -> None:
    form = {"email": "ada@example.com", "password": PASSWORD, "name": "Ada"} | {field: value}
    await page.open("/account/sign-up")

    response = await page.send("/account/sign-up", **form)

    assert response.status_code == 400
    assert f'aria-describedby="{field}-error' in response.text
    assert says in response.text.partition(f'id="{field}-error"')[2].partition("</p>")[0]
    assert PASSWORD not in response.text


async def test_what_was_typed_is_shown_as_text(page: Browser) -> None:
    response = await page.sign_up('"><script>alert(1)</script>', "short")

    assert "<script>" not in response.text


@pytest.mark.parametrize(("policy", "says"), [("closed", "does not take new accounts"), ("invite", "an invitation")])
async def test_a_hub_that_is_not_open_says_so(
    database: Database, settings: AccountSettings, policy: Policy, says: str
) -> None:
    page = browser(database, replace(settings, signup=policy))

    assert says in (await page.open("/account/sign-up")).text
    await page.open("/account/sign-in")
    for path in ("/account/sign-up", "/account/guest"):
        form = {"email": "ada@example.com", "password": PASSWORD, "name": "Ada"}
        assert (await page.send(path, **form)).status_code == 403
    assert page.session is None


async def test_an_invitation_opens_the_door_once(database: Database, settings: AccountSettings) -> None:
    code = await registration.invite(database)
    first, second = [browser(database, replace(settings, signup="invite")) for _ in range(2)]
    await first.open(f"/account/sign-up?invitation={code}")
    await second.open(f"/account/sign-up?invitation={code}")
    form = {"password": PASSWORD, "name": "Ada", "invitation": code}

    assert (await first.send("/account/sign-up", email="ada@example.com", **form)).status_code == 303
    assert (await second.send("/account/sign-up", email="bo@example.com", **form)).status_code == 403


async def test_the_thirty_first_account_in_an_hour_must_wait(database: Database, page: Browser) -> None:
    await page.sign_up("ada", PASSWORD)
    async with database.system() as connection:
        await connection.execute("update throttles set attempts = 30 where bucket like 'sign-up:%'")

    response = await page.sign_up("ada@example.com")

    assert response.status_code == 429
    assert int(response.headers["retry-after"]) > 0


@asynccontextmanager
async def mail_server() -> AsyncGenerator[tuple[str, list[str]]]:
    """A server that speaks enough SMTP to take letters."""
    import asyncio

    taken: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 ready\r\n")
        while line := (await reader.readline()).decode():
            if line.startswith("DATA"):
                writer.write(b"354 go on\r\n")
                taken.append((await reader.readuntil(b"\r\n.\r\n")).decode())
            writer.write(b"221 bye\r\n" if line.startswith("QUIT") else b"250 fine\r\n")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}?from=hub@hub.test", taken


async def test_with_mail_an_account_waits_for_its_address(database: Database, settings: AccountSettings) -> None:
    await registration.sign_up(database, "first@example.com", PASSWORD, "First", policy="open")
    async with mail_server() as (url, taken):
        page = browser(database, replace(settings, smtp_url=url))
        response = await page.sign_up("ada@example.com")
        assert "Check your mail" in response.text
        assert page.session is None

        path = link(message_from_string(taken[0], policy=default))
        await page.open(path)
        assert (
            await page.send("/account/confirm", code=path.partition("code=")[2], password="nope")
        ).status_code == 401
        await page.send("/account/confirm", code=path.partition("code=")[2], password=PASSWORD)

    assert await who(database, page) == "Ada"


async def test_with_mail_a_taken_address_is_answered_like_a_free_one(
    database: Database, settings: AccountSettings
) -> None:
    await registration.sign_up(database, "ada@example.com", PASSWORD, "Ada", policy="open")
    async with mail_server() as (url, taken):
        pages = [browser(database, replace(settings, smtp_url=url)) for _ in range(2)]
        known = await pages[0].sign_up("ada@example.com", "another long password", "Eve")
        free = await pages[1].sign_up("eve@example.com", "another long password", "Eve")

    assert known.status_code == free.status_code == 200
    assert known.text.replace("ada@", "eve@") == free.text
    assert "already" in taken[0]
    assert "/account/confirm" in taken[1]


async def test_mail_that_cannot_be_sent_is_no_different_to_the_page(
    database: Database, settings: AccountSettings
) -> None:
    await registration.sign_up(database, "first@example.com", PASSWORD, "First", policy="open")

    response = await browser(database, replace(settings, smtp_url="smtp://127.0.0.1:1")).sign_up("ada@example.com")

    assert response.status_code == 200
    assert letters(settings.data_dir) == []


async def test_a_cookie_is_told_from_a_scope(database: Database, page: Browser) -> None:
    await page.sign_up("ada@example.com")
    header = f'odd="; =; evermynd_session={page.session}; other=1'.encode()

    user = await authenticate({"type": "websocket", "headers": [(b"cookie", header)]}, database)

    assert user
    assert (user.name, user.guest, "admin" in user.roles) == ("Ada", False, True)
    assert await authenticate({"type": "http", "headers": []}, database) is None
    assert await authenticate({"type": "http", "headers": [(b"cookie", b"evermynd_session=made-up")]}, database) is None


async def test_a_link_that_was_used_says_so(page: Browser) -> None:
    await page.open("/account/confirm?code=made-up")

    response = await page.send("/account/confirm", code="made-up", password=PASSWORD)

    assert response.status_code == 400
    assert "no longer works" in response.text
