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
    load, begun = Load(), list[int]()

    async def begin(number: int) -> None:
        await load.calm()
        begun.append(number)

    with load.door():
        async with asyncio.timeout(10):
            await asyncio.gather(*(begin(number) for number in range(3)))
    assert begun == [0, 1, 2]


async def test_with_nobody_at_the_door_all_begin_at_once():
    load = Load()
    with load.door():
        pass
    waiting = [asyncio.create_task(load.calm()) for _ in range(1000)]
    await asyncio.sleep(0)
    assert all(task.done() for task in waiting)
