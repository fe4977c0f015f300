"""The real `evermynd serve`, killed while it answers: the next one has answered everything within 15 seconds."""

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx
import psutil
import pytest

from conversation import inbox
from conversation.message import Message
from tests.kill.hub import RECOVERY, Call, Hub, Step
from tests.kill.test_steps import TURNING
from tests.waiting import until_so
from ui.embedded.ports import free_port
from ui.web.channel import WebChannel, Written
from ui.web.events import Events

pytestmark = pytest.mark.kill

STEPS: list[Step] = [
    Call("model: middle"),
    TURNING["committing the turn"],
    TURNING["claiming the outbox row"],
]


async def serve(hub: Hub, folder: Path) -> psutil.Process:
    """Start the gateway as an operator does, and wait until it is ready."""
    port = free_port()
    given = {
        "DATABASE_URL": hub.addresses.url,
        "DATA_DIR": str(folder),
        "PORT": str(port),
        "OPENAI_API_KEY": "key",
        "OPENAI_BASE_URL": f"{hub.model.url}/v1",
        "LOG_LEVEL": "error",
    }
    env = os.environ | {f"EVERMYND_{name}": value for name, value in given.items()}
    started = await asyncio.create_subprocess_exec(sys.executable, "-m", "ui.cli", "serve", env=env, cwd=Path.cwd())
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        await until_so(lambda: ready(client), 60)
    return psutil.Process(started.pid)


async def ready(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/readyz")).status_code == 200
    except httpx.HTTPError:
        return False


async def ask(hub: Hub) -> str:
    """Accept a question of the web chat, as another replica would; gives its mark."""
    mark = f"mark-{uuid4().hex[:12]}"
    channel = WebChannel(hub.database, Events(hub.database))
    message = channel.parse(Written(hub.user_id, uuid4(), uuid4(), f"What does {mark} say about flour?"))
    assert isinstance(message, Message) and message.sent_at <= datetime.now(UTC)
    await inbox.accept(hub.database, hub.user_id, message)
    return mark


async def test_killed_while_it_answers(hub: Hub, tmp_path: Path):
    marks: list[str] = []
    for step in STEPS:
        async with hub.held(step) as reached:
            process = await serve(hub, tmp_path)
            marks.append(await ask(hub))
            await reached()
            await hub.kills.kill(process, "evermynd serve")
    process = await serve(hub, tmp_path)
    try:
        assert await hub.settled() < RECOVERY
    finally:
        process.terminate()
        process.wait(35)
    replies = await hub.rows("select payload->>'text' as text, state from outbox order by created_at")
    assert [reply["state"] for reply in replies] == ["sent"] * len(STEPS)
    assert sorted(reply["text"] for reply in replies) == sorted(f"This is about {mark}. [1]" for mark in marks)
