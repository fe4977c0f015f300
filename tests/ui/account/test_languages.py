"""The account pages speak the language of whoever reads them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from conversation.people import profile, sessions
from conversation.speech import Speech
from knowledge.db import Database
from tests.ui.account.browser import Browser, browser, letters, link
from ui.account import AccountSettings
from ui.account.pages import moment
from ui.account.wording import accepted, words


@pytest.fixture
def karla(database: Database, settings: AccountSettings) -> Browser:
    """A browser that likes German most."""
    return browser(database, settings, **{"Accept-Language": "tlh, de-AT;q=0.9, en;q=0.5"})


async def language_of(database: Database, page: Browser) -> str:
    person = await sessions.person_of(database, page.session or "")
    return person.language if person else ""


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en;q=0.4, ru;q=0.7", "ru"),
        ("fr, es;q=0", "en"),
        ("hi;q=much, es-MX", "es"),
        ("", "en"),
        ("*", "en"),
        (";;=,,q" * 5000, "en"),
    ],
)
def test_the_language_a_browser_likes_most_is_chosen(header: str, language: str) -> None:
    assert accepted(header) == language


async def test_a_stranger_reads_the_language_of_the_browser(karla: Browser) -> None:
    page = (await karla.open("/account/sign-up")).text

    assert '<html lang="de">' in page
    assert "Leg dein Konto an" in page


async def test_a_refusal_is_said_in_it_too(karla: Browser) -> None:
    page = (await karla.sign_up("nowhere")).text

    assert "Das sieht nicht nach einer E-Mail-Adresse aus" in page


async def test_who_comes_new_is_spoken_to_in_it_from_then_on(database: Database, karla: Browser) -> None:
    await karla.be_guest()

    assert await language_of(database, karla) == "de"


async def test_what_a_person_chose_outweighs_the_browser(database: Database, karla: Browser) -> None:
    await karla.sign_up("karla@example.com")
    await karla.open("/account")
    await karla.send("/account", name="Karla", time_zone="UTC", language="hi")

    page = (await karla.open("/account?done=profile")).text

    assert '<html lang="hi">' in page
    assert "सहेजा गया।" in page
    await karla.sign_in("karla@example.com")
    assert await language_of(database, karla) == "hi"


@pytest.mark.parametrize("language", ["", "tlh", "<b>"])
async def test_a_language_that_nobody_speaks_changes_nothing(database: Database, karla: Browser, language: str) -> None:
    await karla.sign_up("karla@example.com")
    await karla.open("/account")

    response = await karla.send("/account", name="Karla", time_zone="UTC", language=language)

    assert response.status_code == 303
    assert await language_of(database, karla) == "de"


async def test_a_guess_never_replaces_a_choice(database: Database, karla: Browser) -> None:
    await karla.be_guest()
    person = await sessions.person_of(database, karla.session or "")
    assert person
    async with database.person(person.user_id) as connection:
        await profile.choose_language(connection, person.user_id, "ru")
        await profile.guess_language(connection, person.user_id, "es")

    assert await language_of(database, karla) == "ru"


async def test_letters_are_written_in_it(karla: Browser, settings: AccountSettings) -> None:
    await karla.sign_up("karla@example.com")
    await karla.open("/account/forgot")
    await karla.send("/account/forgot", email="karla@example.com")

    [letter] = letters(settings.data_dir)
    assert letter["Subject"] == "Wähle ein neues Passwort für EverMynd"
    assert link(letter).startswith("/account/reset?code=")


def test_a_moment_is_written_as_the_language_writes_it() -> None:
    time = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)

    assert moment(Speech(), time, "UTC") == "1 March 2026, 22:30"
    assert moment(Speech("de"), time, "Europe/Berlin") == "1. März 2026, 23:30"


def test_what_is_filled_into_a_sentence_is_escaped() -> None:
    say = words(Speech("de"))["say"]

    assert callable(say)
    assert say("About {coach}", coach="<b>") == "Über &lt;b&gt;"
