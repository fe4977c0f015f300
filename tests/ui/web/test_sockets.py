"""What the browser's sockets are answered: recordings that come in pieces."""

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from tests.ui.web.memory import Memory
from ui.web.engine import Engine
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
    files: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    has_first_interaction: bool = False
    sent: list[tuple[str, Any]] = field(default_factory=list[tuple[str, Any]])

    async def emit(self, event: str, data: object) -> None:
        self.sent.append((event, data))

    def session_of(self, socket_id: str) -> "Tab":
        return self

    def session(self, session_id: str) -> "Tab":
        return self

    async def forget_socket(self, socket_id: str) -> None:
        self.sent.clear()

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


async def test_hands_in_a_recording_and_keeps_no_copy(tab: Tab, core: Memory) -> None:
    sockets = await opened(tab, core)
    await sockets.audio_end("1")
    assert [accepted[2] for accepted in core.accepted] == [("Voice message.wav",)]
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
    assert "no room" in tab.toasts()[0]
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
    assert "connection was lost" in tab.toasts()[0]
    await sockets.audio_end("2")
    assert core.accepted == []
    await sockets.disconnect("2")
