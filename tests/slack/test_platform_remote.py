"""The fake runs as a process of its own, and its people act over HTTP."""

from __future__ import annotations

import asyncio
import base64
import sys

from tests.remote import Remote

from .conftest import client_at


async def test_runs_by_itself_and_is_steered_from_outside() -> None:
    arguments = (sys.executable, "-m", "tests.slack.platform", "--no-limits")
    process = await asyncio.create_subprocess_exec(*arguments, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        url = (await asyncio.wait_for(process.stdout.readline(), 30)).decode().split()[1]
        remote = Remote(url)
        team = await remote.call("workspace", name="Acme")
        ann = await remote.call("person", workspace="Acme", name="Ann")
        await remote.call("person.says", who=ann["id"], text="hello")
        content = base64.b64encode(b"text").decode()
        await remote.call("person.uploads", who=ann["id"], name="a.txt", content=content)
        client = client_at(f"{url}/api/", team["bot_token"])
        await client.chat_postMessage(channel=ann["id"], text="<!here>")
        said = await remote.until("messages", lambda found: len(found) == 3, channel=ann["direct"])
        assert [each["text"] for each in said] == ["hello", "", "@here"]
        assert (await remote.call("notified"))[0]["kind"] == "here"
    finally:
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 10) == 0
