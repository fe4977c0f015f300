"""What a tab has written and the ledger did not take: kept, shown with its reason, tried again or let go."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID, uuid4

from conversation.errors import NotFound
from tests.ui.web.memory import Memory, RefusedError
from tests.ui.web.tab import ADA, Tab, asked, opened, settled, tell
from ui.web import steps
from ui.web.backend import Redrawn, UploadedFile
from ui.web.errors import LostFile
from ui.web.live import UNEXPECTED, Outgoing


async def test_offers_a_retry_with_the_reason_when_a_message_is_refused(core: Memory, tab: Tab) -> None:
    core.refusing = "The disk is full."
    await tab.view.submit(Outgoing(uuid4(), "hello"))
    assert tab.of("new_message")[-1]["output"] == "The disk is full."
    assert [button["name"] for button in tab.of("action")] == ["retry", "discard"]
    assert not tab.of("first_interaction")
    assert tab.sent[-1][0] == "task_end"


async def test_hands_in_the_same_message_when_retried(core: Memory, tab: Tab) -> None:
    core.refusing = "Not now."
    message = Outgoing(uuid4(), "hello")
    await tab.view.submit(message)
    core.refusing = ""
    await tab.view.retry(message.message_id)
    assert [accepted[0] for accepted in core.accepted] == [message.message_id]
    assert (len(tab.of("remove_action")), len(tab.of("delete_message"))) == (4, 1)


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
    assert [button["name"] for button in tab.of("action")[-2:]] == ["retry", "discard"]
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


async def test_keeps_a_refused_recording_for_the_next_try(core: Memory, tab: Tab, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    core.refusing = "Not now."
    file = UploadedFile(tmp_path / "a.wav", "a.wav", "audio/wav", 4, "voice")
    await tab.view.speak(Outgoing(uuid4(), "", (file,)))
    assert (tmp_path / "a.wav").exists()


async def test_draws_the_thread_once_the_database_is_back_after_an_edit(core: Memory, tab: Tab) -> None:
    question, _ = await asked(tab)
    core.refusing, core.away = "The database is away.", True
    tab.sent.clear()
    await tab.view.edit(question, "good bye")
    assert not tab.of("resume_thread")
    core.refusing, core.away = "", False
    await tab.until("resume_thread")


async def test_what_the_ledger_took_and_answered_is_not_waited_for(core: Memory, tab: Tab) -> None:
    question, _ = await asked(tab)
    tab.view.unsent.underway[question] = Outgoing(question, "hello")  # the acceptance itself is told late
    tab.sent.clear()
    tell(core, tab.view.thread_id, Redrawn())
    await tab.until("resume_thread")
    await tab.until("task_end")
    assert not tab.view.waiting


def taken(tab: Tab) -> list[tuple[object, object]]:
    """What the page's script was told that it need not keep."""
    told = [told for told in tab.of("window_message") if told["evermynd"] == "taken"]
    return [(each["event"], each["id"]) for each in told]


async def test_the_page_keeps_a_message_until_the_ledger_has_it(core: Memory, tab: Tab) -> None:
    core.refusing = "Not now."
    message = Outgoing(uuid4(), "hello")
    await tab.view.submit(message)
    assert taken(tab) == []
    core.refusing = ""
    await tab.view.retry(message.message_id)
    assert taken(tab) == [("client_message", str(message.message_id))]


async def test_the_page_keeps_a_wording_until_the_ledger_has_it(core: Memory, tab: Tab) -> None:
    question, _ = await asked(tab)
    core.refusing, before = "Not now.", taken(tab)
    await tab.view.edit(question, "good bye")
    assert taken(tab) == before
    core.refusing = ""
    await tab.view.retry(question)
    assert taken(tab) == [*before, ("edit_message", str(question))]


async def test_a_refused_message_can_be_let_go(core: Memory, tab: Tab) -> None:
    core.refusing = "Too long."
    message = Outgoing(uuid4(), "hello")
    await tab.view.submit(message)
    await tab.view.discard(message.message_id)
    assert {"id": str(message.message_id)} in tab.of("delete_message")
    assert ("client_message", str(message.message_id)) in taken(tab)
    core.refusing = ""
    await tab.view.retry(message.message_id)
    assert core.accepted == []


async def test_a_refused_wording_gives_way_to_the_one_that_stands(core: Memory, tab: Tab) -> None:
    question, _ = await asked(tab)
    core.refusing = "Not now."
    await tab.view.edit(question, "good bye")
    core.refusing = ""
    await tab.view.discard(question)
    drawn = str(tab.of("resume_thread")[-1]["steps"])
    assert ("'hello'" in drawn, "'good bye'" in drawn, "Not now." in drawn) == (True, False, False)
    assert ("edit_message", str(question)) in taken(tab)


async def test_the_buttons_under_a_refusal_are_there_once(core: Memory, tab: Tab) -> None:
    core.refusing = "Not now."
    await tab.view.submit(Outgoing(uuid4(), "hello"))
    await asyncio.gather(*(tab.view.unsent.show_buttons() for _ in range(3)))
    shown: list[object] = []
    for event, data in tab.sent:
        if event == "action":
            shown.append(data["id"])
        elif event == "remove_action" and data["id"] in shown:
            shown.remove(data["id"])
    assert len(shown) == len(set(shown)) == 2


class Unheard(Memory):
    """A core that takes a message and cannot say so any more, nor takes it anew from another thread."""

    async def accept(
        self,
        user_id: UUID,
        thread_id: UUID,
        message_id: UUID,
        text: str,
        files: Sequence[UploadedFile] = (),
        action: str | None = None,
    ) -> None:
        if await self.message(user_id, message_id):
            raise NotFound("This was said in another chat already.")
        await Memory.accept(self, user_id, thread_id, message_id, text, files, action)
        raise RefusedError("The line broke.")


async def test_what_was_taken_is_not_refused_though_the_core_could_not_say_so() -> None:
    tab, message = await opened(Unheard(pace=0), uuid4()), Outgoing(uuid4(), "hello")
    await tab.view.submit(message)
    assert not tab.view.unsent.refused
    assert ("client_message", str(message.message_id)) in taken(tab)
    assert "'hello'" in str(tab.of("resume_thread")[-1]["steps"])
    tab.view.rest()


async def test_what_was_said_in_another_thread_leaves_this_one() -> None:
    core, message = Unheard(pace=0), Outgoing(uuid4(), "hello")
    there, here = await opened(core, uuid4()), await opened(core, uuid4())
    await there.view.submit(message)
    await here.view.submit(message)
    assert not here.view.unsent.refused
    assert not here.view.waiting
    assert ("client_message", str(message.message_id)) in taken(here)
    assert {"id": str(message.message_id)} in here.of("delete_message")
    there.view.rest()
    here.view.rest()


async def refused(core: Memory, tab: Tab) -> UUID:
    """Have a message refused here and then taken from another tab."""
    core.refusing = "Not now."
    message = Outgoing(uuid4(), "hello")
    await tab.view.submit(message)
    core.refusing = ""
    await core.accept(ADA.user_id, tab.view.thread_id, message.message_id, "hello")
    return message.message_id


async def test_a_refusal_ends_once_the_ledger_has_the_message(core: Memory, tab: Tab) -> None:
    message_id = await refused(core, tab)
    await settled(tab, message_id)
    assert not tab.view.unsent.refused
    assert taken(tab) == [("client_message", str(message_id))]
    assert steps.refusal_step(message_id, tab.view.thread_id, "")["id"] in [
        told["id"] for told in tab.of("delete_message")
    ]


async def test_new_words_for_what_the_ledger_has_by_now_are_not_lost(core: Memory, tab: Tab) -> None:
    message_id = await refused(core, tab)
    await tab.view.edit(message_id, "good bye")
    assert [said[1] for said in core.accepted] == ["hello"]
    assert core.lines[tab.view.thread_id][message_id].text == "good bye"
    assert not tab.view.unsent.refused
    assert set(taken(tab)) == {("client_message", str(message_id)), ("edit_message", str(message_id))}


async def test_new_words_that_were_refused_stay_when_the_old_ones_arrive(core: Memory, tab: Tab) -> None:
    core.refusing = "Not now."
    message = Outgoing(uuid4(), "hello")
    await tab.view.submit(message)
    await tab.view.edit(message.message_id, "good bye")
    core.refusing = ""
    await core.accept(ADA.user_id, tab.view.thread_id, message.message_id, "hello")
    await settled(tab, message.message_id)
    assert taken(tab) == [("client_message", str(message.message_id))]
    await tab.view.retry(message.message_id)
    assert core.lines[tab.view.thread_id][message.message_id].text == "good bye"


async def test_what_stands_by_now_is_drawn_when_its_refusal_is_let_go(core: Memory, tab: Tab) -> None:
    tab.view.rest()  # nothing that happens there is told here
    message_id = await refused(core, tab)
    await tab.view.discard(message_id)
    assert "'hello'" in str(tab.of("resume_thread")[-1]["steps"])
