"""What the operator sees of events that could not be taken; no server runs, and no key is configured."""

from __future__ import annotations

import asyncio
from pathlib import Path
from stat import S_IMODE
from typing import cast

import pytest

from conversation.channel import Channel
from conversation.intake import Intake
from conversation.spool import Spool
from knowledge.vault import KEY_SIZE, Vault, new_key
from tests.ui.cli.test_admin import Terminal
from ui import doctor, spools
from ui.errors import SettingsError
from ui.messengers.messenger import Door
from ui.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def spool(settings: Settings) -> Spool:
    return Spool(spools.folder_in(settings) / "telegram", spools.vault_of(settings))


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal("", tmp_path)


async def test_where_nothing_is_put_aside_it_says_so_and_makes_nothing(terminal: Terminal, tmp_path: Path):
    assert await terminal.run("aside") == (0, "Nothing is put aside.\n")
    assert not (tmp_path / "data").exists()


async def test_time_channel_and_reason_are_listed_and_the_words_only_where_wished(terminal: Terminal, spool: Spool):
    await spool.put_aside({"text": "Grüße\u009b31m"}, KeyError("secret"))
    code, listed = await terminal.run("aside")
    first, last = listed.splitlines()
    assert (code, first.split()[2:], last) == (0, ["telegram", "KeyError"], "Put aside: 1.")
    assert first.startswith("20") and "Grüße" not in listed and "secret" not in listed
    _, shown = await terminal.run("aside", "--payload")
    assert '"text": "Grüße\\u009b31m"' in shown


async def test_the_doctor_tells_what_waits_and_what_is_put_aside(spool: Spool, settings: Settings):
    check = next(check for check in doctor.built_in() if check.name == "Spool")
    await spool.keep("waits")
    [(_, well)] = await doctor.examine(settings, [check])
    assert (well.ok, well.said) == (True, "1 waiting for the ledger, 0 put aside")
    await spool.put_aside("failed")
    [(_, ill)] = await doctor.examine(settings, [check])
    assert (ill.ok, ill.said) == (False, "1 waiting for the ledger, 1 put aside")
    assert "evermynd admin aside" in ill.mend


async def test_handed_in_again_they_are_taken_and_what_cannot_be_opened_stays(
    terminal: Terminal, spool: Spool, settings: Settings
):
    await spool.put_aside("one")
    await Spool(spools.folder_in(settings) / "slack", Vault({"k": b"k" * KEY_SIZE})).put_aside("another's")
    _, said = await terminal.run("aside", "--retry")
    assert said.endswith("Handed in again: 1. Cannot be opened: 1.\n")
    assert (await terminal.run("aside"))[1].endswith("Put aside: 1. Cannot be opened: 1.\n")
    taken = asyncio.Queue[object]()
    draining = asyncio.create_task(spool.drain(taken.put))
    async with asyncio.timeout(10):
        assert await taken.get() == "one"
    draining.cancel()


async def test_the_reason_is_the_error_that_the_room_was_handling(terminal: Terminal, spool: Spool):
    class Broken:
        async def take(self, channel: Channel, event: object) -> None:
            raise ZeroDivisionError("secret")

    door = Door(cast(Intake, Broken()), spool, waits=False)
    try:
        await door.take(cast(Channel, None), "event")
    except ZeroDivisionError:
        await door.put_aside("event")
    listed = (await terminal.run("aside"))[1]
    assert "ZeroDivisionError at cli/test_aside.py:" in listed and "secret" not in listed


def test_without_configured_keys_the_hub_makes_its_own_once_for_its_owner_alone(settings: Settings, tmp_path: Path):
    sealed = spools.vault_of(settings).seal("x")
    assert spools.vault_of(settings).open(sealed) == "x"
    assert S_IMODE((tmp_path / "data" / spools.KEY).stat().st_mode) == 0o600


def test_once_keys_are_configured_they_seal_and_the_hubs_own_still_opens(settings: Settings):
    sealed = spools.vault_of(settings).seal("x")
    configured = spools.vault_of(settings.model_copy(update={"encryption_keys": f"k1:{new_key()}"}))
    assert configured.open(sealed) == "x"
    assert configured.seal("x").split(".")[1] == "k1"


def test_configured_keys_alone_leave_no_key_on_the_disk(settings: Settings, tmp_path: Path):
    spools.vault_of(settings.model_copy(update={"encryption_keys": f"k1:{new_key()}"}))
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("damage", ["", "not a key", "AAAA"])
def test_a_damaged_key_of_its_own_is_said_unless_others_are_configured(settings: Settings, damage: str):
    settings.data_dir.mkdir()
    (settings.data_dir / spools.KEY).write_text(damage)
    with pytest.raises(SettingsError, match="cannot be used"):
        spools.vault_of(settings)
    spools.vault_of(settings.model_copy(update={"encryption_keys": f"k1:{new_key()}"}))
