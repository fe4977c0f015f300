"""A strict fake of Slack: a real HTTP server that keeps the platform's documented limits and errors.

In a test, in the same process:

    async with open_platform() as slack:
        client = AsyncWebClient(token=slack.workspace().bot_token, base_url=slack.api_url)
        slack.deliver_to("http://127.0.0.1:8000/webhooks/slack")           # or the app connects over Socket Mode
        ann = slack.person("Acme", "Ann")
        general = slack.channel("Acme", "general", members=[ann])
        await ann.says("hello", channel=general, mention=True)             # message and app_mention
        answer = await slack.until(lambda: slack.replies(general))
        await ann.presses(answer[-1], "Yes")
        slack.fail("chat.postMessage", "drop", accepted=True)              # posted, and never answered
        assert slack.violations == [] and slack.notified == []

In a process of its own, steered over HTTP (`tests.remote.Remote`, verbs in `control`):

    python -m tests.slack.platform --port 8082 --deliver-to http://127.0.0.1:8000/webhooks/slack

- Places and people: `workspace person channel`; what a Person does is in `person` and `interacting`.
- Reading: `messages replies message shown notified calls called violations statuses thread file deliveries lost`,
  and to wait: `until settled`. A Shown has `text labels buttons links blocks metadata streaming username icon files`.
- Sending by hand: `event send redeliver verify_url bot_says`.
- Failures: `fail forgive`; pace: `limit(Limits(...))`, `Limits(enforced=False)`; time: `advance(seconds)`.

A refusal is worded as by Slack. What Slack swallows without a word although it is wrong (unknown arguments, `<` that
is not escaped, a text that is cut, blocks without a text) is listed in `violations`. Traps kept on purpose: a mention
comes twice with different event ids; the app's own messages come back as events, as `bot_message` when their name was
customised; a text-only update keeps the old blocks; a link's preview is a `message_changed` without an edit; a deleted
message with replies becomes a tombstone; a file without the right token is a page with status 200; a file from
another workspace is a stub; a stream ends five minutes after its start.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from aiohttp import web

from . import control
from .app import APP_TOKEN, SIGNING_SECRET, App, Lifetimes
from .backend import Backend, Status, Thread
from .clock import Clock
from .interacting import Acted
from .interactions import Interactions, View
from .journal import Call, Journal, Notice
from .limits import Limits, Pace
from .methods import SCOPES
from .outlet import Delivery, Outlet, sign
from .people import Channel, User, Workspace
from .person import Person
from .scopes import named
from .server import application
from .shown import Button, Shown
from .sockets import Sockets
from .steering import Platform
from .world import World

__all__ = [
    "APP_TOKEN",
    "SIGNING_SECRET",
    "Acted",
    "App",
    "Button",
    "Call",
    "Channel",
    "Delivery",
    "Lifetimes",
    "Limits",
    "Notice",
    "Person",
    "Platform",
    "Shown",
    "Status",
    "Thread",
    "User",
    "View",
    "Workspace",
    "open_platform",
    "sign",
]


def _backend(app: App, lifetimes: Lifetimes, limits: Limits, retry_scale: float) -> Backend:
    clock, journal = Clock(), Journal()
    app.scopes = app.scopes or SCOPES | named()
    world = World(app, clock)
    sockets = Sockets(app.app_id, world.new_id, journal.changed, journal.violate)
    outlet = Outlet(app.signing_secret, sockets, journal.changed, lifetimes.patience, retry_scale, app.request_url)
    interactions = Interactions(clock, lifetimes, world.new_id)
    pace = Pace(clock, limits)
    return Backend(app, world, clock, lifetimes, pace, journal, outlet, interactions, sockets)


@asynccontextmanager
async def open_platform(
    app: App | None = None,
    *,
    port: int = 0,
    limits: Limits | None = None,
    lifetimes: Lifetimes | None = None,
    retry_scale: float = 0.01,
) -> AsyncGenerator[Platform]:
    """Serve a platform on a port of this machine; `retry_scale` shortens the pauses between two tries of an event."""
    backend = _backend(app or App(), lifetimes or Lifetimes(), limits or Limits(), retry_scale)
    closing = asyncio.Event()
    platform = Platform(backend)
    routes = control.routes(platform)
    runner = web.AppRunner(application(backend, closing, *routes), shutdown_timeout=1.0, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        backend.world.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield platform
    finally:
        closing.set()
        await backend.outlet.stop()
        await backend.sockets.cut()
        await runner.cleanup()
