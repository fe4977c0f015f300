"""Who is not let in, and what they are told: strangers, the wrong person, too much at once, and script in a message."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest
from playwright.async_api import FilePayload, expect

from tests.hub.process import UPLOAD_LIMIT_MB, Hub
from tests.hub.visitor import Visitor
from tests.ui.account.browser import Browser

pytestmark = pytest.mark.browser


@pytest.fixture
async def bob(hub: Hub) -> AsyncIterator[Browser]:
    """Somebody else, signed up, who sends what no page would."""
    async with httpx.AsyncClient(base_url=hub.url, timeout=60) as client:
        other = Browser(client)
        assert (await other.sign_up(_address("bob"), name="Bob")).status_code == 303
        yield other


def _address(name: str) -> str:
    return f"{name}-{uuid4().hex[:8]}@example.org"


async def test_a_stranger_is_led_to_the_door(hub: Hub) -> None:
    async with httpx.AsyncClient(base_url=hub.url, timeout=60) as client:
        page = await client.get("/chat/")
        thread = await client.get(f"/chat/project/thread/{uuid4()}")
        upload = await client.post("/chat/project/file", files={"file": b"x"})
    assert page.status_code == 303 and page.headers["location"].startswith("/account/sign-in")
    assert (thread.status_code, upload.status_code) == (401, 401)
    assert thread.json() == {"detail": "Please sign in."}


async def test_somebody_elses_thread_and_citation_are_not_there(visitor: Visitor, bob: Browser) -> None:
    await visitor.sign_up("Ada", _address("ada"))
    await visitor.say("Which files can a coach learn from?")
    await visitor.page.wait_for_url("**/chat/thread/**")
    thread = visitor.page.url.removeprefix(visitor.hub.url)
    citation = await visitor.page.locator('a[href^="/chat/citations/"]').first.get_attribute("href")
    assert citation is not None
    api = thread.replace("/chat/thread/", "/chat/project/thread/")
    for path in (thread, citation.split("#")[0], api):
        refused = await bob.client.get(path)
        assert refused.status_code in (403, 404), path
        assert "coach learn" not in refused.text and "Traceback" not in refused.text
    origin = {"origin": visitor.hub.url}
    for call in (
        await bob.client.request("DELETE", "/chat/project/thread", json={"threadId": thread[-36:]}, headers=origin),
        await bob.client.put("/chat/project/thread", json={"threadId": thread[-36:], "name": "x"}, headers=origin),
    ):
        assert call.status_code >= 400
    await visitor.page.reload()
    await expect(visitor.answers).to_have_count(1)


async def test_what_is_too_large_and_what_is_script_is_told_kindly(visitor: Visitor) -> None:
    await visitor.sign_up("Eve", _address("eve"))
    async with visitor.page.expect_request(lambda request: "/chat/project/file" in request.url) as sent:
        await visitor.page.locator("#upload-button-input").set_input_files(
            {"name": "notes.md", "mimeType": "text/markdown", "buffer": b"# Notes\n\nTea is green.\n"}
        )
    large: FilePayload = {"name": "big.md", "mimeType": "text/markdown", "buffer": b"x" * ((UPLOAD_LIMIT_MB << 20) + 1)}
    refused = await visitor.page.request.post((await sent.value).url, multipart={"file": large})
    assert refused.status == 413
    assert (await refused.json())["detail"] == f"the file is larger than {UPLOAD_LIMIT_MB} MB."
    text = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script> who are you?'
    await visitor.page.reload()
    await visitor.ready()
    await visitor.say(text)
    await expect(visitor.page.locator('[data-step-type="user_message"]').last).to_contain_text(text)
    assert await visitor.page.evaluate("window.hacked") is None
    await visitor.page.locator("#chat-input").fill("ä" * 1_000_000)
    await visitor.page.locator("#chat-submit:enabled").click()
    await expect(visitor.page.get_by_text("Send it as a text file")).to_be_visible()
    await visitor.picture("20-too-long")


async def test_ten_wrong_passwords_and_then_a_wait(hub: Hub) -> None:
    async with httpx.AsyncClient(base_url=hub.url, timeout=60) as client:
        door = Browser(client)
        email = _address("mallory")
        statuses = [(await door.sign_in(email, f"wrong {number}")).status_code for number in range(11)]
    assert statuses == [401] * 10 + [429]
    assert "minutes" in door.shown and "Traceback" not in door.shown
