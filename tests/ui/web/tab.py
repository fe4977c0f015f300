"""A browser tab without a browser: what a view sends to it, over the core in memory."""

import asyncio
from uuid import UUID, uuid4

from tests.ui.web.memory import Memory
from ui.web import steps
from ui.web.backend import Event, WebUser
from ui.web.live import LiveView, Outgoing

ADA = WebUser(UUID(int=7), "Ada")


class Tab:
    """Collects what a view sends to its browser tab, and waits for one event of it."""

    def __init__(self, core: Memory, thread_id: UUID) -> None:
        self.sent: list[tuple[str, dict[str, object]]] = []
        self.arrived = asyncio.Condition()
        self.view = LiveView(core, ADA, thread_id, self.emit)

    async def emit(self, event: str, data: object) -> None:
        await asyncio.sleep(0)  # as a socket does, so that other drawing can come between
        async with self.arrived:
            self.sent.append((event, dict(data)))  # type: ignore[call-overload]
            self.arrived.notify_all()

    def of(self, event: str) -> list[dict[str, object]]:
        return [data for name, data in self.sent if name == event]

    async def until(self, event: str, count: int = 1) -> list[dict[str, object]]:
        async with asyncio.timeout(5), self.arrived:
            await self.arrived.wait_for(lambda: len(self.of(event)) >= count)
        return self.of(event)


async def opened(core: Memory, thread_id: UUID) -> Tab:
    made = Tab(core, thread_id)
    core.subscribed.clear()
    made.view.follow()
    async with asyncio.timeout(5):
        await core.subscribed.wait()
    return made


async def settled(tab: Tab, message_id: UUID) -> None:
    run = str(steps.run_id(message_id))
    async with asyncio.timeout(5), tab.arrived:
        await tab.arrived.wait_for(lambda: any(d.get("id") == run and d.get("end") for d in tab.of("new_message")))


async def asked(tab: Tab, text: str = "hello") -> tuple[UUID, UUID]:
    """Have something answered, and give the ids of question and answer."""
    message = Outgoing(uuid4(), text)
    await tab.view.submit(message)
    await settled(tab, message.message_id)
    [answer] = tab.view.answered[message.message_id]
    return message.message_id, answer


def signs(tab: Tab, answer: UUID) -> list[object]:
    told = [told["messages"] for told in tab.of("window_message") if told["evermynd"] == "signs"]
    return [drawn[str(answer)] for drawn in told if str(answer) in drawn]  # type: ignore[index]


def tell(core: Memory, thread_id: UUID, *events: Event) -> None:
    for queue in core.listeners[thread_id]:
        for event in events:
            queue.put_nowait(event)
