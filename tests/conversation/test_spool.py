"""Events that came while the ledger was away are kept in order, and leave the disk once they are committed."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from conversation.errors import SpoolFull
from conversation.spool import Spool
from knowledge.db.errors import DatabaseUnavailable


async def _drained(spool: Spool, take: object) -> None:
    task = asyncio.create_task(spool.drain(take))  # type: ignore[arg-type]
    async with asyncio.timeout(10):
        while spool.waiting:
            await asyncio.sleep(0.01)
    task.cancel()


async def test_what_is_kept_is_taken_in_order_by_whoever_opens_the_folder(tmp_path: Path):
    spool = Spool(tmp_path)
    for number in range(20):
        await spool.keep({"update_id": number, "text": "Grüße 🙂"})
    taken: list[object] = []

    async def take(event: object) -> None:
        taken.append(event)

    await _drained(Spool(tmp_path), take)
    assert taken == [{"update_id": number, "text": "Grüße 🙂"} for number in range(20)]


async def test_while_the_ledger_is_away_everything_stays(tmp_path: Path):
    spool, away = Spool(tmp_path), [True, True]
    await spool.keep(1)
    await spool.keep(2)
    taken: list[object] = []

    async def take(event: object) -> None:
        if away:
            away.pop()
            raise DatabaseUnavailable
        taken.append(event)

    await _drained(spool, take)
    assert taken == [1, 2]


async def test_what_cannot_be_committed_now_waits_and_what_comes_after_waits_behind_it(tmp_path: Path):
    spool, away, taken = Spool(tmp_path), [True], list[object]()

    async def take(event: object) -> None:
        if away:
            away.pop()
            raise DatabaseUnavailable
        taken.append(event)

    await spool.take(take, 1)
    await spool.take(take, 2)
    assert (spool.waiting, taken) == (2, [])
    await _drained(spool, take)
    await spool.take(take, 3)
    assert taken == [1, 2, 3]


async def test_a_full_spool_refuses(tmp_path: Path):
    spool = Spool(tmp_path, limit=100)
    await spool.keep("x" * 60)
    with pytest.raises(SpoolFull):
        await spool.keep("x" * 60)
    assert spool.waiting == 1


async def test_an_event_that_keeps_failing_is_put_aside_and_holds_nobody_up(tmp_path: Path):
    spool = Spool(tmp_path)
    await spool.keep("poison")
    await spool.keep("good")
    taken: list[object] = []

    async def take(event: object) -> None:
        if event == "poison":
            raise ValueError(event)
        taken.append(event)

    await _drained(spool, take)
    assert taken == ["good"]
    assert [json.loads(path.read_text()) for path in (tmp_path / "aside").iterdir()] == ["poison"]


async def test_a_file_that_cannot_be_read_is_put_aside_as_it_is(tmp_path: Path):
    (tmp_path / "0.json").write_text("{half")
    spool, taken = Spool(tmp_path), list[object]()
    await spool.keep("good")

    async def take(event: object) -> None:
        taken.append(event)

    await _drained(spool, take)
    assert (taken, (tmp_path / "aside" / "0.json").read_text()) == (["good"], "{half")


async def test_what_is_put_aside_keeps_no_token(tmp_path: Path):
    spool, token = Spool(tmp_path), "5151515151:AAAnotherFakeTokenOfTeaForTests_01234"
    event = {"message": {"text": f"Use this:\n{token}", "ids": [1, token]}}
    await spool.put_aside(event)
    await spool.keep(event)

    async def take(event: object) -> None:
        raise ValueError

    await _drained(spool, take)
    found = [json.loads(path.read_text()) for path in (tmp_path / "aside").iterdir()]
    assert found == [{"message": {"text": "Use this:\n[token]", "ids": [1, "[token]"]}}] * 2
