"""One tab's view of a thread, over the core in memory."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from tests.ui.web.memory import ANSWER, Memory
from ui.web import steps
from ui.web.backend import Drafted, Event, Posted, Redrawn, Revised, Settled, ShownMessage, UploadedFile, WebUser
from ui.web.errors import LostFile
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


async def test_a_reworded_message_is_answered_anew_in_place(core: Memory, tab: Tab) -> None:
    question, answer = await asked(tab)
    await asked(tab, "and this")
    tab.sent.clear()
    await tab.view.edit(question, "good bye")
    await settled(tab, question)
    [thread] = tab.of("resume_thread")
    assert str(thread["steps"]).count("user_message") == 2
    last = [step for step in tab.of("new_message") if step["id"] == str(answer)][-1]
    assert "Try 2: good bye" in str(last["output"])
    assert last["parentId"] == str(steps.run_id(question))
    assert not tab.of("delete_message")


async def test_a_refused_message_is_handed_in_with_its_new_words(core: Memory, tab: Tab) -> None:
    core.refusing = "Not now."
    message = Outgoing(uuid4(), "hello")
    await tab.view.submit(message)
    core.refusing = ""
    await tab.view.edit(message.message_id, "good bye")
    assert [accepted[:2] for accepted in core.accepted] == [(message.message_id, "good bye")]


async def test_reworded_it_goes_without_the_file_that_was_lost(core: Memory, tab: Tab) -> None:
    outgoing = Outgoing(uuid4(), "What is in it?", fault=LostFile("It was lost."))
    await tab.view.submit(outgoing)
    assert not core.accepted
    await tab.view.edit(outgoing.message_id, "What is tea?")
    assert [said[1] for said in core.accepted] == ["What is tea?"]


async def test_keeps_a_refused_wording_for_another_try(core: Memory, tab: Tab) -> None:
    question, _ = await asked(tab)
    core.refusing = "Not now."
    await tab.view.edit(question, "good bye")
    drawn = str(tab.of("resume_thread")[-1]["steps"])
    assert ("'good bye'" in drawn, "Not now." in drawn, "'hello'" in drawn) == (True, True, False)
    assert tab.of("action")[-1]["name"] == "retry"
    core.refusing = ""
    await tab.view.retry(question)
    assert core.lines[tab.view.thread_id][question].text == "good bye"
    assert "Not now." not in str(tab.of("resume_thread")[-1]["steps"])


async def test_a_message_is_not_reworded_to_nothing(core: Memory, tab: Tab) -> None:
    question, _ = await asked(tab)
    core.refusing = "A message needs some words."
    await tab.view.edit(question, " ")
    assert tab.of("toast")[-1]["message"] == "A message needs some words."
    assert "'hello'" in str(tab.of("resume_thread")[-1]["steps"])


async def test_answers_again_in_all_tabs(core: Memory, tab: Tab) -> None:
    question, answer = await asked(tab)
    other = await opened(core, tab.view.thread_id)
    await other.until("resume_thread")
    await tab.view.again(answer)
    await settled(other, question)
    other.view.rest()
    outputs = [str(step["output"]) for step in other.of("new_message") if step["id"] == str(answer)]
    assert "Try 2" in outputs[-1]


async def test_takes_back_an_answer_that_a_question_has_no_more(core: Memory, tab: Tab) -> None:
    question, answer = await asked(tab)
    del core.lines[tab.view.thread_id][answer]
    for queue in core.listeners[tab.view.thread_id]:
        queue.put_nowait(Settled(question))
    assert await tab.until("delete_message") == [{"id": str(answer)}]


async def test_shows_what_somebody_thinks_of_an_answer_in_all_tabs(core: Memory, tab: Tab) -> None:
    _, answer = await asked(tab)
    other = await opened(core, tab.view.thread_id)
    await other.until("window_message", 2)
    await tab.view.rate(answer, True)
    await other.until("window_message", 3)
    other.view.rest()
    assert [drawn["good"] for drawn in signs(other, answer)] == [None, True]  # type: ignore[index]


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


async def test_shows_a_recording_and_hands_it_in(core: Memory, tab: Tab, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    message = Outgoing(uuid4(), "", (UploadedFile(tmp_path / "a.wav", "a.wav", "audio/wav", 4, "voice"),))
    await tab.view.speak(message)
    await settled(tab, message.message_id)
    assert core.accepted[0][2] == ("a.wav",)
    assert tab.of("new_message")[0]["type"] == "user_message"
    assert tab.of("element")[-1]["type"] == "audio"
    assert not (tmp_path / "a.wav").exists()


async def test_keeps_a_refused_recording_for_the_next_try(core: Memory, tab: Tab, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    core.refusing = "Not now."
    file = UploadedFile(tmp_path / "a.wav", "a.wav", "audio/wav", 4, "voice")
    await tab.view.speak(Outgoing(uuid4(), "", (file,)))
    assert (tmp_path / "a.wav").exists()


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


async def test_draws_the_thread_once_the_database_is_back_after_an_edit(core: Memory, tab: Tab) -> None:
    question, _ = await asked(tab)
    core.refusing, core.away = "The database is away.", True
    tab.sent.clear()
    await tab.view.edit(question, "good bye")
    assert not tab.of("resume_thread")
    core.refusing, core.away = "", False
    await tab.until("resume_thread")


def tell(core: Memory, thread_id: UUID, *events: Event) -> None:
    for queue in core.listeners[thread_id]:
        for event in events:
            queue.put_nowait(event)


async def test_an_answer_is_written_below_its_own_question(core: Memory, tab: Tab) -> None:
    core.pace = 60
    first, second, draft = uuid4(), uuid4(), uuid4()
    await tab.view.submit(Outgoing(first, "one"))
    await tab.view.submit(Outgoing(second, "two"))
    tell(core, tab.view.thread_id, Drafted(draft, "An", first, whole=True), Drafted(draft, " answer", first))
    tokens = await tab.until("stream_token", 2)
    assert [start["parentId"] for start in tab.of("stream_start")] == [str(steps.run_id(first))]
    assert [token["token"] for token in tokens] == ["An", " answer"]


async def test_who_comes_later_sees_the_answer_so_far(core: Memory, tab: Tab) -> None:
    core.pace = 60
    question, draft = uuid4(), uuid4()
    await tab.view.submit(Outgoing(question, "hello"))
    core.drafts[tab.view.thread_id] = Drafted(draft, "An answ", question, whole=True)
    later = await opened(core, tab.view.thread_id)
    assert [token["token"] for token in await later.until("stream_token")] == ["An answ"]
    tell(core, tab.view.thread_id, Drafted(draft, "er", question), Redrawn())
    tokens = await later.until("stream_token", 3)
    later.view.rest()
    assert [token["token"] for token in tokens] == ["An answ", "er", "An answer"]
    assert [name for name, _ in later.sent if name in ("resume_thread", "stream_start")] == [
        "resume_thread",
        "stream_start",
    ] * 2


async def test_the_end_of_one_question_leaves_the_answer_to_another(core: Memory, tab: Tab) -> None:
    core.pace = 60
    question, draft, other = uuid4(), uuid4(), uuid4()
    await tab.view.submit(Outgoing(question, "hello"))
    tell(core, tab.view.thread_id, Drafted(draft, "An", question, whole=True), Settled(other))
    await settled(tab, other)
    assert list(tab.view.drafts) == [draft]
    assert not tab.of("delete_message")


async def test_the_rest_of_a_void_answer_is_not_shown(core: Memory, tab: Tab) -> None:
    question, _ = await asked(tab)
    tab.sent.clear()
    tell(core, tab.view.thread_id, Drafted(uuid4(), "the end of it", question), Settled(question))
    await settled(tab, question)
    assert not tab.of("stream_start")
    assert not tab.of("stream_token")


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


async def test_what_the_ledger_took_and_answered_is_not_waited_for(core: Memory, tab: Tab) -> None:
    question, _ = await asked(tab)
    tab.view.underway[question] = Outgoing(question, "hello")  # the acceptance itself is told late
    tab.sent.clear()
    tell(core, tab.view.thread_id, Redrawn())
    await tab.until("resume_thread")
    await tab.until("task_end")
    assert not tab.view.waiting
