"""What can wait does while somebody waits for an acknowledgement, and is begun all the same in the end."""

from __future__ import annotations

import asyncio

from conversation.load import Load


async def test_nothing_is_begun_while_somebody_is_at_the_door():
    load, begun = Load(), list[str]()

    async def begin() -> None:
        await load.calm()
        begun.append("turn")

    with load.door():
        task = asyncio.create_task(begin())
        await asyncio.sleep(0)
        assert begun == []
    await task
    assert begun == ["turn"]


async def test_a_door_that_is_never_empty_holds_nobody_up_for_ever():
    load = Load()
    with load.door():
        async with asyncio.timeout(10):
            await asyncio.gather(load.calm(), load.calm(), load.calm())


async def test_with_nobody_at_the_door_all_begin_at_once():
    load = Load()
    with load.door():
        pass
    async with asyncio.timeout(1):
        await asyncio.gather(*(load.calm() for _ in range(1000)))
