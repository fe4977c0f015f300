"""What the chat keeps in a tab goes when its person signs out on the account page, in a real Chromium."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.async_api import Browser, Page

from knowledge.db import Database
from tests.ui.account.browser import PASSWORD
from tests.ui.web.conftest import browser
from ui.account import AccountSettings, router

__all__ = ["browser"]
pytestmark = pytest.mark.browser
KEPT = "['evermynd-untaken', 'another'].filter((key) => sessionStorage.getItem(key))"


@pytest.fixture
async def hub(database: Database, settings: AccountSettings) -> AsyncIterator[str]:
    """The account pages at an address of their own."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
        app = FastAPI()
        app.include_router(router(database, replace(settings, public_url=url)))
        server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="warning"))
        serving = asyncio.create_task(server.serve([door]))
        yield url
        server.should_exit = True
        await serving


@pytest.fixture
async def ada(hub: str, browser: Browser) -> AsyncIterator[Page]:
    """Ada before her account page, in a tab where she wrote something."""
    context = await browser.new_context(base_url=hub)
    page = await context.new_page()
    await page.goto("/account/sign-up")
    for name, value in (("name", "Ada"), ("email", "ada@example.com"), ("password", PASSWORD)):
        await page.fill(f"input[name={name}]", value)
    await page.get_by_role("button", name="Create account").click()
    await page.wait_for_url("**/chat")
    await page.goto("/account")
    await page.evaluate("for (const key of ['evermynd-untaken', 'another']) sessionStorage.setItem(key, 'x')")
    yield page
    await context.close()


@pytest.mark.parametrize("button", ["Sign out", "Sign out everywhere", "Delete for good"])
async def test_who_leaves_leaves_no_words_in_the_tab(ada: Page, button: str) -> None:
    await ada.goto("/account/sign-in?next=/account")
    assert await ada.evaluate(KEPT) == ["evermynd-untaken", "another"]
    if button == "Delete for good":
        await ada.locator("summary").click()
        await ada.fill("#delete-password", PASSWORD)
    await ada.get_by_role("button", name=button, exact=True).click()
    await ada.wait_for_url("**/account/sign-in**")
    assert await ada.evaluate(KEPT) == ["another"]


async def test_who_has_to_sign_in_anew_keeps_them(ada: Page) -> None:
    await ada.context.clear_cookies()
    await ada.goto("/account")
    await ada.wait_for_url("**/account/sign-in**")
    assert await ada.evaluate(KEPT) == ["evermynd-untaken", "another"]
