"""Linking another chat from one's own page, and the files that are given to their owner alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from conversation.people import doors, linking, sessions
from conversation.people.linking import Entry, Join, Side
from knowledge import files
from knowledge.db import Database
from tests.conftest import newcomer
from tests.ui.account.browser import Browser

DOOR = "https://t.me/evermynd_bot?start=link_{code}"


@pytest.fixture
async def ada(another: Callable[[], Browser]) -> Browser:
    """Ada's browser, on her own page."""
    page = another()
    await page.sign_up("ada@example.com")
    await page.open("/account")
    return page


async def person_of(database: Database, page: Browser) -> UUID:
    found = await sessions.person_of(database, page.session or "")
    assert found
    return found.user_id


async def asked(database: Database, page: Browser, user_id: UUID) -> Join:
    """Get a code on the page and type it as somebody on Telegram."""
    await page.open("/account")
    shown = (await page.send("/account/link")).text
    code = re.search(r"/link (\w{4}-\w{4})", shown)
    assert code
    entry = Entry(uuid4(), linking.code_in(code[1]), user_id, None, Side("telegram", "<b>Bo</b>"))
    join = await linking.enter(database, entry)
    assert isinstance(join, Join)
    await page.open("/account")
    return join


async def bot_person(database: Database) -> UUID:
    user_id = await newcomer(database)
    async with database.system() as connection:
        await connection.execute(
            "insert into identities (channel, account, external_id, user_id, display_name) "
            "values ('telegram', '1', '7', %s, 'Bo')",
            (user_id,),
        )
    return user_id


async def test_a_code_comes_with_a_picture_and_a_link_where_there_is_a_bot(database: Database, ada: Browser) -> None:
    assert "Link another chat" in ada.shown
    assert "<svg" not in (await ada.send("/account/link")).text
    await doors.announce(database, "telegram", "1", DOOR)

    await ada.open("/account")
    assert "Link Telegram" in ada.shown
    page = (await ada.send("/account/link")).text
    found = re.search(r'href="https://t.me/evermynd_bot\?start=link_(\w{8})"', page)
    assert found and "<svg" in page and linking.shown(found[1]) in page
    picture = await ada.open(f"/account/link/qr/{found[1]}.svg")
    assert picture.headers["content-type"] == "image/svg+xml" and "<svg" in picture.text


async def test_a_picture_is_drawn_of_codes_alone_and_not_for_strangers(
    database: Database, ada: Browser, page: Browser
) -> None:
    await doors.announce(database, "telegram", "1", DOOR)

    onward = await ada.open("/account/link/open/ABCD2345")
    assert onward.headers["location"] == DOOR.format(code="ABCD2345")
    assert (await ada.open("/account/link/open/evil")).headers["location"] == "/account#places"
    assert (await ada.open("/account/link/qr/javascript.svg")).status_code == 404
    assert (await page.open("/account/link/qr/ABCD2345.svg")).status_code == 404


async def test_who_typed_the_code_is_shown_and_a_yes_links_them(database: Database, ada: Browser) -> None:
    join = await asked(database, ada, await bot_person(database))

    assert "&lt;b&gt;Bo&lt;/b&gt;" in ada.shown and "Yes, that is me" in ada.shown
    response = await ada.send("/account/link/answer", join=str(join.join_id), answer="yes")
    shown = (await ada.open(response.headers["location"])).text
    assert "one person in both places now" in shown
    assert "<strong>Telegram</strong> Bo" in shown and "Undo the link with Telegram" in shown


async def test_where_both_remember_something_the_page_asks_what_to_keep(database: Database, ada: Browser) -> None:
    bo = await bot_person(database)
    for user_id in (bo, await person_of(database, ada)):
        async with database.person(user_id) as connection:
            await connection.execute(
                "insert into facts (fact_id, user_id, subject, predicate, object, valid_from) "
                "values (gen_random_uuid(), %s, 'me', 'likes', %s, now())",
                (user_id, str(user_id)),
            )
    join = await asked(database, ada, bo)

    response = await ada.send("/account/link/answer", join=str(join.join_id), answer="yes")
    shown = (await ada.open(response.headers["location"])).text
    assert "What shall I keep?" in shown and "Only what Telegram knows" in shown
    response = await ada.send("/account/link/answer", join=str(join.join_id), answer="yes", keep="there")
    assert "done=joined" in response.headers["location"]


async def test_a_link_can_be_undone_and_a_place_taken_away(database: Database, ada: Browser) -> None:
    bo = await bot_person(database)
    join = await asked(database, ada, bo)
    await ada.send("/account/link/answer", join=str(join.join_id), answer="yes")
    await ada.open("/account")
    response = await ada.send("/account/link/undo", join=str(join.join_id))
    assert "done=undone" in response.headers["location"]
    assert "<strong>Telegram</strong>" not in (await ada.open("/account")).text

    join = await asked(database, ada, bo)
    await ada.send("/account/link/answer", join=str(join.join_id), answer="yes")
    place = re.search(r'name="place" value="(\w+)"', (await ada.open("/account")).text)
    assert place
    assert "done=undone" in (await ada.send("/account/unlink", place=place[1])).headers["location"]


@pytest.mark.parametrize("path", ["/link", "/link/answer", "/link/undo", "/unlink"])
async def test_a_strangers_form_links_nobody(page: Browser, path: str) -> None:
    await page.open("/account/sign-in")

    response = await page.send(f"/account{path}", join=str(uuid4()), answer="yes", place="web")
    assert response.headers["location"].startswith("/account/sign-in")


@pytest.mark.parametrize("join", ["", "nonsense", "00000000-0000-4000-8000-000000000001"])
async def test_nonsense_in_a_form_is_answered_kindly(ada: Browser, join: str) -> None:
    response = await ada.send("/account/link/answer", join=join, answer="yes")

    assert "That question is no longer open." in (await ada.open(response.headers["location"])).text


async def test_a_guest_who_was_linked_can_make_an_account_and_keeps_roles_and_memory(
    database: Database, page: Browser
) -> None:
    bo = await bot_person(database)
    async with database.system() as connection:
        await connection.execute("update users set roles = '{consumer,creator}' where user_id = %s", (bo,))
    await page.be_guest()
    join = await asked(database, page, bo)
    await page.send("/account/link/answer", join=str(join.join_id), answer="yes")
    assert await person_of(database, page) == bo
    assert "You have no password here yet" in (await page.open("/account")).text

    await page.sign_up("bo@example.com", name="Bo")
    found = await sessions.person_of(database, page.session or "")
    assert found and found.user_id == bo and "creator" in found.roles and not found.guest


async def test_who_has_no_password_deletes_everything_with_a_tick(database: Database, page: Browser) -> None:
    bo = await bot_person(database)
    await page.be_guest()
    join = await asked(database, page, bo)
    await page.send("/account/link/answer", join=str(join.join_id), answer="yes")
    await page.open("/account")
    await page.send("/account/delete", sure="yes")

    async with database.system() as connection:
        assert (await connection.execute("select from users where user_id = %s", (bo,))).rowcount == 0


async def test_a_file_is_given_to_its_owner_alone(
    database: Database, ada: Browser, another: Callable[[], Browser], tmp_path: Path
) -> None:
    (tmp_path / "data.zip").write_bytes(b"everything")
    user_id = await person_of(database, ada)
    async with database.person(user_id) as connection:
        kept = await files.keep(connection, user_id, tmp_path / "data.zip", "data.zip", "application/zip")

    response = await ada.open(f"/account/files/{kept.file_id}")
    assert response.content == b"everything" and 'filename="data.zip"' in response.headers["content-disposition"]
    other = another()
    await other.be_guest()
    assert (await other.open(f"/account/files/{kept.file_id}")).status_code == 404
    assert (await another().open(f"/account/files/{kept.file_id}")).status_code == 303
    assert (await ada.open("/account/files/nonsense")).status_code == 404
