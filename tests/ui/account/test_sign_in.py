"""The page that lets people in, and what protects it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from conversation.people import roles, sessions
from knowledge.db import Database, open_database
from tests.ui.account.browser import PASSWORD, Browser, browser
from ui.account import AccountSettings


@pytest.fixture
async def ada(another: Callable[[], Browser]) -> Browser:
    """Ada's browser, after she signed up."""
    page = another()
    await page.sign_up("ada@example.com")
    return page


async def test_the_right_password_opens_a_session(database: Database, ada: Browser, page: Browser) -> None:
    response = await page.sign_in("ada@example.com")

    assert (response.status_code, response.headers["location"]) == (303, "/chat")
    person = await sessions.person_of(database, page.session or "")
    assert person
    assert person.display_name == "Ada"


async def test_an_unknown_address_is_answered_like_a_wrong_password(
    ada: Browser, another: Callable[[], Browser]
) -> None:
    known, unknown = another(), another()
    first = await known.sign_in("ada@example.com", "not the password")
    second = await unknown.sign_in("eve@example.com", "not the password")

    assert first.status_code == second.status_code == 401
    assert first.text.replace(known.token, "").replace("ada@", "eve@") == second.text.replace(unknown.token, "")


async def test_who_is_shut_out_is_told_so_at_the_door(database: Database, ada: Browser, page: Browser) -> None:
    await roles.block(database, "ada@example.com")
    response = await page.sign_in("ada@example.com")

    assert response.status_code == 403 and "You cannot use this hub at the moment." in response.text
    assert not page.session


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com"])
async def test_the_eleventh_wrong_password_must_wait(ada: Browser, page: Browser, email: str) -> None:
    statuses = [(await page.sign_in(email, f"wrong {number}")).status_code for number in range(10)]
    refused = await page.sign_in(email)

    assert statuses == [401] * 10
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 900
    assert "minutes" in refused.text


async def test_a_forged_forwarding_header_is_no_way_around_the_wait(
    ada: Browser, database: Database, settings: AccountSettings
) -> None:
    pages = [browser(database, settings, **{"x-forwarded-for": f"198.51.100.{number}"}) for number in range(11)]

    statuses = [(await page.sign_in("ada@example.com", "wrong")).status_code for page in pages]

    assert statuses == [401] * 10 + [429]


async def test_behind_our_proxy_its_own_entry_counts(
    ada: Browser, database: Database, settings: AccountSettings
) -> None:
    behind = replace(settings, behind_proxy=True)
    for number in range(10):
        page = browser(database, behind, **{"x-forwarded-for": f"forged {number}, 198.51.100.1"})
        await page.sign_in("ada@example.com", "wrong")
    page = browser(database, behind, **{"x-forwarded-for": "198.51.100.1"})
    assert (await page.sign_in("ada@example.com")).status_code == 429

    page = browser(database, behind, **{"x-forwarded-for": "198.51.100.2"})
    assert (await page.sign_in("ada@example.com")).status_code == 303


@pytest.mark.parametrize(
    "path", ["/account/sign-in", "/account/sign-up", "/account/guest", "/account/sign-out", "/account/forgot"]
)
async def test_a_form_without_its_token_is_refused(page: Browser, path: str) -> None:
    await page.open("/account/sign-in")

    response = await page.client.post(path, data={"email": "ada@example.com", "password": PASSWORD, "name": "Ada"})

    assert response.status_code == 403
    assert page.session is None


@pytest.mark.parametrize(
    "path", ["", "/password", "/sessions", "/sign-out", "/sign-out-everywhere", "/delete", "/sign-in", "/reset"]
)
async def test_a_form_with_a_strangers_token_is_refused(ada: Browser, page: Browser, path: str) -> None:
    await page.open("/account/sign-in")

    form = {"csrf": page.token, "password": PASSWORD, "name": "Eve", "time_zone": "UTC"}
    response = await ada.client.post(f"/account{path}", data=form)

    assert response.status_code == 403
    assert "Ada" in (await ada.open("/account")).text


async def test_a_token_without_its_cookie_is_refused(page: Browser, another: Callable[[], Browser]) -> None:
    await page.open("/account/sign-in")

    response = await another().client.post("/account/guest", data={"csrf": page.token})

    assert response.status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_a_form_that_another_site_sends_is_refused(page: Browser, site: str) -> None:
    await page.open("/account/sign-in")

    response = await page.client.post("/account/guest", data={"csrf": page.token}, headers={"sec-fetch-site": site})

    assert response.status_code == 403


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/a\nb",
        "",
    ],
)
async def test_the_way_on_never_leads_elsewhere(ada: Browser, page: Browser, target: str) -> None:
    response = await page.sign_in("ada@example.com", next=target)

    assert response.headers["location"] == "/chat"


async def test_the_way_on_leads_where_the_person_was(ada: Browser, page: Browser) -> None:
    shown = await page.open("/account/sign-in?next=/chat/thread/7%3Fa=b")
    assert 'name="next" value="/chat/thread/7?a=b"' in shown.text

    response = await page.send(
        "/account/sign-in", email="ada@example.com", password=PASSWORD, next="/chat/thread/7?a=b"
    )

    assert response.headers["location"] == "/chat/thread/7?a=b"


async def test_who_is_signed_in_is_not_asked_again(ada: Browser) -> None:
    assert (await ada.open("/account/sign-in")).headers["location"] == "/chat"
    assert (await ada.open("/account/sign-up")).headers["location"] == "/chat"


async def test_signing_in_leaves_the_old_session_behind(database: Database, ada: Browser, page: Browser) -> None:
    await page.be_guest()
    old = page.session or ""

    await page.sign_in("ada@example.com")

    assert page.session != old
    assert await sessions.person_of(database, old) is None


async def test_signing_out_ends_the_session(database: Database, ada: Browser) -> None:
    token = ada.session or ""
    await ada.open("/account")

    response = await ada.send("/account/sign-out")

    assert response.headers["location"].startswith("/account/sign-in")
    assert ada.session is None
    assert await sessions.person_of(database, token) is None


@pytest.mark.parametrize("secure", [True, False])
async def test_cookies_are_out_of_reach_for_scripts_and_other_sites(
    database: Database, settings: AccountSettings, secure: bool
) -> None:
    url = "https://hub.test" if secure else "http://hub.test"
    page = browser(database, replace(settings, secure=secure, public_url=url))

    response = await page.be_guest()

    cookie = response.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert ("secure" in cookie) == secure


async def test_pages_are_kept_by_no_cache_and_run_no_script(page: Browser) -> None:
    response = await page.open("/account/sign-in")

    assert response.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
    assert "<script" not in response.text
    assert "http" not in response.text


async def test_a_form_of_a_megabyte_is_refused(page: Browser) -> None:
    response = await page.sign_in("x" * 1_000_000)

    assert response.status_code == 413


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"\xff\xfe=%ff", 403), (b"email=a%00b&password=%00", 403), (b"&" * 100, 413), (b"a=&" * 60, 413), (b"{}", 403)],
)
async def test_a_broken_form_gets_a_page(page: Browser, body: bytes, status: int) -> None:
    await page.open("/account/sign-in")

    response = await page.client.post("/account/sign-in", content=body)

    assert response.status_code == status
    assert "That did not work" in response.text


@pytest.mark.parametrize(
    ("name", "status"), [("account.css", 200), ("mark.svg", 200), ("logo-dark.svg", 200), ("..%2frouter.py", 404)]
)
async def test_only_the_files_of_the_pages_are_given(page: Browser, name: str, status: int) -> None:
    assert (await page.client.get(f"/account/static/{name}")).status_code == status


async def test_without_its_database_the_hub_says_so_kindly(settings: AccountSettings) -> None:
    async with open_database("postgresql://nobody@127.0.0.1:1/none", patience=0.1) as away:
        page = browser(away, settings)
        response = await page.open("/account/sign-up")

    assert response.status_code == 503
    assert "does not answer" in response.text
