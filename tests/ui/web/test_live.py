"""One tab's view of a thread, over the core in memory."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from tests.ui.web.memory import ANSWER, Memory
from tests.ui.web.tab import Tab, asked, opened, settled, tell
from ui.web import steps
from ui.web.backend import Drafted, Posted, Redrawn, Settled, ShownMessage, UploadedFile
from ui.web.live import Outgoing


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


async def test_a_page_that_outlived_the_hub_shows_each_button_once(core: Memory, tab: Tab) -> None:
    file = UploadedFile(Path("a.pdf"), "a.pdf", "application/pdf", 3)
    await tab.view.submit(Outgoing(uuid4(), "", (file,)))
    shown = (await tab.until("action", 3))[1:]
    after = await opened(core, tab.view.thread_id)
    assert await after.until("action", 2) == shown
    after.view.rest()
    told = [name for name, _ in after.sent if name in ("action", "remove_action")]
    assert (after.of("remove_action"), told) == (shown, ["remove_action", "remove_action", "action", "action"])


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


async def test_takes_back_an_answer_that_a_question_has_no_more(core: Memory, tab: Tab) -> None:
    question, answer = await asked(tab)
    del core.lines[tab.view.thread_id][answer]
    for queue in core.listeners[tab.view.thread_id]:
        queue.put_nowait(Settled(question))
    assert await tab.until("delete_message") == [{"id": str(answer)}]


async def test_shows_a_recording_and_hands_it_in(core: Memory, tab: Tab, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    message = Outgoing(uuid4(), "", (UploadedFile(tmp_path / "a.wav", "a.wav", "audio/wav", 4, "voice"),))
    await tab.view.speak(message)
    await settled(tab, message.message_id)
    assert core.accepted[0][2] == ("a.wav",)
    assert tab.of("new_message")[0]["type"] == "user_message"
    assert tab.of("element")[-1]["type"] == "audio"
    assert not (tmp_path / "a.wav").exists()


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
