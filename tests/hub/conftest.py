"""A running hub, a browser before it, and a folder for what the browser saw."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from tests.hub.process import Hub, new_hub
from tests.hub.visitor import FLAGS, Visitor, open_visitor


@pytest.fixture(scope="session")
async def hub(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    """Start a hub in an empty folder."""
    running = new_hub(tmp_path_factory.mktemp("hub") / "data")
    try:
        await running.start()
        yield running
    finally:
        await running.stop()


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """Open Chromium once."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no chromium on this machine; name one in CHROMIUM")
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield opened
        await opened.close()


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where the browser leaves its pictures: a folder named in PICTURES, to look at them, or one of the test's own."""
    folder = Path(os.environ.get("PICTURES") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
async def visitor(hub: Hub, chromium: Browser, pictures: Path) -> AsyncIterator[Visitor]:
    """Somebody new at the hub; afterwards nothing foreign was fetched and no script failed."""
    async with AsyncExitStack() as stack:
        arrived = await stack.enter_async_context(open_visitor(hub, chromium, pictures))
        yield arrived
    assert arrived.asked_elsewhere() == []
    assert arrived.faults == []
