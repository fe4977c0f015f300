"""A browser without script: it keeps cookies, follows nothing, and sends forms with the token they were given."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

import httpx
from fastapi import FastAPI

from knowledge.db import Database
from ui.account import AccountSettings, router

PASSWORD = "seven violet teapots"


@dataclass
class Browser:
    """One person's browser, at one address."""

    client: httpx.AsyncClient
    shown: str = field(default="")

    async def open(self, path: str) -> httpx.Response:
        """Open a page."""
        response = await self.client.get(path)
        self.shown = response.text or self.shown
        return response

    async def send(self, path: str, **form: str) -> httpx.Response:
        """Send a form with the token of the page last shown."""
        response = await self.client.post(path, data={"csrf": self.token} | form)
        self.shown = response.text or self.shown
        return response

    async def sign_up(self, email: str, password: str = PASSWORD, name: str = "Ada", **form: str) -> httpx.Response:
        """Open the page and send it."""
        await self.open("/account/sign-up")
        return await self.send("/account/sign-up", email=email, password=password, name=name, **form)

    async def sign_in(self, email: str, password: str = PASSWORD, **form: str) -> httpx.Response:
        """Open the page and send it."""
        await self.open("/account/sign-in")
        return await self.send("/account/sign-in", email=email, password=password, **form)

    async def be_guest(self) -> httpx.Response:
        """Go in without an account."""
        await self.open("/account/sign-in")
        return await self.send("/account/guest")

    @property
    def token(self) -> str:
        """What the page last shown wants back."""
        found = re.search(r'name="csrf" value="(\w+)"', self.shown)
        return found[1] if found else ""

    @property
    def session(self) -> str | None:
        """The session cookie."""
        return self.client.cookies.get("evermynd_session")


def browser(database: Database, settings: AccountSettings, address: str = "203.0.113.1", **headers: str) -> Browser:
    """Open a browser on an installation with these settings."""
    app = FastAPI()
    app.include_router(router(database, settings))
    transport = httpx.ASGITransport(app, client=(address, 50000))
    return Browser(httpx.AsyncClient(transport=transport, base_url=settings.public_url, headers=headers))


def letters(folder: Path) -> list[EmailMessage]:
    """Read the letters in an operator's folder, the first first."""
    parser = BytesParser(policy=default)
    return [parser.parsebytes(path.read_bytes()) for path in sorted((folder / "mail").glob("*.eml"))]


def link(letter: EmailMessage) -> str:
    """Find the path and query of the first link in a letter."""
    found = re.search(r"https?://[^/\s]+(/\S+)", letter.get_content())
    return found[1] if found else ""
