"""What happens in other tabs and threads, as one tab tells of it; and what counts as seen."""

from uuid import uuid4

from tests.ui.web.memory import Memory
from tests.ui.web.tab import ADA, Tab, asked, opened, settled, signs
from ui.web.backend import Revised, Settled
from ui.web.live import Outgoing


async def test_tells_of_a_digest_in_another_thread_with_a_link(core: Memory, tab: Tab) -> None:
    await asked(tab)
    tab.view.rest()
    other = await opened(core, uuid4())
    await other.until("window_message")
    core.listeners[tab.view.thread_id].clear()
    core.arrive(ADA.user_id, tab.view.thread_id, "Your digest")
    told = (await other.until("window_message", 3))[1:]
    other.view.rest()
    thread = str(tab.view.thread_id)
    assert [told[0]["threads"], told[1]["thread"], told[1]["text"]] == [[thread], thread, "Your digest"]


async def test_unmarks_a_thread_that_was_seen_elsewhere(core: Memory, tab: Tab) -> None:
    thread_id = uuid4()
    tab.view.bell.unread = {thread_id}
    drawn = len(tab.of("window_message"))
    core.seen(thread_id)
    assert (await tab.until("window_message", drawn + 1))[drawn:] == [{"evermynd": "unread", "threads": []}]


async def test_what_a_hidden_tab_shows_is_not_seen(core: Memory, tab: Tab) -> None:
    await asked(tab)
    await tab.view.look(False)
    core.unseen.add(tab.view.thread_id)
    await asked(tab)
    assert core.unseen
    await tab.view.look(True)
    assert not core.unseen


async def test_nothing_is_seen_before_the_tab_says_that_somebody_looks(core: Memory, tab: Tab) -> None:
    await asked(tab)
    core.unseen.add(tab.view.thread_id)
    later = await opened(core, tab.view.thread_id)
    await later.until("first_interaction")
    assert core.unseen
    await later.view.look(True)
    later.view.rest()
    assert not core.unseen
    assert not later.view.looking


async def test_what_first_arrives_revised_is_seen_too(core: Memory, tab: Tab) -> None:
    _, answer = await asked(tab)
    await tab.view.look(True)
    core.unseen.add(tab.view.thread_id)
    later = uuid4()
    for queue in core.listeners[tab.view.thread_id]:
        queue.put_nowait(Revised(core.lines[tab.view.thread_id][answer]))
        queue.put_nowait(Settled(later))
    await settled(tab, later)
    assert not core.unseen


async def test_a_thread_that_was_deleted_elsewhere_is_left(core: Memory, tab: Tab) -> None:
    core.pace = 60
    await tab.view.submit(Outgoing(uuid4(), "hello"))
    await core.delete(ADA.user_id, tab.view.thread_id)
    [thread] = await tab.until("resume_thread")
    await tab.until("task_end")
    assert [step["output"] for step in thread["steps"]] == [  # type: ignore[union-attr]
        "This chat was deleted. What you write now begins a new one."
    ]
    assert not (tab.view.waiting or tab.view.drafts)
    core.pace = 0
    begun = len(tab.of("call_fn"))
    await asked(tab, "once more")
    assert len(tab.of("call_fn")) == begun + 1


async def test_the_side_bar_no_longer_lists_a_thread_that_was_deleted_elsewhere(core: Memory, tab: Tab) -> None:
    gone = uuid4()
    tab.view.bell.unread = {gone}
    await core.delete(ADA.user_id, gone)
    [told] = await tab.until("first_interaction")
    assert str(told["interaction"]).startswith("news")
    assert not tab.view.bell.unread


async def test_shows_what_was_written_in_another_tab(core: Memory, tab: Tab) -> None:
    other = await opened(core, tab.view.thread_id)
    message = Outgoing(uuid4(), "from the other tab")
    await other.view.submit(message)
    await settled(tab, message.message_id)
    other.view.rest()
    assert "from the other tab" in [step["output"] for step in tab.of("new_message")]


async def test_answers_again_in_all_tabs(core: Memory, tab: Tab) -> None:
    question, answer = await asked(tab)
    other = await opened(core, tab.view.thread_id)
    await other.until("resume_thread")
    await tab.view.again(answer)
    await settled(other, question)
    other.view.rest()
    outputs = [str(step["output"]) for step in other.of("new_message") if step["id"] == str(answer)]
    assert "Try 2" in outputs[-1]


async def test_shows_what_somebody_thinks_of_an_answer_in_all_tabs(core: Memory, tab: Tab) -> None:
    _, answer = await asked(tab)
    other = await opened(core, tab.view.thread_id)
    await other.until("window_message", 2)
    await tab.view.rate(answer, True)
    await other.until("window_message", 3)
    other.view.rest()
    assert [drawn["good"] for drawn in signs(other, answer)] == [None, True]  # type: ignore[index]
