"""What the browser's sockets are answered: messages, now and again, and recordings that come in pieces."""

import asyncio
import gc
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4
from weakref import ref

import pytest

from tests.ui.web.memory import Memory
from ui.web.backend import WebUser
from ui.web.engine import Engine
from ui.web.gate import USER_KEY
from ui.web.recorder import RATE
from ui.web.sockets import Sockets

SECOND = {"data": bytes(2 * RATE)}


@dataclass(eq=False)
class Tab:
    """One tab as Chainlit records it, and the engine that knows no other."""

    files_dir: Path
    id: str = "tab"
    thread_id: str = field(default_factory=lambda: str(uuid4()))
    thread_id_to_resume: str | None = None
    user: Any = field(default_factory=lambda: SimpleNamespace(identifier=str(UUID(int=7)), display_name="Ada"))
    environ: dict[str, Any] = field(
        default_factory=lambda: {"asgi.scope": {USER_KEY: WebUser(UUID(int=7), "Ada", language="de")}}
    )
    files: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    has_first_interaction: bool = False
    sent: list[tuple[str, Any]] = field(default_factory=list[tuple[str, Any]])

    async def emit(self, event: str, data: object) -> None:
        self.sent.append((event, data))

    def session_of(self, socket_id: str) -> "Tab":
        return self

    def session(self, session_id: str) -> "Tab | None":
        return self

    async def forget_socket(self, socket_id: str) -> None:
        self.sent.clear()

    def taken(self) -> list[str]:
        told = [data for event, data in self.sent if event == "window_message"]
        return [data["id"] for data in told if data["evermynd"] == "taken"]

    def refusals(self) -> list[str]:
        return [data["output"] for event, data in self.sent if event == "new_message" and data.get("isError")]

    def toasts(self) -> list[str]:
        return [data["message"] for event, data in self.sent if event == "toast"]


@pytest.fixture
def tab(tmp_path: Path) -> Tab:
    return Tab(tmp_path / "files")


@pytest.fixture
def core() -> Memory:
    return Memory(pace=60)


async def opened(tab: Tab, core: Memory) -> Sockets:
    """Connect the tab and have it record for a second."""
    sockets = Sockets(cast(Engine, tab), core, voice=True)
    await sockets.connected("1")
    await sockets.audio_start("1")
    await sockets.audio_chunk("1", SECOND)
    return sockets


def written(text: str, *files: dict[str, str], **more: object) -> dict[str, Any]:
    """What the page's script hands in for a written message."""
    return {"message": {"id": str(uuid4()), "output": text}, "fileReferences": list(files), **more}


async def test_a_message_that_comes_before_its_tab_is_open_is_taken(tab: Tab, core: Memory) -> None:
    sockets, said = Sockets(cast(Engine, tab), core), written("Hello")
    await asyncio.gather(sockets.message("1", said), sockets.connected("1"))
    assert [accepted[1] for accepted in core.accepted] == ["Hello"]
    assert tab.taken() == [said["message"]["id"]]
    await sockets.disconnect("1")


def always(*_: object) -> bool:
    return True


async def test_a_page_that_was_drawn_for_somebody_else_opens_no_tab(tab: Tab, core: Memory) -> None:
    engine = SimpleNamespace(sockets=None, person=always, restore_session=always)
    sockets = Sockets(cast(Engine, engine), core)
    asked = [{"sessionId": str(uuid4()), "person": str(UUID(int=who))} for who in (7, 8)]
    assert [await sockets.connect("1", tab.environ, each) for each in asked] == [True, False]


async def test_the_page_hears_of_a_thread_that_is_not_there_any_more(tab: Tab, core: Memory) -> None:
    sockets, gone = Sockets(cast(Engine, tab), core), str(uuid4())
    tab.thread_id_to_resume = gone
    await sockets.connected("1")
    assert ("window_message", {"evermynd": "gone", "thread": gone}) in tab.sent
    await sockets.disconnect("1")


async def test_what_was_refused_and_taken_since_is_not_refused_any_more(tab: Tab, core: Memory) -> None:
    sockets, said = Sockets(cast(Engine, tab), core), written("Hello")
    core.refusing = "Not now."
    await sockets.message("1", said)
    core.refusing = ""
    await core.accept(UUID(int=7), UUID(tab.thread_id), UUID(said["message"]["id"]), "Hello")
    await sockets.message("1", said | {"again": True})
    assert tab.taken() == [said["message"]["id"]]
    assert len(core.accepted) == 1
    await sockets.disconnect("1")


async def test_what_is_said_again_counts_once(tab: Tab, core: Memory) -> None:
    sockets, said = Sockets(cast(Engine, tab), core), written("Hello")
    await sockets.message("1", said)
    await sockets.disconnect("1")
    await sockets.connected("2")
    await sockets.message("2", said | {"again": True})
    assert len(core.accepted) == 1
    assert tab.taken() == [said["message"]["id"]]
    await sockets.disconnect("2")


async def test_what_is_said_again_is_drawn_if_it_never_arrived(tab: Tab, core: Memory) -> None:
    sockets, said = Sockets(cast(Engine, tab), core), written("Hello", again=True)
    await sockets.connected("1")
    await sockets.message("1", said)
    assert [accepted[1] for accepted in core.accepted] == ["Hello"]
    assert said["message"]["id"] in [data["id"] for event, data in tab.sent if event == "new_message"]
    await sockets.disconnect("1")


async def test_what_was_refused_is_not_said_again_unless_the_hub_forgot_it(tab: Tab, core: Memory) -> None:
    core.refusing, said = "Not now.", written("Hello")
    before = Sockets(cast(Engine, tab), core)
    await before.message("1", said)
    core.refusing = ""
    await before.message("1", said | {"again": True})
    assert core.accepted == []
    assert tab.taken() == []
    await before.disconnect("1")
    after_a_restart = Sockets(cast(Engine, tab), core)
    await after_a_restart.message("2", said | {"again": True})
    assert [accepted[1] for accepted in core.accepted] == ["Hello"]
    assert tab.taken() == [said["message"]["id"]]
    await after_a_restart.disconnect("2")


class Reworded(Memory):
    """A core that notes each new wording it is given."""

    worded: tuple[str, ...] = ()

    async def edit(self, user_id: UUID, thread_id: UUID, message_id: UUID, text: str, edit_id: UUID) -> None:
        self.worded += (text,)
        await Memory.edit(self, user_id, thread_id, message_id, text, edit_id)


async def test_what_is_reworded_again_counts_once(tab: Tab) -> None:
    core = Reworded(pace=60)
    sockets, said = Sockets(cast(Engine, tab), core), written("Hello")
    await sockets.message("1", said)
    other = {"message": {**said["message"], "output": "Goodbye"}}
    await sockets.edit("1", other)
    await sockets.edit("1", other | {"again": True})
    assert core.worded == ("Goodbye",)
    assert tab.taken() == [said["message"]["id"]] * 3
    await sockets.disconnect("1")


@pytest.mark.parametrize("name", ["more.md", ""])
async def test_no_message_goes_out_without_a_file_that_was_lost(tab: Tab, core: Memory, name: str) -> None:
    sockets = Sockets(cast(Engine, tab), core)
    await sockets.message("1", written("Learn this", {"id": str(uuid4()), "name": name}))
    assert core.accepted == []
    assert name in tab.refusals()[0].replace("\\", "")
    await sockets.disconnect("1")


async def test_nothing_is_kept_of_a_tab_that_is_gone(tmp_path: Path, core: Memory) -> None:
    tab = Tab(tmp_path)
    sockets, gone = Sockets(cast(Engine, tab), core), ref(tab)
    await sockets.connected("1")
    await sockets.message("1", written("Hello"))
    await sockets.disconnect("1")
    sockets.engine = cast(Engine, None)
    del tab
    await asyncio.sleep(0)  # what followed the thread ends
    gc.collect()
    assert gone() is None
    assert not sockets.views


async def test_hands_in_a_recording_and_keeps_no_copy(tab: Tab, core: Memory) -> None:
    sockets = await opened(tab, core)
    await sockets.audio_end("1")
    assert [accepted[2] for accepted in core.accepted] == [("Sprachnachricht.wav",)]
    assert not list(tab.files_dir.iterdir())
    await sockets.disconnect("1")


async def test_hears_nothing_from_a_tab_that_is_still_opening(tab: Tab, core: Memory) -> None:
    sockets = Sockets(cast(Engine, tab), core)
    await sockets.wish("1", {"evermynd": "looking", "visible": True})
    assert not sockets.views


async def test_loses_nothing_of_a_recording_for_which_there_was_no_room(tab: Tab, core: Memory) -> None:
    sockets = await opened(tab, core)
    tab.files_dir.write_bytes(b"")  # no folder can be made here
    await sockets.audio_end("1")
    assert "kein Platz" in tab.toasts()[0]
    tab.files_dir.unlink()
    await sockets.audio_start("1")
    await sockets.audio_chunk("1", SECOND)
    await sockets.audio_end("1")
    [(_, _, content)] = core.files.values()
    assert len(content) > 4 * RATE
    await sockets.disconnect("1")


async def test_drops_what_was_recorded_when_the_tab_is_gone_and_says_so_if_it_comes_back(
    tab: Tab, core: Memory
) -> None:
    sockets = await opened(tab, core)
    await sockets.disconnect("1")
    assert not sockets.recordings
    await sockets.connected("2")
    assert "ging die Verbindung verloren" in tab.toasts()[0]
    await sockets.audio_end("2")
    assert core.accepted == []
    await sockets.disconnect("2")
