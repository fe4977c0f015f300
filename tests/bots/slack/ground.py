"""What these tests stand on: recorded payloads, a core that remembers, and an app that meets the fake platform."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from bots.slack.channel import SlackChannel
from bots.slack.manifest import SCOPES
from bots.slack.parse import parse
from bots.slack.reading import Known
from bots.slack.running import Running, Slack, open_app
from bots.slack.settings import SlackSettings
from conversation.channel import Part
from conversation.installations import Installations
from conversation.message import Address, Author, Button, Feedback, Message, Notice, Reply
from knowledge.db import Database
from tests.slack.platform import App, Limits, Person, Platform, Shown, open_platform

EVENTS = Path(__file__).parents[2] / "slack" / "events"
ME, TEAM = "U0EVERMYND", "T0ACME0001"
NOW = datetime(2030, 1, 1, tzinfo=UTC)
KEY = "turn:1:0"
QUICK = 1.0
"""Seconds after which a call counts as lost."""


def recorded(name: str) -> dict[str, Any]:
    """Give a payload as Slack sends it."""
    return json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))


def read(event: object, known: Known | None = None) -> Message | Notice | Feedback | None:
    """Read a payload."""
    return parse(event, known or Known(), NOW)


def message_in(event: object, known: Known | None = None) -> Message:
    """Read a payload that is a message."""
    found = read(event, known)
    assert isinstance(found, Message)
    return found


def said(text: str, **changes: Any) -> dict[str, Any]:
    """Let somebody have written this in a direct message; `changes` are those of the event."""
    event = recorded("message_im")
    event["event"] |= {"text": text} | changes
    return event


@asynccontextmanager
async def meeting(
    installations: Installations | None = None, patience: float = QUICK, **changes: Any
) -> AsyncGenerator[tuple[Platform, Slack]]:
    """Open a platform without speed limits, and the app that meets it in Acme, with what its manifest asks for."""
    async with open_platform(App(scopes=frozenset(SCOPES)), limits=Limits(enforced=False)) as platform:
        given: dict[str, Any] = {
            "bot_token": platform.workspace("Acme").bot_token,
            "signing_secret": platform.signing_secret,
            "api_base": platform.api_url,
        }
        async with open_app(SlackSettings(**(given | changes)), installations, patience) as slack:
            yield platform, slack


@asynccontextmanager
async def running(slack: Slack, intake: Any, database: Database) -> AsyncGenerator[Running]:
    """Run the app beside the test; it ends like a process that is asked to."""
    attached = slack.attach(intake, database)
    tasks = [asyncio.create_task(loop()) for loop in attached.loops.values()]
    try:
        yield attached
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


@asynccontextmanager
async def serving(attached: Running, platform: Platform) -> AsyncGenerator[str]:
    """Serve the app's addresses, and let the platform call them; gives the address they are below."""

    async def hook(request: web.Request) -> web.Response:
        answer = await attached.webhook.handle(request.headers, request.content.iter_any())
        return web.Response(body=answer.body, status=answer.status, headers={"Content-Type": answer.media_type})

    app = web.Application()
    app.router.add_post("/webhooks/slack", hook)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    platform.deliver_to(f"{url}/webhooks/slack")
    try:
        yield url
    finally:
        await runner.cleanup()


async def until(found: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(seconds):
        while not found():
            await asyncio.sleep(0.01)


def direct(person: Person) -> Address:
    """Give the direct message with somebody."""
    return Address("slack", person.workspace.team_id, person.direct.id)


class Ground:
    """The platform, the app's channel, and Ann, who asks in a channel of Acme."""

    def __init__(self, platform: Platform, slack: Slack) -> None:
        self.platform, self.slack = platform, slack
        self.channel = slack.channel
        self.ann: Person = platform.person("Acme", "Ann")
        self.general = platform.channel("Acme", "general", [self.ann])
        self.team = self.ann.workspace.team_id

    async def thread(self) -> Address:
        """Open a thread, and give its address."""
        root = await self.ann.says("what is flour?", channel=self.general)
        return Address("slack", self.team, f"{self.general.id}:{root.ts}", "thread")

    def asked(self, where: Address) -> Message:
        return Message(where, "k", Author(self.ann.id, "Ann"), "what is flour?", NOW)

    def part(self, text: str, where: Address, **more: Any) -> Part:
        (part,) = self.channel.render(Reply(text, **more), self.channel.capabilities(where))
        return part

    async def draft(self, where: Address, text: str, receipt: str, channel: SlackChannel | None = None) -> str:
        part = self.part(text, where, buttons=(Button("Stop", "/stop"),))
        return await (channel or self.channel).draft(where, self.asked(where), part, KEY, receipt)

    def said(self, where: Address) -> Shown:
        return self.platform.replies(where.group_id)[-1]

    def again(self) -> SlackChannel:
        """Give the channel as another process has it."""
        return Slack(self.slack._settings, self.slack.api).channel  # pyright: ignore[reportPrivateUsage]
