"""Parts of the gateway outlive their own faults."""

import asyncio

from ui.gateway import lasting


async def test_a_part_that_a_fault_ended_is_begun_again():
    began: list[int] = []
    again = asyncio.Event()

    async def part() -> None:
        began.append(1)
        if len(began) == 1:
            raise ValueError("a fault")
        again.set()

    await lasting("part", part, pause=0)
    assert again.is_set() and len(began) == 2
