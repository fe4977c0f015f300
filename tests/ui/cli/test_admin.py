"""What the operator does with people at the terminal."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from conversation.people import accounts, registration, sessions
from conversation.people.errors import ShutOut, WrongCredentials
from knowledge.db import Database
from tests.conftest import Addresses

PASSWORD = "seven violet teapots"
PROGRAM = "from ui.cli.admin import admin; admin(prog_name='evermynd admin')"


class Terminal:
    """Runs the commands on one database."""

    def __init__(self, url: str, folder: Path) -> None:
        self._environ = {name: value for name, value in os.environ.items() if not name.startswith("EVERMYND_")}
        self._environ |= {"EVERMYND_DATABASE_URL": url, "EVERMYND_PUBLIC_URL": "https://hub.test"}
        self._folder = folder

    async def run(self, *words: str) -> tuple[int, str]:
        """Give exit code and output."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-c", PROGRAM, *words),
            env=self._environ,
            cwd=self._folder,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        return process.returncode or 0, output.decode()


@pytest.fixture
def terminal(addresses: Addresses, tmp_path: Path) -> Terminal:
    return Terminal(addresses.url, tmp_path)


@pytest.fixture(autouse=True)
async def people(database: Database) -> None:
    for name in ("ada", "bo"):
        await registration.sign_up(database, f"{name}@example.com", PASSWORD, name, policy="open")


async def test_the_list_shows_who_may_do_what(terminal: Terminal) -> None:
    await terminal.run("grant", "bo@example.com", "creator")

    code, output = await terminal.run("list")

    assert code == 0
    lines = [line.split() for line in output.splitlines()]
    assert [line[1:] for line in lines] == [
        ["admin,consumer,creator", "ada@example.com", "ada"],
        ["consumer,creator", "bo@example.com", "bo"],
    ]


async def test_who_is_blocked_is_shown_and_can_be_let_in_again(terminal: Terminal, database: Database) -> None:
    guest = await sessions.open_guest(database)
    for who in ("bo@example.com", str(guest.user_id)):
        assert (await terminal.run("block", who))[0] == 0
    lines = (await terminal.run("list"))[1].splitlines()
    assert ["blocked since" in line for line in lines] == [False, True, True] and str(guest.user_id) in lines[2]
    with pytest.raises(ShutOut):
        await accounts.sign_in(database, "bo@example.com", PASSWORD)

    await terminal.run("unblock", "bo@example.com")

    await accounts.sign_in(database, "bo@example.com", PASSWORD)


async def test_a_role_is_taken_back(terminal: Terminal) -> None:
    await terminal.run("revoke", "ada@example.com", "admin")

    assert "admin" not in (await terminal.run("list"))[1]


async def test_an_invitation_is_a_link_that_works(terminal: Terminal, database: Database) -> None:
    _, link = await terminal.run("invite", "--days", "2")

    root, _, code = link.strip().partition("?invitation=")
    assert root == "https://hub.test/account/sign-up"
    await registration.sign_up(database, "cy@example.com", PASSWORD, "Cy", policy="invite", invitation=code)


async def test_a_reset_link_works(terminal: Terminal, database: Database) -> None:
    _, link = await terminal.run("reset-link", "bo@example.com")

    root, _, code = link.strip().partition("?code=")
    assert root == "https://hub.test/account/reset"
    reset = await accounts.reset_password(database, code, "eight orange kettles")

    assert (await accounts.sign_in(database, "bo@example.com", "eight orange kettles")).user_id == reset
    with pytest.raises(WrongCredentials):
        await accounts.sign_in(database, "bo@example.com", PASSWORD)


async def test_deletion_asks_first(terminal: Terminal, database: Database) -> None:
    assert (await terminal.run("delete", "bo@example.com"))[0] == 1
    await accounts.sign_in(database, "bo@example.com", PASSWORD)

    assert (await terminal.run("delete", "bo@example.com", "--yes"))[0] == 0
    with pytest.raises(WrongCredentials):
        await accounts.sign_in(database, "bo@example.com", PASSWORD)


async def test_nobody_is_told_by_name(terminal: Terminal) -> None:
    code, output = await terminal.run("grant", "nobody@example.com", "admin")

    assert code == 1
    assert "No account has the address nobody@example.com." in output
