"""Events that came while the ledger was away are kept in order, sealed, and leave the disk once they are committed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from stat import S_IMODE

import pytest

from conversation import aside
from conversation.aside import PutAside
from conversation.errors import SpoolFull
from conversation.spool import Spool
from knowledge.db.errors import DatabaseUnavailable
from knowledge.vault import KEY_SIZE, Vault

OLD, NEW = b"o" * KEY_SIZE, b"n" * KEY_SIZE
VAULT = Vault({"old": OLD})
TOKEN = "5151515151:AAAnotherFakeTokenOfTeaForTests_01234"


def opened(folder: Path, vault: Vault = VAULT, **limits: int) -> Spool:
    return Spool(folder / "telegram", vault, sweep=0.02, **limits)


def put_aside(folder: Path, vault: Vault = VAULT) -> list[PutAside]:
    return aside.find(folder, vault)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def on_disk(folder: Path) -> str:
    return "".join(path.read_text() for path in files(folder))


async def drained(spool: Spool, take: object = None, until: Callable[[], bool] | None = None) -> list[object]:
    """Drain until nothing waits, and give what was taken."""
    taken: list[object] = []

    async def keep(event: object) -> None:
        taken.append(event)

    task = asyncio.create_task(spool.drain(take or keep))  # type: ignore[arg-type]
    async with asyncio.timeout(10):
        while not until() if until else spool.waiting:
            await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.wait([task])
    return taken


async def refuse(event: object) -> None:
    raise ValueError(event)


async def test_what_is_kept_is_taken_in_order_by_whoever_opens_the_folder(tmp_path: Path):
    spool, events = opened(tmp_path), [{"update_id": number, "text": "Grüße 🙂 \ud800"} for number in range(20)]
    for event in events:
        await spool.keep(event)
    assert await drained(opened(tmp_path)) == events
    assert on_disk(tmp_path) == ""


async def test_on_the_disk_no_word_and_no_token_can_be_read_and_files_are_the_hubs_alone(tmp_path: Path):
    spool = opened(tmp_path)
    await spool.keep({"text": f"My secret: {TOKEN}"})
    await spool.put_aside({"text": f"My secret: {TOKEN}"}, ValueError("secret"))
    assert [S_IMODE(path.stat().st_mode) for path in files(tmp_path)] == [0o600, 0o600]
    assert not any(word in on_disk(tmp_path) for word in ("secret", "text", TOKEN, TOKEN[:10]))


async def test_while_the_ledger_is_away_everything_stays(tmp_path: Path):
    spool, away = opened(tmp_path), [True, True]
    await spool.keep(1)
    await spool.keep(2)
    taken: list[object] = []

    async def take(event: object) -> None:
        if away:
            away.pop()
            raise DatabaseUnavailable
        taken.append(event)

    await drained(spool, take)
    assert taken == [1, 2]


async def test_what_cannot_be_committed_now_waits_and_what_comes_after_waits_behind_it(tmp_path: Path):
    spool, away, taken = opened(tmp_path), [True], list[object]()

    async def take(event: object) -> None:
        if away:
            away.pop()
            raise DatabaseUnavailable
        taken.append(event)

    await spool.take(take, 1)
    await spool.take(take, 2)
    assert (spool.waiting, taken) == (2, [])
    await drained(spool, take)
    await spool.take(take, 3)
    assert taken == [1, 2, 3]


async def test_a_full_spool_refuses(tmp_path: Path):
    spool = opened(tmp_path, limit=400)
    await spool.keep("x" * 60)
    with pytest.raises(SpoolFull):
        await spool.keep("x" * 60)
    assert spool.waiting == 1


async def test_an_event_that_keeps_failing_is_put_aside_and_holds_nobody_up(tmp_path: Path):
    spool, taken = opened(tmp_path), list[object]()
    await spool.keep("poison")
    await spool.keep("good")

    async def take(event: object) -> None:
        await refuse(event) if event == "poison" else taken.append(event)

    await drained(spool, take)
    (waiting,) = put_aside(tmp_path)
    assert (taken, waiting.event, waiting.channel) == (["good"], "poison", "telegram")
    assert waiting.reason.startswith("ValueError at conversation/test_spool.py:")


async def test_what_an_older_version_left_unsealed_is_read_in_its_place(tmp_path: Path):
    spool = opened(tmp_path)
    (tmp_path / "telegram" / "00000000000000000001-7.json").write_text(json.dumps({"text": "first"}))
    await spool.keep({"text": "second"})
    assert await drained(opened(tmp_path)) == [{"text": "first"}, {"text": "second"}]


async def test_what_an_older_version_put_aside_is_sealed(tmp_path: Path):
    opened(tmp_path)
    (tmp_path / "telegram" / "aside" / "00000000000000000001-7.json").write_text('{"text": "secret"}')
    opened(tmp_path)
    assert "secret" not in on_disk(tmp_path)
    assert [waiting.event for waiting in put_aside(tmp_path)] == [{"text": "secret"}]


@pytest.mark.parametrize("damage", ["", "v1.old.x", "v2.old.x.y", "\x00\xff", "{half"])
@pytest.mark.parametrize("suffix", [".sealed", ".json"])
async def test_a_damaged_record_is_put_aside_as_it_is_counted_and_holds_nobody_up(
    tmp_path: Path, damage: str, suffix: str
):
    opened(tmp_path)
    (tmp_path / "telegram" / f"0{suffix}").write_text(damage, "latin-1")
    spool = opened(tmp_path)
    await spool.keep("good")
    assert await drained(spool) == ["good"]
    (waiting,) = put_aside(tmp_path)
    assert (waiting.opened, spool.unopened) == (False, 1)
    assert waiting.path.read_text("latin-1") == damage


async def test_a_record_of_another_channel_or_name_does_not_open(tmp_path: Path):
    spool = opened(tmp_path)
    await spool.keep("mine")
    await Spool(tmp_path / "slack", VAULT).keep("theirs")
    (mine,), (theirs,) = ([*(tmp_path / name).glob("*.sealed")] for name in ("telegram", "slack"))
    theirs.rename(mine.with_name("1.sealed"))
    mine.rename(mine.with_name("2.sealed"))
    again = opened(tmp_path)
    assert (await drained(again), again.unopened) == ([], 2)


async def test_when_the_key_is_lost_nothing_is_blocked_and_once_it_is_back_all_is_taken(tmp_path: Path):
    for event in ("first", "second"):
        await opened(tmp_path).keep(event)
    without, both = Vault({"new": NEW}), Vault({"new": NEW, "old": OLD})
    spool = opened(tmp_path, without)
    await spool.keep("third")
    assert (await drained(spool), spool.unopened) == (["third"], 2)
    for waiting in put_aside(tmp_path, without):
        aside.hand_in(waiting, without)
    assert len(put_aside(tmp_path, without)) == 2
    for waiting in put_aside(tmp_path, both):
        aside.hand_in(waiting, both)
    assert put_aside(tmp_path, both) == []
    taken: list[object] = []

    async def take(event: object) -> None:
        taken.append(event)

    await drained(spool, take, lambda: len(taken) == 2)
    assert taken == ["first", "second"]


async def test_what_is_handed_in_again_and_fails_again_is_put_aside_again(tmp_path: Path):
    spool = opened(tmp_path)
    await spool.put_aside("poison", KeyError("x"))
    (before,) = put_aside(tmp_path)
    assert before.reason == "KeyError"
    aside.hand_in(before, VAULT)
    await drained(spool, refuse, lambda: bool(put_aside(tmp_path)))
    (after,) = put_aside(tmp_path)
    assert (after.event, after.at) == ("poison", before.at)
    assert after.reason.startswith("ValueError")


async def test_a_record_that_another_process_took_is_passed_over(tmp_path: Path):
    spool = opened(tmp_path)
    await spool.keep("gone")
    await spool.keep("here")
    min((tmp_path / "telegram").glob("*.sealed")).unlink()
    assert (await drained(spool), put_aside(tmp_path)) == (["here"], [])


async def test_what_is_put_aside_keeps_no_token(tmp_path: Path):
    spool = opened(tmp_path)
    event = {"message": {"text": f"Use this:\n{TOKEN}", "ids": [1, TOKEN]}}
    await spool.put_aside(event)
    await spool.keep(event)
    await drained(spool, refuse)
    found = [waiting.event for waiting in put_aside(tmp_path)]
    assert found == [{"message": {"text": "Use this:\n[token]", "ids": [1, "[token]"]}}] * 2
