"""One tab's view of a thread, over the core in memory."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from tests.ui.web.memory import ANSWER, Memory
from ui.web import steps
from ui.web.backend import Posted, ShownMessage, UploadedFile, WebUser
from ui.web.live import UNEXPECTED, LiveView, Outgoing

ADA = WebUser(UUID(int=7), "Ada")


class Tab:
    """Collects what a view sends to its browser tab, and waits for one event of it."""

    def __init__(self, core: Memory, thread_id: UUID) -> None:
        self.sent: list[tuple[str, dict[str, object]]] = []
        self.arrived = asyncio.Condition()
        self.view = LiveView(core, ADA, thread_id, self.emit)

    async def emit(self, event: str, data: object) -> None:
        async with self.arrived:
            self.sent.append((event, dict(data)))  # type: ignore[call-overload]
            self.arrived.notify_all()

    def of(self, event: str) -> list[dict[str, object]]:
        return [data for name, data in self.sent if name == event]

    async def until(self, event: str, count: int = 1) -> list[dict[str, object]]:
        async with asyncio.timeout(5), self.arrived:
            await self.arrived.wait_for(lambda: len(self.of(event)) >= count)
        return self.of(event)


@pytest.fixture
def core() -> Memory:
    return Memory(pace=0)


@pytest.fixture
async def tab(core: Memory) -> AsyncIterator[Tab]:
    made = await opened(core, uuid4())
    yield made
    made.view.rest()


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


async def test_shows_an_answer_only_when_it_is_told_of_it(core: Memory, tab: Tab) -> None:
    message = Outgoing(uuid4(), "hello")
    await tab.view.submit(message)
    assert not [step for step in tab.of("new_message") if step["type"] == "assistant_message"]
    await settled(tab, message.message_id)
    assert [step for step in tab.of("new_message") if step["type"] == "assistant_message"]


async def test_streams_drafts_of_the_answer_under_its_own_id(core: Memory, tab: Tab) -> None:
    message = Outgoing(uuid4(), "hello")
    await tab.view.submit(message)
    await settled(tab, message.message_id)
    [start] = tab.of("stream_start")
    streamed = "".join(str(token["token"]) for token in tab.of("stream_token"))
    assert streamed.strip() == steps.literal(ANSWER)
    assert start["id"] in [step["id"] for step in tab.of("new_message")]
    assert not tab.of("delete_message")


async def test_waits_from_acceptance_until_the_turn_is_settled(core: Memory, tab: Tab) -> None:
    message = Outgoing(uuid4(), "hello")
    await tab.view.submit(message)
    await tab.until("task_start")
    await settled(tab, message.message_id)
    await tab.until("task_end")
    assert not tab.view.waiting


async def test_names_the_thread_once_the_first_message_is_accepted(core: Memory, tab: Tab) -> None:
    await tab.view.submit(Outgoing(uuid4(), "one"))
    await tab.view.submit(Outgoing(uuid4(), "two"))
    assert [opened["interaction"] for opened in tab.of("first_interaction")] == ["one"]


async def test_offers_a_retry_with_the_reason_when_a_message_is_refused(core: Memory, tab: Tab) -> None:
    core.refusing = "The disk is full."
    await tab.view.submit(Outgoing(uuid4(), "hello"))
    assert tab.of("new_message")[-1]["output"] == "The disk is full."
    assert tab.of("action")[-1]["name"] == "retry"
    assert not tab.of("first_interaction")
    assert tab.sent[-1][0] == "task_end"


async def test_hands_in_the_same_message_when_retried(core: Memory, tab: Tab) -> None:
    core.refusing = "Not now."
    message = Outgoing(uuid4(), "hello")
    await tab.view.submit(message)
    core.refusing = ""
    await tab.view.retry(message.message_id)
    assert [accepted[0] for accepted in core.accepted] == [message.message_id]
    assert len(tab.of("remove_action")) == len(tab.of("delete_message")) == 1


async def test_says_kindly_when_the_core_fails_unexpectedly(core: Memory, tab: Tab) -> None:
    lost = UploadedFile(Path("gone"), "", "", 0)
    core.kept.clear()
    broken = Outgoing(uuid4(), "", (lost,))
    core.owners = None  # type: ignore[assignment]
    await tab.view.submit(broken)
    assert tab.of("new_message")[-1]["output"] == steps.plain(UNEXPECTED)


async def test_redraws_the_thread_with_what_was_refused_after_a_lost_connection(core: Memory, tab: Tab) -> None:
    kept, refused = Outgoing(uuid4(), "kept"), Outgoing(uuid4(), "refused")
    await tab.view.submit(kept)
    await settled(tab, kept.message_id)
    core.refusing = "Not now."
    await tab.view.submit(refused)
    tab.view.follow()
    [thread] = await tab.until("resume_thread")
    drawn = str(thread["steps"])
    assert str(kept.message_id) in drawn
    assert str(refused.message_id) in drawn


async def test_shows_what_was_written_in_another_tab(core: Memory, tab: Tab) -> None:
    other = await opened(core, tab.view.thread_id)
    message = Outgoing(uuid4(), "from the other tab")
    await other.view.submit(message)
    await settled(tab, message.message_id)
    other.view.rest()
    assert "from the other tab" in [step["output"] for step in tab.of("new_message")]


async def test_voids_the_drafts_of_a_stopped_answer(core: Memory, tab: Tab) -> None:
    core.pace = 60
    message = Outgoing(uuid4(), "hello")
    await tab.view.submit(message)
    await asyncio.sleep(0)
    await tab.view.stop()
    await settled(tab, message.message_id)
    assert not tab.view.drafts
    assert not tab.view.waiting


async def test_replaces_the_buttons_of_a_revised_message(core: Memory, tab: Tab) -> None:
    file = UploadedFile(Path("a.pdf"), "a.pdf", "application/pdf", 3)
    await tab.view.submit(Outgoing(uuid4(), "", (file,)))
    await tab.until("action", 3)
    assert [button["label"] for button in tab.of("remove_action")] == ["Cancel"]
    assert [button["label"] for button in tab.of("action")][1:] == ["What is Depends?", "How are scripts run?"]


async def test_hands_in_the_value_of_a_pressed_button(core: Memory, tab: Tab) -> None:
    await tab.view.press("Cancel", "cancel 1")
    assert core.accepted[0][1:] == ("Cancel", (), "cancel 1")


async def test_draws_an_old_thread_whole_before_it_is_opened(core: Memory, tab: Tab) -> None:
    message = Outgoing(uuid4(), "hello")
    await tab.view.submit(message)
    await settled(tab, message.message_id)
    later = await opened(core, tab.view.thread_id)
    await later.until("first_interaction")
    later.view.rest()
    assert [name for name, _ in later.sent][:2] == ["resume_thread", "first_interaction"]


async def test_stops_waiting_when_a_missed_end_is_told_late(core: Memory, tab: Tab) -> None:
    message_id = uuid4()
    tab.view.waiting.add(message_id)
    done = ShownMessage(message_id, "person", "hello", datetime.now(UTC))
    for queue in core.listeners[tab.view.thread_id]:
        queue.put_nowait(Posted(done))
    await tab.until("task_end")
    assert not tab.view.waiting
