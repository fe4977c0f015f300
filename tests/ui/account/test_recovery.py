"""Forgotten passwords."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conversation.people import sessions
from knowledge.db import Database
from tests.ui.account.browser import PASSWORD, Browser, letters, link
from ui.account import AccountSettings

NEW = "eight orange kettles"


@pytest.fixture
async def ada(another: Callable[[], Browser]) -> Browser:
    """Ada's browser, after she signed up."""
    page = another()
    await page.sign_up("ada@example.com")
    return page


async def forgot(page: Browser, email: str) -> str:
    await page.open("/account/forgot")
    response = await page.send("/account/forgot", email=email)
    assert response.status_code == 200
    return response.text


async def test_known_and_unknown_addresses_get_the_same_page(ada: Browser, another: Callable[[], Browser]) -> None:
    answers = {await forgot(another(), email) for email in ("ada@example.com", "eve@example.com", "no address")}

    assert len(answers) == 1


async def test_only_who_has_an_account_gets_a_letter(ada: Browser, page: Browser, settings: AccountSettings) -> None:
    await forgot(page, "eve@example.com")
    await forgot(page, "Ada@Example.com")

    (letter,) = letters(settings.data_dir)
    assert letter["to"].casefold() == "ada@example.com"


async def test_the_folder_of_letters_is_the_operators_alone(
    ada: Browser, page: Browser, settings: AccountSettings
) -> None:
    await forgot(page, "ada@example.com")

    folder = settings.data_dir / "mail"
    assert [path.stat().st_mode & 0o077 for path in (folder, *folder.iterdir())] == [0, 0]


async def test_the_link_leads_to_a_new_password_once(
    database: Database, ada: Browser, page: Browser, settings: AccountSettings
) -> None:
    await forgot(page, "ada@example.com")
    path = link(letters(settings.data_dir)[0])
    code = path.partition("code=")[2]
    assert (await page.open(path)).status_code == 200

    assert (await page.send("/account/reset", code=code, password="short")).status_code == 400
    assert "signed out everywhere" in (await page.send("/account/reset", code=code, password=NEW)).text

    assert await sessions.person_of(database, ada.session or "") is None
    assert (await page.sign_in("ada@example.com", PASSWORD)).status_code == 401
    assert (await page.sign_in("ada@example.com", NEW)).status_code == 303
    again = await page.open(path)
    assert (again.status_code, "no longer works" in again.text) == (400, True)


async def test_a_forged_host_does_not_get_into_the_letter(
    ada: Browser, page: Browser, settings: AccountSettings
) -> None:
    await page.open("/account/forgot")
    form = {"csrf": page.token, "email": "ada@example.com"}
    await page.client.post("/account/forgot", data=form, headers={"host": "evil.example"})

    assert "http://hub.test/account/reset" in letters(settings.data_dir)[0].get_content()


@pytest.mark.parametrize("email", ["ada@example.com", "eve@example.com"])
async def test_the_sixth_letter_in_an_hour_must_wait(ada: Browser, page: Browser, email: str) -> None:
    for _ in range(5):
        await forgot(page, email)

    response = await page.send("/account/forgot", email=email)
    assert response.status_code == 403  # the page shown after sending has no form

    await page.open("/account/forgot")
    response = await page.send("/account/forgot", email=email)
    assert response.status_code == 429
    assert int(response.headers["retry-after"]) > 0
